using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hoplink.Nano.Check;

/// <summary>What shows in single instructions: checked arithmetic, addresses made pointers, localloc, calli, switch, strings.</summary>
internal sealed class InstructionCheck(CompiledAssembly assembly, Action<Finding> report)
{
    private const int MostTargets = 255;

    public void Run()
    {
        foreach (CompiledMethod method in assembly.Methods)
        {
            for (int i = 0; i < method.Instructions.Count; i++)
            {
                Instruction next = i + 1 < method.Instructions.Count ? method.Instructions[i + 1] : default;
                Check(method.FullName, method.Instructions[i], next.Code);
            }
        }

        CheckConstants();
    }

    private void Check(string where, Instruction instruction, ILOpCode next)
    {
        ILOpCode code = instruction.Code;
        if (IsChecked(code) && !IsArrayLength(code, next))
        {
            report(new Finding(Rule.CheckedArithmetic, where, $"{code}: checked arithmetic never throws on the device; test the bounds"));
        }
        else if (code is ILOpCode.Cpblk or ILOpCode.Initblk || (IsAddress(code) && next is ILOpCode.Conv_u or ILOpCode.Conv_i))
        {
            report(new Finding(Rule.Pointer, where, $"{code}: an address becomes a pointer"));
        }
        else if (code == ILOpCode.Localloc)
        {
            report(new Finding(Rule.StackAllocation, where, "stackalloc"));
        }
        else if (code == ILOpCode.Calli || (code is ILOpCode.Ldftn or ILOpCode.Ldvirtftn && next != ILOpCode.Newobj))
        {
            report(new Finding(Rule.FunctionPointer, where, $"{code}: a function pointer"));
        }
        else if (code == ILOpCode.Switch && instruction.Operand > MostTargets)
        {
            report(new Finding(Rule.LargeSwitch, where, $"a switch over {instruction.Operand} targets; the device takes {MostTargets}"));
        }
        else if (code == ILOpCode.Ldstr)
        {
            CheckString(where, assembly.Metadata.GetUserString(MetadataTokens.UserStringHandle(instruction.Operand & 0xFFFFFF)));
        }
    }

    private void CheckConstants()
    {
        foreach (FieldDefinitionHandle handle in assembly.Metadata.FieldDefinitions)
        {
            ConstantHandle constant = assembly.Metadata.GetFieldDefinition(handle).GetDefaultValue();
            if (!constant.IsNil && assembly.Metadata.GetConstant(constant) is { TypeCode: ConstantTypeCode.String, Value: var value })
            {
                BlobReader reader = assembly.Metadata.GetBlobReader(value);
                CheckString(assembly.NameOf(handle), reader.ReadUTF16(reader.Length));
            }
        }
    }

    private void CheckString(string where, string text)
    {
        if (text.Contains('\0'))
        {
            report(new Finding(Rule.NulInString, where, "a string with NUL in it, where the device ends it"));
        }
    }

    private static bool IsChecked(ILOpCode code)
    {
        return code is (>= ILOpCode.Conv_ovf_i1_un and <= ILOpCode.Conv_ovf_u_un) or (>= ILOpCode.Conv_ovf_i1 and <= ILOpCode.Conv_ovf_u8)
            or ILOpCode.Conv_ovf_i or ILOpCode.Conv_ovf_u or (>= ILOpCode.Add_ovf and <= ILOpCode.Sub_ovf_un);
    }

    // The compiler makes this of new int[length] where the length is a long; it is no arithmetic of the program's.
    private static bool IsArrayLength(ILOpCode code, ILOpCode next)
    {
        return code is ILOpCode.Conv_ovf_i or ILOpCode.Conv_ovf_i_un && next == ILOpCode.Newarr;
    }

    private static bool IsAddress(ILOpCode code)
    {
        return code is ILOpCode.Ldloca or ILOpCode.Ldloca_s or ILOpCode.Ldarga or ILOpCode.Ldarga_s or ILOpCode.Ldflda or ILOpCode.Ldsflda
            or ILOpCode.Ldelema;
    }
}
