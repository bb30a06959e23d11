using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Hoplink.Nano.Check;

namespace Hoplink.Tests.Architecture;

/// <summary>
/// What the types of a compiled assembly refer to: base types, interfaces, signatures of fields, methods, properties and locals, and every
/// token in their IL. Constants leave no trace in it, for the compiler copies them.
/// </summary>
internal sealed class CompiledAssembly : IDisposable
{
    private static readonly Dictionary<int, OpCode> _opCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => (int)(ushort)c.Value);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public CompiledAssembly(string name)
    {
        _file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name)));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>(name of the type, what it refers to) for each type, nested ones under their own name.</summary>
    public IEnumerable<(string Type, HashSet<string> References)> Types
    {
        get { return _metadata.TypeDefinitions.Select(h => (_metadata.NameOf(h), ReferencesOf(_metadata.GetTypeDefinition(h)))); }
    }

    public void Dispose() => _file.Dispose();

    private HashSet<string> ReferencesOf(TypeDefinition type)
    {
        var names = new NameCollector();
        Add(names, type.BaseType);
        foreach (InterfaceImplementationHandle handle in type.GetInterfaceImplementations())
        {
            Add(names, _metadata.GetInterfaceImplementation(handle).Interface);
        }

        foreach (FieldDefinitionHandle handle in type.GetFields())
        {
            _metadata.GetFieldDefinition(handle).DecodeSignature(names, null);
        }

        foreach (PropertyDefinitionHandle handle in type.GetProperties())
        {
            _metadata.GetPropertyDefinition(handle).DecodeSignature(names, null);
        }

        foreach (MethodDefinitionHandle handle in type.GetMethods())
        {
            MethodDefinition method = _metadata.GetMethodDefinition(handle);
            method.DecodeSignature(names, null);
            if (method.RelativeVirtualAddress != 0)
            {
                AddBody(names, _file.GetMethodBody(method.RelativeVirtualAddress));
            }
        }

        return names.Found;
    }

    private void AddBody(NameCollector names, MethodBodyBlock body)
    {
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null);
        }

        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Add(names, region.CatchType);
        }

        BlobReader il = body.GetILReader();
        while (il.RemainingBytes > 0)
        {
            int code = il.ReadByte();
            OpCode op = _opCodes[code == 0xFE ? 0xFE00 | il.ReadByte() : code];
            switch (op.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    Add(names, (EntityHandle)MetadataTokens.Handle(il.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = il.ReadInt32();
                    il.Offset += 4 * targets;
                    break;
                default:
                    il.Offset += SizeOf(op.OperandType);
                    break;
            }
        }
    }

    private static int SizeOf(OperandType operand)
    {
        return operand switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            _ => 4,
        };
    }

    private void Add(NameCollector names, EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                names.Found.Add(_metadata.NameOf((TypeDefinitionHandle)handle));
                break;
            case HandleKind.TypeReference:
                names.Found.Add(_metadata.NameOf((TypeReferenceHandle)handle));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(names, null);
                break;
            case HandleKind.FieldDefinition:
                Add(names, _metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                Add(names, _metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                AddMember(names, _metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.MethodSpecification:
                Add(names, _metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
                break;
            default:
                break;
        }
    }

    private void AddMember(NameCollector names, MemberReference member)
    {
        Add(names, member.Parent);
        if (member.GetKind() == MemberReferenceKind.Field)
        {
            member.DecodeFieldSignature(names, null);
        }
        else
        {
            member.DecodeMethodSignature(names, null);
        }
    }

    /// <summary>Collects the names in a signature. A generic instance shows by the arity in its name.</summary>
    private sealed class NameCollector : ISignatureTypeProvider<string, object?>
    {
        public HashSet<string> Found { get; } = [];

        public string GetPrimitiveType(PrimitiveTypeCode code) => Note(code == PrimitiveTypeCode.Void ? "System.Void" : "System." + code);

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte kind) => Note(reader.NameOf(handle));

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte kind) => Note(reader.NameOf(handle));

        public string GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte kind)
        {
            return reader.GetTypeSpecification(handle).DecodeSignature(this, context);
        }

        public string GetGenericInstantiation(string type, System.Collections.Immutable.ImmutableArray<string> arguments) => type;

        public string GetGenericMethodParameter(object? context, int index) => Note("``" + index);

        public string GetGenericTypeParameter(object? context, int index) => Note("`" + index);

        public string GetArrayType(string element, ArrayShape shape) => Note(element + "[,]");

        public string GetPointerType(string element) => Note(element + "*");

        public string GetFunctionPointerType(MethodSignature<string> signature) => Note("method*");

        public string GetModifiedType(string modifier, string type, bool isRequired) => Note(modifier);

        public string GetSZArrayType(string element) => element;

        public string GetByReferenceType(string element) => element;

        public string GetPinnedType(string element) => element;

        private string Note(string name)
        {
            Found.Add(name);
            return name;
        }
    }
}
