namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>All types of all listings, so that one assembly's members can name another's types.</summary>
internal sealed class TypeCatalog
{
    private readonly Dictionary<string, (Listing Listing, ApiType Type)> _types = [];

    public TypeCatalog(IEnumerable<Listing> listings)
    {
        foreach (Listing listing in listings)
        {
            foreach (ApiType type in listing.Types)
            {
                _types.Add(type.Name, (listing, type));
            }
        }
    }

    /// <exception cref="FormatException">No listing has this type.</exception>
    public ApiType Find(string name) => Entry(name).Type;

    public Listing OwnerOf(string name) => Entry(name).Listing;

    public bool IsAttribute(ApiType type)
    {
        return type.Name == "System.Attribute" || (type.Base != null && type.Base != "System.Object" && IsAttribute(Find(type.Base)));
    }

    /// <summary>The methods and accessors that a class owes for its interfaces and those of its bases.</summary>
    public IEnumerable<ApiMethod> InterfaceMethodsOf(ApiType type)
    {
        IEnumerable<ApiMethod> own = type.Interfaces.Select(Find).SelectMany(i => MembersOf(i).Concat(InterfaceMethodsOf(i)));
        return type.Base == null ? own : own.Concat(InterfaceMethodsOf(Find(type.Base)));
    }

    /// <summary>The methods of a type with its accessors, in the order in which they are written.</summary>
    public static IEnumerable<ApiMethod> MembersOf(ApiType type)
    {
        IEnumerable<ApiMethod?> accessors = type.Properties.SelectMany(p => (ApiMethod?[])[p.Getter, p.Setter])
            .Concat(type.Events.SelectMany(e => (ApiMethod?[])[e.Adder, e.Remover]));
        return type.Methods.Concat(accessors.OfType<ApiMethod>());
    }

    private (Listing Listing, ApiType Type) Entry(string name)
    {
        return _types.TryGetValue(name, out (Listing, ApiType) entry)
            ? entry
            : throw new FormatException($"{name} is used, but no listing has it: the listing of its assembly is missing");
    }
}
