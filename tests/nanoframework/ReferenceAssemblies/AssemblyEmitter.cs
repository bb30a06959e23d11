using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;

namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>
/// Writes the reference assembly of one listing: name, version and key of the real one, all that the listing has, no code. The rows of
/// types and methods are numbered before the first is written, since attributes and explicit implementations point forward.
/// </summary>
internal sealed class AssemblyEmitter
{
    private readonly Listing _listing;
    private readonly TypeCatalog _catalog;
    private readonly MetadataBuilder _metadata = new();
    private readonly List<ApiType> _ownTypes;
    private readonly Dictionary<string, TypeDefinitionHandle> _typeRows = [];
    private readonly Dictionary<string, List<(ApiMethod Method, MethodDefinitionHandle Row)>> _methodRows = [];
    private readonly TypeTokens _types;
    private readonly Attributes _attributes;
    private readonly MemberEmitter _members;

    private AssemblyEmitter(Listing listing, TypeCatalog catalog)
    {
        _listing = listing;
        _catalog = catalog;
        _ownTypes = [.. listing.Types, .. EmbeddedAttributes(listing)];
        NumberRows();
        _types = new TypeTokens(_metadata, catalog, _typeRows);
        _attributes = new Attributes(_metadata, catalog, _types, RowOf);
        _members = new MemberEmitter(_metadata, catalog, _types, _attributes, RowOf);
    }

    /// <summary>The bytes of the assembly. Equal listings give equal bytes.</summary>
    public static byte[] Emit(Listing listing, TypeCatalog catalog) => new AssemblyEmitter(listing, catalog).Write();

    private byte[] Write()
    {
        ReservedBlob<GuidHandle> id = _metadata.ReserveGuid();
        _metadata.AddModule(0, _metadata.GetOrAddString(_listing.Assembly + ".dll"), id.Handle, default, default);
        _metadata.AddAssembly(_metadata.GetOrAddString(_listing.Assembly), _listing.Version, default,
            _metadata.GetOrAddBlob(StrongName.PublicKey), AssemblyFlags.PublicKey, AssemblyHashAlgorithm.Sha1);
        _metadata.AddTypeDefinition(
            default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1),
            MetadataTokens.MethodDefinitionHandle(1));
        foreach (ApiType type in _ownTypes)
        {
            WriteType(type);
        }

