using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>Writes the members of one type after the other. Every method that has code has the same: it throws.</summary>
internal sealed class MemberEmitter
{
    private readonly MetadataBuilder _metadata;
    private readonly TypeCatalog _catalog;
    private readonly TypeTokens _types;
    private readonly Attributes _attributes;
    private readonly Func<string, ApiMethod, MethodDefinitionHandle?> _ownMethod;
    private readonly int _body;

    public MemberEmitter(
        MetadataBuilder metadata, TypeCatalog catalog, TypeTokens types, Attributes attributes,
        Func<string, ApiMethod, MethodDefinitionHandle?> ownMethod)
    {
        _metadata = metadata;
        _catalog = catalog;
        _types = types;
        _attributes = attributes;
        _ownMethod = ownMethod;

        InstructionEncoder throwNull = new(new BlobBuilder());
        throwNull.OpCode(ILOpCode.Ldnull);
        throwNull.OpCode(ILOpCode.Throw);
        _body = new MethodBodyStreamEncoder(Code).AddMethodBody(throwNull);
    }

    public BlobBuilder Code { get; } = new();

    public void WriteFields(ApiType type)
    {
        if (type.Kind == ApiKind.Enum)
        {
            AddField(FieldAttributes.Public | FieldAttributes.SpecialName | FieldAttributes.RTSpecialName, "value__", type.Underlying!);
        }

        // What a struct holds decides whether a value must be assigned before use; the listing hides private fields.
        if (type.Kind == ApiKind.Struct && type.Name != "System.Void" && type.Fields.TrueForAll(f => f.Modifiers.Length > 0))
        {
            FieldAttributes readOnly = type.Has("readonly") ? FieldAttributes.InitOnly : default;
            AddField(FieldAttributes.Private | readOnly, "value", IsPrimitive(type) ? type.Name : "System.Int32");
        }

        foreach (ApiField field in type.Fields)
        {
            FieldAttributes attributes = AccessOf(field.Access);
            attributes |= field.Modifiers.Contains("static") ? FieldAttributes.Static : default;
            attributes |= field.Modifiers.Contains("readonly") ? FieldAttributes.InitOnly : default;
            attributes |= field.Constant != null
                ? FieldAttributes.Static | FieldAttributes.Literal | FieldAttributes.HasDefault
                : default;
            FieldDefinitionHandle handle = AddField(attributes, field.Name, field.Type);
            _attributes.AddObsolete(handle, field.Modifiers);
            if (field.Constant != null)
            {
                _metadata.AddConstant(handle, Literal.Parse(field.Constant, field.Type, _catalog));
            }
        }
    }

    public void WriteMethod(
        ApiType type, TypeDefinitionHandle typeRow, ApiMethod method, MethodDefinitionHandle reserved, bool implementsInterface)
    {
        ParameterHandle firstParameter = MetadataTokens.ParameterHandle(_metadata.GetRowCount(TableIndex.Param) + 1);
        for (int i = 0; i < method.Parameters.Length; i++)
        {
            WriteParameter(method.Parameters[i], i + 1);
        }

        MethodAttributes attributes = MethodAttributesOf(type, method, implementsInterface);
        bool isNative = method.Has("[InternalCall]");
        bool hasBody = !isNative && type.Kind != ApiKind.Delegate && (attributes & MethodAttributes.Abstract) == 0;
        MethodImplAttributes implementation = type.Kind == ApiKind.Delegate ? MethodImplAttributes.Runtime
            : isNative ? MethodImplAttributes.InternalCall
            : MethodImplAttributes.IL;
        MethodDefinitionHandle handle = _metadata.AddMethodDefinition(
            attributes, implementation, _metadata.GetOrAddString(method.Name), SignatureOf(method), hasBody ? _body : -1, firstParameter);
        if (handle != reserved)
        {
            throw new InvalidOperationException($"{type.Name}.{method.Name} is not in the row that was reserved for it.");
        }

        _attributes.AddTo(handle, type, method);
        if (method.IsExplicitImplementation)
        {
            _metadata.AddMethodImplementation(typeRow, handle, Implemented(method));
        }
    }

    public void WriteProperties(ApiType type, TypeDefinitionHandle typeRow)
    {
        if (type.Properties.Count > 0)
        {
            _metadata.AddPropertyMap(typeRow, MetadataTokens.PropertyDefinitionHandle(_metadata.GetRowCount(TableIndex.Property) + 1));
        }

        foreach (ApiProperty property in type.Properties)
        {
            BlobHandle signature = _types.PropertySignature(
                !property.Modifiers.Contains("static"), [.. property.Index.Select(p => p.Type)], property.Type);
            PropertyDefinitionHandle handle = _metadata.AddProperty(default, _metadata.GetOrAddString(property.Name), signature);
            _attributes.AddObsolete(handle, property.Modifiers);
            Connect(handle, MethodSemanticsAttributes.Getter, type, property.Getter);
            Connect(handle, MethodSemanticsAttributes.Setter, type, property.Setter);
        }
    }

