using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Hoplink.Benchmarks.Measures;

/// <summary>What code takes in a board's flash.</summary>
internal static class CodeSize
{
    private const string CompilersData = "<PrivateImplementationDetails>";

    /// <summary>
    /// Bytes of Hoplink.Crypto as compiled for netnano1.0: its IL in the device's encoding, where a token has two bytes, and its tables.
    /// Names and signatures come on top.
    /// </summary>
    internal static int OfCrypto()
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(
            Path.Combine(AppContext.BaseDirectory, "netnano1.0", "Hoplink.Crypto.dll"));
        int code = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .Sum(method => method.Body.Instructions.Sum(SizeOnDevice));
        int tables = module.GetTypes().Where(type => type.Name == CompilersData).SelectMany(type => type.Fields)
            .Sum(field => field.InitialValue.Length);
        return code + tables;
    }

    private static int SizeOnDevice(Instruction instruction)
    {
        bool hasToken = instruction.OpCode.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineString
            or OperandType.InlineTok or OperandType.InlineType;
        return instruction.GetSize() - (hasToken ? 2 : 0);
    }
}
