using System.Reflection;
using System.Reflection.Metadata;

namespace Hoplink.Nano.Tests;

/// <summary>
/// Reads the public and protected API out of an assembly's metadata, in the lines of a listing, in no order. It shares no code with what
/// makes assemblies out of listings.
/// </summary>
internal sealed class ApiReader
{
    private readonly MetadataReader _metadata;
    private readonly ApiNames _names;
    private readonly List<string> _lines = [];

    private ApiReader(MetadataReader metadata)
    {
        _metadata = metadata;
        _names = new ApiNames(metadata);
    }

    public static IReadOnlyList<string> Read(MetadataReader metadata)
    {
        ApiReader reader = new(metadata);
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions.Where(reader.IsVisible))
        {
            reader.ReadType(handle);
        }

        return reader._lines;
    }

    private bool IsVisible(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
                IsVisible(type.GetDeclaringType()),
            _ => false,
        };
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        string name = _names.Of(handle);
        string kind = KindOf(type, name);
        _lines.Add($"T:{name}{GenericsOf(type)} : {kind}{UnderlyingOf(type, kind)} | {ModifiersOf(type, kind)}{AncestorsOf(type, kind)}");

        bool isInterface = kind == "interface";
        HashSet<MethodDefinitionHandle> accessors = [];
        foreach (PropertyDefinition property in type.GetProperties().Select(_metadata.GetPropertyDefinition))
        {
            accessors.UnionWith([property.GetAccessors().Getter, property.GetAccessors().Setter]);
            ReadProperty(name, property, isInterface);
        }

        foreach (EventDefinition happening in type.GetEvents().Select(_metadata.GetEventDefinition))
        {
            EventAccessors both = happening.GetAccessors();
            accessors.UnionWith([both.Adder, both.Remover]);
            MethodDefinition adder = _metadata.GetMethodDefinition(both.Adder);
            _lines.Add($"E:{name}.{Text(happening.Name)}->{_names.Of(happening.Type)} | {Qualified(adder, isInterface)}");
        }

        foreach (FieldDefinition field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            ReadField(name, field, isEnum: kind == "enum");
        }

        foreach (MethodDefinitionHandle method in type.GetMethods().Where(m => !accessors.Contains(m)))
        {
            ReadMethod(name, _metadata.GetMethodDefinition(method), kind);
        }
    }

    private string KindOf(TypeDefinition type, string name)
    {
        if ((type.Attributes & TypeAttributes.Interface) != 0)
        {
            return "interface";
        }

        return (type.BaseType.IsNil ? "" : _names.Of(type.BaseType)) switch
        {
            "System.Enum" => "enum",
            "System.ValueType" when name != "System.Enum" => "struct",
            "System.MulticastDelegate" => "delegate",
            _ => "class",
        };
    }

    private string GenericsOf(TypeDefinition type)
    {
        GenericParameterHandleCollection parameters = type.GetGenericParameters();
        return parameters.Count == 0
            ? ""
            : $"<{string.Join(',', parameters.Select(p => Text(_metadata.GetGenericParameter(p).Name)))}>";
    }

    private string UnderlyingOf(TypeDefinition type, string kind)
    {
        return kind != "enum" ? "" : "(" + type.GetFields().Select(_metadata.GetFieldDefinition)
            .Single(f => (f.Attributes & FieldAttributes.Static) == 0).DecodeSignature(_names, null) + ")";
    }

    private string ModifiersOf(TypeDefinition type, string kind)
    {
        TypeAttributes visibility = type.Attributes & TypeAttributes.VisibilityMask;
        bool isAbstract = kind == "class" && (type.Attributes & TypeAttributes.Abstract) != 0;
        bool isSealed = kind == "class" && (type.Attributes & TypeAttributes.Sealed) != 0;
        CustomAttributeHandleCollection attributes = type.GetCustomAttributes();
        string?[] modifiers =
        [
            visibility == TypeAttributes.NestedFamily ? "protected"
                : visibility == TypeAttributes.NestedFamORAssem ? "protected internal" : "public",
            (isAbstract, isSealed) switch { (true, true) => "static", (true, _) => "abstract", (_, true) => "sealed", _ => null },
            _names.HasAttribute(attributes, "IsReadOnly") ? "readonly" : null,
            _names.HasAttribute(attributes, "IsByRefLike") ? "ref" : null,
            _names.HasAttribute(attributes, "Flags") ? "[Flags]" : null,
            _names.HasAttribute(attributes, "Obsolete") ? "[Obsolete]" : null,
            ((int)type.Attributes & 0x2000) != 0 ? "[Serializable]" : null,
        ];
        return string.Join(' ', modifiers.Where(m => m != null));
    }

    private string AncestorsOf(TypeDefinition type, string kind)
    {
        string own = kind == "class" && !type.BaseType.IsNil ? " | base=" + _names.Of(type.BaseType) : "";
        string[] interfaces = [.. type.GetInterfaceImplementations().Select(_metadata.GetInterfaceImplementation)
            .Select(i => _names.Of(i.Interface)).Order(StringComparer.Ordinal)];
        return own + (interfaces.Length == 0 ? "" : " | implements=" + string.Join(',', interfaces));
    }

    private void ReadProperty(string type, PropertyDefinition property, bool isInterface)
    {
        PropertyAccessors accessors = property.GetAccessors();
        string getter = AccessOf(accessors.Getter);
        string setter = AccessOf(accessors.Setter);
        string access = getter == "public" || setter == "public" ? "public" : getter.Length > 0 ? getter : setter;
        MethodSignature<string> signature = property.DecodeSignature(_names, null);
        string index = signature.ParameterTypes.Length == 0 ? "" : $"({string.Join(',', signature.ParameterTypes)})";
        MethodDefinition main = _metadata.GetMethodDefinition(accessors.Getter.IsNil ? accessors.Setter : accessors.Getter);
        _lines.Add($"P:{type}.{Text(property.Name)}{index}{{{Accessor(getter, "get;")}{Accessor(setter, "set;")}}}->{signature.ReturnType}"
            + $" | {access}{OverridingOf(main, isInterface)}{Obsolete(property.GetCustomAttributes())}");

        string Accessor(string own, string text) => own.Length == 0 ? "" : own == access ? text : own + " " + text;
    }

    private void ReadField(string type, FieldDefinition field, bool isEnum)
    {
        string access = ApiNames.AccessOf((MethodAttributes)(field.Attributes & FieldAttributes.FieldAccessMask));
        bool isLiteral = (field.Attributes & FieldAttributes.Literal) != 0;
        if (access.Length == 0 || (isEnum && !isLiteral))
        {
            return;
        }

        string name = $"F:{type}.{Text(field.Name)}";
        if (isEnum)
        {
            _lines.Add($"{name}={_names.ConstantOf(field.GetDefaultValue())}");
            return;
        }

        string modifiers = isLiteral ? " const"
            : ((field.Attributes & FieldAttributes.Static) != 0 ? " static" : "")
            + ((field.Attributes & FieldAttributes.InitOnly) != 0 ? " readonly" : "");
        string constant = isLiteral ? " = " + _names.ConstantOf(field.GetDefaultValue()) : "";
        _lines.Add($"{name}->{field.DecodeSignature(_names, null)} | {access}{modifiers}{Obsolete(field.GetCustomAttributes())}{constant}");
    }

    private void ReadMethod(string type, MethodDefinition method, string kind)
    {
        string name = Text(method.Name);
        MethodSignature<string> signature = method.DecodeSignature(_names, null);
        string call = $"({string.Join(',', signature.ParameterTypes)})->{signature.ReturnType}";
        if (ApiNames.AccessOf(method.Attributes).Length == 0)
        {
            if (name.Contains('.') && (method.Attributes & MethodAttributes.Virtual) != 0)
            {
                _lines.Add($"X:{type}.[{name}]{call} | explicit interface implementation");
            }
        }
        else if (kind != "delegate" || name == "Invoke")
        {
            string native = (method.ImplAttributes & MethodImplAttributes.InternalCall) != 0 ? " [InternalCall]" : "";
            string parameters = string.Join(", ", ParametersOf(method, signature));
            _lines.Add($"M:{type}.{(name == ".ctor" ? "#ctor" : name)}{call} | {Qualified(method, kind == "interface")}"
                + Obsolete(method.GetCustomAttributes()) + native + (parameters.Length == 0 ? "" : " | " + parameters));
        }
    }

    private IEnumerable<string> ParametersOf(MethodDefinition method, MethodSignature<string> signature)
    {
        foreach (Parameter parameter in method.GetParameters().Select(_metadata.GetParameter))
        {
            string type = signature.ParameterTypes[parameter.SequenceNumber - 1];
            string passing = (parameter.Attributes & ParameterAttributes.Out) != 0 ? "out "
                : (parameter.Attributes & ParameterAttributes.In) != 0 ? "in "
                : type.EndsWith('&') ? "ref " : "";
            string array = _names.HasAttribute(parameter.GetCustomAttributes(), "ParamArray") ? "params " : "";
            bool isExtended = parameter.SequenceNumber == 1 && _names.HasAttribute(method.GetCustomAttributes(), "Extension");
            string value = (parameter.Attributes & ParameterAttributes.HasDefault) != 0
                ? "=" + _names.ConstantOf(parameter.GetDefaultValue())
                : "";
            yield return passing + array + (isExtended ? "this " : "") + Text(parameter.Name) + value;
        }
    }

    private string AccessOf(MethodDefinitionHandle accessor)
    {
        return accessor.IsNil ? "" : ApiNames.AccessOf(_metadata.GetMethodDefinition(accessor).Attributes);
    }

    private static string Qualified(MethodDefinition method, bool isInterface)
    {
        return ApiNames.AccessOf(method.Attributes) + OverridingOf(method, isInterface);
    }

    private static string OverridingOf(MethodDefinition method, bool isInterface)
    {
        bool Has(MethodAttributes attribute) => (method.Attributes & attribute) != 0;
        return (isInterface, Has(MethodAttributes.Static), Has(MethodAttributes.Virtual)) switch
        {
            (true, _, _) or (_, false, false) => "",
            (_, true, _) => " static",
            _ when Has(MethodAttributes.Abstract) => Has(MethodAttributes.NewSlot) ? " abstract" : " abstract override",
            _ when Has(MethodAttributes.NewSlot) => Has(MethodAttributes.Final) ? "" : " virtual",
            _ => Has(MethodAttributes.Final) ? " sealed override" : " override",
        };
    }

    private string Obsolete(CustomAttributeHandleCollection attributes) => _names.HasAttribute(attributes, "Obsolete") ? " [Obsolete]" : "";

    private string Text(StringHandle handle) => _metadata.GetString(handle);
}