    public void WriteEvents(ApiType type, TypeDefinitionHandle typeRow)
    {
        if (type.Events.Count > 0)
        {
            _metadata.AddEventMap(typeRow, MetadataTokens.EventDefinitionHandle(_metadata.GetRowCount(TableIndex.Event) + 1));
        }

        foreach (ApiEvent happening in type.Events)
        {
            EventDefinitionHandle handle = _metadata.AddEvent(
                default, _metadata.GetOrAddString(happening.Name), _types.Of(happening.Type));
            Connect(handle, MethodSemanticsAttributes.Adder, type, happening.Adder);
            Connect(handle, MethodSemanticsAttributes.Remover, type, happening.Remover);
        }
    }

    private void Connect(EntityHandle association, MethodSemanticsAttributes semantics, ApiType type, ApiMethod? accessor)
    {
        if (accessor != null)
        {
            _metadata.AddMethodSemantics(association, semantics, _ownMethod(type.Name, accessor)!.Value);
        }
    }

    private void WriteParameter(ApiParameter parameter, int number)
    {
        ParameterAttributes attributes = parameter.Modifiers.Contains("out") ? ParameterAttributes.Out
            : parameter.Modifiers.Contains("in") ? ParameterAttributes.In
            : ParameterAttributes.None;
        attributes |= parameter.Default != null ? ParameterAttributes.Optional | ParameterAttributes.HasDefault : default;
        ParameterHandle handle = _metadata.AddParameter(attributes, _metadata.GetOrAddString(parameter.Name), number);
        _attributes.AddTo(handle, parameter);
        if (parameter.Default != null)
        {
            _metadata.AddConstant(handle, Literal.Parse(parameter.Default, parameter.Type, _catalog));
        }
    }

    // "System.IDisposable.Dispose": the interface's own row, or a reference to it.
    private EntityHandle Implemented(ApiMethod method)
    {
        int dot = method.Name.LastIndexOf('.');
        string owner = method.Name[..dot];
        ApiMethod wanted = method with { Name = method.Name[(dot + 1)..] };
        return _ownMethod(owner, wanted) is { } own
            ? own
            : _metadata.AddMemberReference(_types.Of(owner), _metadata.GetOrAddString(wanted.Name), SignatureOf(wanted));
    }

    private BlobHandle SignatureOf(ApiMethod method)
    {
        return _types.MethodSignature(!method.IsStatic, [.. method.Parameters.Select(p => p.Type)], method.Return);
    }

    private FieldDefinitionHandle AddField(FieldAttributes attributes, string name, string type)
    {
        return _metadata.AddFieldDefinition(attributes, _metadata.GetOrAddString(name), _types.FieldSignature(type));
    }

    private static MethodAttributes MethodAttributesOf(ApiType type, ApiMethod method, bool implementsInterface)
    {
        MethodAttributes attributes = MethodAttributes.HideBySig | (MethodAttributes)AccessOf(method.Access);
        if (method.Name == ".ctor")
        {
            return attributes | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName;
        }

        bool isSpecial = method.IsAccessor || method.Name.StartsWith("op_", StringComparison.Ordinal);
        attributes |= isSpecial ? MethodAttributes.SpecialName : default;
        const MethodAttributes NewVirtual = MethodAttributes.Virtual | MethodAttributes.NewSlot;
        if (type.Kind == ApiKind.Interface)
        {
            return attributes | NewVirtual | MethodAttributes.Abstract;
        }

        if (method.IsStatic)
        {
            return attributes | MethodAttributes.Static;
        }

        bool isOverride = method.Has("override");
        attributes |= method.Has("abstract") ? MethodAttributes.Abstract : default;
        return (isOverride, method.Has("virtual") || method.Has("abstract")) switch
        {
            (true, _) => attributes | MethodAttributes.Virtual | (method.Has("sealed") ? MethodAttributes.Final : default),
            (false, true) => attributes | NewVirtual,
            _ when implementsInterface || method.IsExplicitImplementation => attributes | NewVirtual | MethodAttributes.Final,
            _ => attributes,
        };
    }

    // Fields and methods number their access alike.
    private static FieldAttributes AccessOf(string access)
    {
        return access switch
        {
            "public" => FieldAttributes.Public,
            "protected" => FieldAttributes.Family,
            "protected internal" => FieldAttributes.FamORAssem,
            "private" => FieldAttributes.Private,
            _ => throw new FormatException($"unknown access {access}"),
        };
    }

    private static bool IsPrimitive(ApiType type)
    {
        return type.Namespace == "System" && Enum.TryParse(type.SimpleName, out PrimitiveTypeCode _);
    }
}