        _attributes.AddToAssembly(_listing);
        ManagedPEBuilder file = new(
            PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(_metadata, "v4.0.30319"), _members.Code,
            deterministicIdProvider: content => BlobContentId.FromHash(SHA256.HashData([.. content.SelectMany(b => b.GetBytes())])));
        BlobBuilder bytes = new();
        id.CreateWriter().WriteGuid(file.Serialize(bytes).Guid);
        return bytes.ToArray();
    }

    private void WriteType(ApiType type)
    {
        TypeDefinitionHandle handle = _metadata.AddTypeDefinition(
            AttributesOf(type), _metadata.GetOrAddString(type.Namespace), _metadata.GetOrAddString(type.SimpleName), BaseOf(type),
            MetadataTokens.FieldDefinitionHandle(_metadata.GetRowCount(TableIndex.Field) + 1),
            MetadataTokens.MethodDefinitionHandle(_metadata.GetRowCount(TableIndex.MethodDef) + 1));
        if (type.IsNested)
        {
            _metadata.AddNestedType(handle, _typeRows[type.Enclosing]);
        }

        for (int i = 0; i < type.GenericParameters.Length; i++)
        {
            _metadata.AddGenericParameter(handle, default, _metadata.GetOrAddString(type.GenericParameters[i]), i);
        }

        foreach (EntityHandle implemented in type.Interfaces.Select(_types.Of).OrderBy(CodedIndex.TypeDefOrRefOrSpec))
        {
            _metadata.AddInterfaceImplementation(handle, implemented);
        }

        _attributes.AddTo(handle, type);
        _members.WriteFields(type);
        ApiMethod[] owed = [.. _catalog.InterfaceMethodsOf(type)];
        foreach ((ApiMethod method, MethodDefinitionHandle row) in _methodRows[type.Name])
        {
            _members.WriteMethod(type, handle, method, row, implementsInterface: owed.Any(method.Matches));
        }

        _members.WriteProperties(type, handle);
        _members.WriteEvents(type, handle);
    }

    private void NumberRows()
    {
        int nextMethod = 1;
        foreach (ApiType type in _ownTypes)
        {
            _typeRows.Add(type.Name, MetadataTokens.TypeDefinitionHandle(_typeRows.Count + 2));
            IEnumerable<ApiMethod> methods = TypeCatalog.MembersOf(type);
            if (type.Kind == ApiKind.Delegate)
            {
                methods = methods.Prepend(DelegateConstructor());
            }

            _methodRows.Add(type.Name, [.. methods.Select(m => (m, MetadataTokens.MethodDefinitionHandle(nextMethod++)))]);
        }
    }

    private MethodDefinitionHandle? RowOf(string type, ApiMethod wanted)
    {
        return _methodRows.TryGetValue(type, out List<(ApiMethod Method, MethodDefinitionHandle Row)>? methods)
            && methods.Exists(m => m.Method.Matches(wanted))
            ? methods.Find(m => m.Method.Matches(wanted)).Row
            : null;
    }

    private EntityHandle BaseOf(ApiType type)
    {
        string? name = type.Kind switch
        {
            ApiKind.Class => type.Base,
            ApiKind.Struct => "System.ValueType",
            ApiKind.Enum => "System.Enum",
            ApiKind.Delegate => "System.MulticastDelegate",
            _ => null,
        };
        return name == null ? default : _types.Of(name);
    }

    private static TypeAttributes AttributesOf(ApiType type)
    {
        TypeAttributes attributes = type.Kind switch
        {
            ApiKind.Class => TypeAttributes.BeforeFieldInit,
            ApiKind.Struct => TypeAttributes.BeforeFieldInit | TypeAttributes.Sealed | TypeAttributes.SequentialLayout,
            ApiKind.Interface => TypeAttributes.Interface | TypeAttributes.Abstract,
            _ => TypeAttributes.Sealed,
        };
        attributes |= (type.IsNested, type.Has("protected"), type.Has("internal")) switch
        {
            (false, _, _) => type.IsVisible ? TypeAttributes.Public : TypeAttributes.NotPublic,
            (true, true, true) => TypeAttributes.NestedFamORAssem,
            (true, true, false) => TypeAttributes.NestedFamily,
            (true, _, _) => TypeAttributes.NestedPublic,
        };
        attributes |= type.Has("static") || type.Has("abstract") ? TypeAttributes.Abstract : default;
        attributes |= type.Has("static") || type.Has("sealed") ? TypeAttributes.Sealed : default;
#pragma warning disable SYSLIB0050 // a mark of the type that the listing has, not a wish to serialize
        return attributes | (type.Has("[Serializable]") ? TypeAttributes.Serializable : default);
#pragma warning restore SYSLIB0050
    }

    // These two the compiler defines anew in each assembly that needs them.
    private static IEnumerable<ApiType> EmbeddedAttributes(Listing listing)
    {
        (string, string)[] embedded = [("readonly", Attributes.IsReadOnly), ("ref", Attributes.IsByRefLike)];
        foreach ((string modifier, string name) in embedded)
        {
            if (listing.Types.Any(t => t.Has(modifier)))
            {
                ApiType attribute = new(name, ApiKind.Class, ["sealed"]) { Base = "System.Attribute", IsVisible = false };
                attribute.Methods.Add(new ApiMethod(".ctor", [], "System.Void", "public", []));
                yield return attribute;
            }
        }
    }

    private static ApiMethod DelegateConstructor()
    {
        ApiParameter[] parameters = [new("object", "System.Object", [], null), new("method", "System.IntPtr", [], null)];
        return new ApiMethod(".ctor", parameters, "System.Void", "public", []);
    }
}
