namespace Hoplink.Nano.ReferenceAssemblies;

internal enum ApiKind
{
    Class,
    Struct,
    Interface,
    Delegate,
    Enum,
}

/// <summary>A type of a listing with its members. Names are full names of metadata: nested types by <c>+</c>, arity by <c>`n</c>.</summary>
internal sealed record ApiType(string Name, ApiKind Kind, string[] Modifiers)
{
    /// <summary>The base class; null for what has none of its own choosing.</summary>
    public string? Base { get; init; }

    /// <summary>The type beneath an enum.</summary>
    public string? Underlying { get; init; }

    public string[] Interfaces { get; init; } = [];

    public string[] GenericParameters { get; init; } = [];

    /// <summary>False for what the compiler embeds and a listing therefore lacks.</summary>
    public bool IsVisible { get; init; } = true;

    public List<ApiField> Fields { get; } = [];

    public List<ApiMethod> Methods { get; } = [];

    public List<ApiProperty> Properties { get; } = [];

    public List<ApiEvent> Events { get; } = [];

    public bool IsNested => Name.Contains('+');

    /// <summary>The name of the enclosing type of a nested one.</summary>
    public string Enclosing => Name[..Name.LastIndexOf('+')];

    public string Namespace => IsNested || !Name.Contains('.') ? "" : Name[..Name.LastIndexOf('.')];

    public string SimpleName => Name[(Name.LastIndexOfAny(['.', '+']) + 1)..];

    public bool Has(string modifier) => Modifiers.Contains(modifier);
}

/// <summary>A field. <paramref name="Constant"/> is the literal as the listing writes it, or null.</summary>
internal sealed record ApiField(string Name, string Type, string Access, string[] Modifiers, string? Constant);

/// <summary>A parameter. <paramref name="Modifiers"/>: ref, out, in, params, this. <paramref name="Default"/>: literal or null.</summary>
internal sealed record ApiParameter(string Name, string Type, string[] Modifiers, string? Default);

/// <summary>A method. A constructor is called <c>.ctor</c>; an explicit implementation has the dotted name of what it implements.</summary>
internal sealed record ApiMethod(string Name, ApiParameter[] Parameters, string Return, string Access, string[] Modifiers)
{
    public bool IsAccessor { get; init; }

    public bool IsExplicitImplementation { get; init; }

    public bool IsStatic => Has("static");

    public bool Has(string modifier) => Modifiers.Contains(modifier);

    /// <summary>True where both have one name and the same types in the same order.</summary>
    public bool Matches(ApiMethod other)
    {
        return Name == other.Name && Return == other.Return
            && Parameters.Select(p => p.Type).SequenceEqual(other.Parameters.Select(p => p.Type));
    }
}

internal sealed record ApiProperty(
    string Name, string Type, ApiParameter[] Index, string[] Modifiers, ApiMethod? Getter, ApiMethod? Setter);

internal sealed record ApiEvent(string Name, string Type, ApiMethod Adder, ApiMethod Remover);
