using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Text;

namespace Hoplink.Nano.Check;

/// <summary>Sizes as the device counts them, and the most that it can count.</summary>
internal sealed class LimitCheck(CompiledAssembly assembly, Action<Finding> report)
{
    /// <summary>Offsets into an assembly's code and into its strings are of 16 bits.</summary>
    public const int MostBytes = ushort.MaxValue;

    private const int MostOfAKind = byte.MaxValue;

    private readonly MetadataReader _metadata = assembly.Metadata;

    /// <summary>Bytes of IL, in the device's encoding.</summary>
    public int IlSize => assembly.Methods.Sum(m => m.DeviceSize);

    /// <summary>Bytes of the table of strings: names and literals, each once, in UTF-8 with a NUL. An upper bound.</summary>
    public int StringSize => Strings().Distinct(StringComparer.Ordinal).Sum(s => Encoding.UTF8.GetByteCount(s) + 1);

    public void Run()
    {
        Limit(Rule.IlSize, assembly.Name, IlSize, MostBytes, "bytes of IL");
        Limit(Rule.StringSize, assembly.Name, StringSize, MostBytes, "bytes of strings");
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
            : _metadata.GetStandaloneSignature(method.Body.LocalSignature).DecodeLocalSignature(new TypeTraits(assembly), null).Length;
    }

    private IEnumerable<string> Strings()
    {
        IEnumerable<StringHandle> names = _metadata.TypeDefinitions.Select(_metadata.GetTypeDefinition)
            .SelectMany(t => (StringHandle[])[t.Name, t.Namespace])
            .Concat(_metadata.TypeReferences.Select(_metadata.GetTypeReference).SelectMany(t => (StringHandle[])[t.Name, t.Namespace]))
            .Concat(_metadata.AssemblyReferences.Select(a => _metadata.GetAssemblyReference(a).Name))
            .Concat(_metadata.MemberReferences.Select(m => _metadata.GetMemberReference(m).Name))
            .Concat(_metadata.FieldDefinitions.Select(f => _metadata.GetFieldDefinition(f).Name))
            .Concat(_metadata.MethodDefinitions.Select(m => _metadata.GetMethodDefinition(m).Name));
        IEnumerable<string> literals = assembly.Methods.SelectMany(m => m.Instructions).Where(i => i.Code == ILOpCode.Ldstr)
            .Select(i => _metadata.GetUserString(MetadataTokens.UserStringHandle(i.Operand & 0xFFFFFF)));
        return names.Select(assembly.Text).Concat(literals).Append("");
    }
}
