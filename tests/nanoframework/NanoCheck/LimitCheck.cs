using System.Reflection.Metadata;

namespace Hoplink.Nano.Check;

/// <summary>The most that the device can count.</summary>
internal sealed class LimitCheck(CompiledAssembly assembly, StoredSize size, Action<Finding> report)
{
    /// <summary>Offsets into an assembly's code and into its strings are of 16 bits.</summary>
    public const int MostBytes = ushort.MaxValue;

    private const int MostOfAKind = byte.MaxValue;

    public void Run()
    {
        Limit(Rule.IlSize, assembly.Name, size.Il, MostBytes, "bytes of IL");
        Limit(Rule.StringSize, assembly.Name, size.Strings, MostBytes, "bytes of strings");
        foreach (IGrouping<TypeDefinitionHandle, CompiledMethod> type in assembly.Methods.GroupBy(m => m.DeclaringType))
        {
            string name = assembly.NameOf(type.Key);
            Limit(Rule.MethodCount, name, type.Count(m => m.IsStatic), MostOfAKind, "static methods");
            Limit(Rule.MethodCount, name, type.Count(m => m.IsVirtual && !m.IsStatic), MostOfAKind, "virtual methods");
            Limit(Rule.MethodCount, name, type.Count(m => !m.IsVirtual && !m.IsStatic), MostOfAKind, "instance methods");
        }

        foreach (CompiledMethod method in assembly.Methods)
        {
            Limit(Rule.SlotCount, method.FullName, method.ParameterCount + (method.IsStatic ? 0 : 1), MostOfAKind, "arguments");
            Limit(Rule.SlotCount, method.FullName, LocalCount(method), MostOfAKind, "locals");
            Limit(Rule.SlotCount, method.FullName, method.Body?.MaxStack ?? 0, MostOfAKind, "slots of the stack");
        }
    }

    private void Limit(Rule rule, string where, int count, int most, string what)
    {
        if (count > most)
        {
            report(new Finding(rule, where, $"{count} {what}; the device takes {most}"));
        }
    }

    private int LocalCount(CompiledMethod method)
    {
        return method.Body == null || method.Body.LocalSignature.IsNil
            ? 0
            : assembly.Metadata.GetStandaloneSignature(method.Body.LocalSignature)
                .DecodeLocalSignature(new TypeTraits(assembly), null).Length;
    }
}
