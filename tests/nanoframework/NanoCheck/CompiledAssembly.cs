using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Hoplink.Nano.Check;

/// <summary>A compiled assembly: its metadata, its methods with their code, and names to tell them by.</summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _file;

    public CompiledAssembly(Stream stream)
    {
        _file = new PEReader(stream);
        Metadata = _file.GetMetadataReader();
        Methods = [.. Metadata.MethodDefinitions.Select(h => new CompiledMethod(this, h, BodyOf(h)))];
    }

    public MetadataReader Metadata { get; }

    public string Name => Metadata.GetString(Metadata.GetAssemblyDefinition().Name);

    public IReadOnlyList<CompiledMethod> Methods { get; }

    /// <summary>The string literals in the code.</summary>
    public IEnumerable<string> Literals =>
        Methods.SelectMany(m => m.Instructions).Where(i => i.Code == ILOpCode.Ldstr).Select(LiteralOf);

    public void Dispose() => _file.Dispose();

    /// <summary>The literal that an instruction loads.</summary>
    public string LiteralOf(Instruction instruction)
    {
        return Metadata.GetUserString(MetadataTokens.UserStringHandle(instruction.Operand & 0xFFFFFF));
    }

    /// <summary>The name of the type, method or field behind a token, for a message.</summary>
    public string NameOf(EntityHandle handle)
    {
        return handle.Kind switch
        {
            HandleKind.TypeDefinition => Metadata.NameOf((TypeDefinitionHandle)handle),
            HandleKind.TypeReference => Metadata.NameOf((TypeReferenceHandle)handle),
            HandleKind.TypeSpecification => Metadata.GetTypeSpecification((TypeSpecificationHandle)handle)
                .DecodeSignature(new TypeTraits(this), null).Name,
            HandleKind.FieldDefinition => MemberName(
                Metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType(),
                Metadata.GetFieldDefinition((FieldDefinitionHandle)handle).Name),
            HandleKind.MethodDefinition => MemberName(
                Metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType(),
                Metadata.GetMethodDefinition((MethodDefinitionHandle)handle).Name),
            HandleKind.MemberReference => MemberName(
                Metadata.GetMemberReference((MemberReferenceHandle)handle).Parent,
                Metadata.GetMemberReference((MemberReferenceHandle)handle).Name),
            HandleKind.MethodSpecification => NameOf(Metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method),
            HandleKind.AssemblyDefinition => Name,
            HandleKind.Parameter => "parameter " + Text(Metadata.GetParameter((ParameterHandle)handle).Name),
            _ => handle.Kind.ToString(),
        };
    }

    public string Text(StringHandle handle) => Metadata.GetString(handle);

    private string MemberName(EntityHandle type, StringHandle name) => NameOf(type) + "." + Text(name);

    private MethodBodyBlock? BodyOf(MethodDefinitionHandle handle)
    {
        MethodDefinition method = Metadata.GetMethodDefinition(handle);
        return method.RelativeVirtualAddress == 0 ? null : _file.GetMethodBody(method.RelativeVirtualAddress);
    }
}

/// <summary>A method, and its code if it has any.</summary>
internal sealed class CompiledMethod(CompiledAssembly assembly, MethodDefinitionHandle handle, MethodBodyBlock? body)
{
    public MethodDefinitionHandle Handle => handle;

    public MethodDefinition Definition => assembly.Metadata.GetMethodDefinition(handle);

    public TypeDefinitionHandle DeclaringType => Definition.GetDeclaringType();

    public string Name => assembly.Text(Definition.Name);

    public string FullName { get; } = assembly.NameOf(handle);

    public MethodBodyBlock? Body => body;

    public IReadOnlyList<Instruction> Instructions { get; } = body == null ? [] : Instruction.Read(body);

    public bool IsStatic => (Definition.Attributes & MethodAttributes.Static) != 0;

    public bool IsVirtual => (Definition.Attributes & MethodAttributes.Virtual) != 0;

    public bool IsNative => (Definition.ImplAttributes & MethodImplAttributes.InternalCall) != 0;

    /// <summary>True where it takes the place of a base's method rather than a new one.</summary>
    public bool IsOverride => IsVirtual && (Definition.Attributes & MethodAttributes.NewSlot) == 0;

    /// <summary>How many parameters, without <c>this</c>.</summary>
    public int ParameterCount => Definition.DecodeSignature(new TypeTraits(assembly), null).ParameterTypes.Length;

    /// <summary>Bytes on the device: the code, and twelve for each handler of exceptions with one for their number.</summary>
    public int DeviceSize
    {
        get
        {
            int handlers = body?.ExceptionRegions.Length ?? 0;
            return Instructions.Sum(i => i.DeviceSize) + (handlers == 0 ? 0 : (handlers * 12) + 1);
        }
    }
}
