using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>Tokens and signatures of types, as seen from the assembly that is being written.</summary>
internal sealed class TypeTokens(MetadataBuilder metadata, TypeCatalog catalog, IReadOnlyDictionary<string, TypeDefinitionHandle> own)
{
    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = [];
    private readonly Dictionary<string, TypeReferenceHandle> _types = [];

    /// <summary>The definition here, or a reference.</summary>
    public EntityHandle Of(string name)
    {
        if (own.TryGetValue(name, out TypeDefinitionHandle definition))
        {
            return definition;
        }

        if (!_types.TryGetValue(name, out TypeReferenceHandle reference))
        {
            ApiType type = catalog.Find(name);
            EntityHandle scope = type.IsNested ? Of(type.Enclosing) : AssemblyOf(catalog.OwnerOf(name));
            reference = metadata.AddTypeReference(
                scope, metadata.GetOrAddString(type.Namespace), metadata.GetOrAddString(type.SimpleName));
            _types.Add(name, reference);
        }

        return reference;
    }

    public BlobHandle MethodSignature(bool isInstance, IReadOnlyList<string> parameterTypes, string returnType)
    {
        BlobBuilder blob = new();
        new BlobEncoder(blob).MethodSignature(isInstanceMethod: isInstance).Parameters(
            parameterTypes.Count,
            result => EncodeReturn(result, returnType),
            parameters => EncodeParameters(parameters, parameterTypes));
        return metadata.GetOrAddBlob(blob);
    }

    public BlobHandle PropertySignature(bool isInstance, IReadOnlyList<string> indexTypes, string type)
    {
        BlobBuilder blob = new();
        new BlobEncoder(blob).PropertySignature(isInstance).Parameters(
            indexTypes.Count,
            result => EncodeReturn(result, type),
            parameters => EncodeParameters(parameters, indexTypes));
        return metadata.GetOrAddBlob(blob);
    }

    public BlobHandle FieldSignature(string type)
    {
        BlobBuilder blob = new();
        Encode(new BlobEncoder(blob).Field().Type(), type);
        return metadata.GetOrAddBlob(blob);
    }

    private void EncodeReturn(ReturnTypeEncoder encoder, string type)
    {
        if (type == "System.Void")
        {
            encoder.Void();
        }
        else
        {
            Encode(encoder.Type(IsByReference(type)), type.TrimEnd('&'));
        }
    }

    private void EncodeParameters(ParametersEncoder encoder, IReadOnlyList<string> types)
    {
        foreach (string type in types)
        {
            Encode(encoder.AddParameter().Type(IsByReference(type)), type.TrimEnd('&'));
        }
    }

    private static bool IsByReference(string type) => type.EndsWith('&');

    private void Encode(SignatureTypeEncoder encoder, string type)
    {
        if (type.EndsWith("[]", StringComparison.Ordinal))
        {
            Encode(encoder.SZArray(), type[..^2]);
        }
        else if (type[0] == '!')
        {
            encoder.GenericTypeParameter(type[1] - '0');
        }
        else if (Primitive(type) is PrimitiveTypeCode code)
        {
            encoder.PrimitiveType(code);
        }
        else
        {
            encoder.Type(Of(type), isValueType: catalog.Find(type).Kind is ApiKind.Struct or ApiKind.Enum);
        }
    }

    private static PrimitiveTypeCode? Primitive(string type)
    {
        return type.StartsWith("System.", StringComparison.Ordinal) && Enum.TryParse(type[7..], out PrimitiveTypeCode code) ? code : null;
    }

    private AssemblyReferenceHandle AssemblyOf(Listing listing)
    {
        if (!_assemblies.TryGetValue(listing.Assembly, out AssemblyReferenceHandle handle))
        {
            handle = metadata.AddAssemblyReference(
                metadata.GetOrAddString(listing.Assembly), listing.Version, default,
                metadata.GetOrAddBlob(StrongName.Token), default, default);
            _assemblies.Add(listing.Assembly, handle);
        }

        return handle;
    }
}
