using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>Writes the attributes without which the compiler would understand a type otherwise than on the device.</summary>
internal sealed class Attributes(
    MetadataBuilder metadata, TypeCatalog catalog, TypeTokens types, Func<string, ApiMethod, MethodDefinitionHandle?> ownMethod)
{
    public const string IsReadOnly = "System.Runtime.CompilerServices.IsReadOnlyAttribute";
    public const string IsByRefLike = "System.Runtime.CompilerServices.IsByRefLikeAttribute";
    private const string Extension = "System.Runtime.CompilerServices.ExtensionAttribute";

    // The compiler puts this on every ref struct, and takes it back where it knows ref structs and finds exactly these words.
    private const string RefStructMarker = "Types with embedded references are not supported in this version of your compiler";

    private readonly Dictionary<string, EntityHandle> _constructors = [];

    public void AddToAssembly(Listing listing)
    {
        if (listing.Types.Any(t => t.Methods.Any(IsExtension)))
        {
            Add(EntityHandle.AssemblyDefinition, Extension, []);
        }
    }

    public void AddTo(TypeDefinitionHandle handle, ApiType type)
    {
        AddModifiers(handle, type);
        if (type.Properties.Find(p => p.Index.Length > 0) is { } indexer)
        {
            Add(handle, "System.Reflection.DefaultMemberAttribute", ["System.String"],
                a => a.AddArgument().Scalar().Constant(indexer.Name));
        }

        if (type.Methods.Any(IsExtension))
        {
            Add(handle, Extension, []);
        }

        // The listings do not say where an attribute may stand: anywhere, and many times.
        if (type.IsVisible && catalog.IsAttribute(type))
        {
            Add(handle, "System.AttributeUsageAttribute", ["System.AttributeTargets"], a => a.AddArgument().Scalar().Constant(0x7FFF),
                named => named.Count(1).AddArgument(isField: false, t => t.ScalarType().Boolean(), n => n.Name("AllowMultiple"),
                    v => v.Scalar().Constant(true)));
        }
    }

    public void AddTo(MethodDefinitionHandle handle, ApiType type, ApiMethod method)
    {
        AddObsolete(handle, method.Modifiers);
        if (IsExtension(method))
        {
            Add(handle, Extension, []);
        }

        // Nor do they say that these calls vanish where DEBUG is not defined.
        if (type.Name == "System.Diagnostics.Debug")
        {
            Add(handle, "System.Diagnostics.ConditionalAttribute", ["System.String"], a => a.AddArgument().Scalar().Constant("DEBUG"));
        }
    }

    public void AddTo(ParameterHandle handle, ApiParameter parameter)
    {
        if (parameter.Modifiers.Contains("params"))
        {
            Add(handle, "System.ParamArrayAttribute", []);
        }
    }

    public void AddObsolete(EntityHandle parent, string[] modifiers)
    {
        if (modifiers.Contains("[Obsolete]"))
        {
            Add(parent, "System.ObsoleteAttribute", []);
        }
    }

    private void AddModifiers(TypeDefinitionHandle handle, ApiType type)
    {
        if (type.Has("readonly"))
        {
            Add(handle, IsReadOnly, []);
        }

        if (type.Has("[Flags]"))
        {
            Add(handle, "System.FlagsAttribute", []);
        }

        if (!type.Has("ref"))
        {
            AddObsolete(handle, type.Modifiers);
            return;
        }

        Add(handle, IsByRefLike, []);
        Add(handle, "System.ObsoleteAttribute", ["System.String", "System.Boolean"], arguments =>
        {
            arguments.AddArgument().Scalar().Constant(RefStructMarker);
            arguments.AddArgument().Scalar().Constant(true);
        });
    }

    private void Add(
        EntityHandle parent, string attribute, string[] parameters,
        Action<FixedArgumentsEncoder>? fixedArguments = null, Action<CustomAttributeNamedArgumentsEncoder>? namedArguments = null)
    {
        BlobBuilder blob = new();
        new BlobEncoder(blob).CustomAttributeSignature(fixedArguments ?? (_ => { }), namedArguments ?? (named => named.Count(0)));
        metadata.AddCustomAttribute(parent, ConstructorOf(attribute, parameters), metadata.GetOrAddBlob(blob));
    }

    private EntityHandle ConstructorOf(string attribute, string[] parameters)
    {
        string key = attribute + "(" + string.Join(',', parameters);
        if (!_constructors.TryGetValue(key, out EntityHandle handle))
        {
            ApiMethod wanted = new(".ctor", [.. parameters.Select(p => new ApiParameter("", p, [], null))], "System.Void", "public", []);
            handle = ownMethod(attribute, wanted) is { } definition
                ? definition
                : metadata.AddMemberReference(types.Of(attribute), metadata.GetOrAddString(".ctor"),
                    types.MethodSignature(isInstance: true, parameters, "System.Void"));
            _constructors.Add(key, handle);
        }

        return handle;
    }

    private static bool IsExtension(ApiMethod method) => method.Parameters.Any(p => p.Modifiers.Contains("this"));
}
