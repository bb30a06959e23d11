using System.Reflection.Metadata;

namespace Hoplink.Nano.Check;

/// <summary>Full names of types, as reflection writes them: a nested one stands behind a + after the one around it.</summary>
public static class TypeNames
{
    /// <summary>The name of a type of the assembly's own.</summary>
    public static string NameOf(this MetadataReader metadata, TypeDefinitionHandle handle)
    {
        TypeDefinition type = metadata.GetTypeDefinition(handle);
        return type.IsNested
            ? metadata.NameOf(type.GetDeclaringType()) + "+" + metadata.GetString(type.Name)
            : metadata.Join(type.Namespace, type.Name);
    }

    /// <summary>The name of a type that the assembly refers to.</summary>
    public static string NameOf(this MetadataReader metadata, TypeReferenceHandle handle)
    {
        TypeReference type = metadata.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? metadata.NameOf((TypeReferenceHandle)type.ResolutionScope) + "+" + metadata.GetString(type.Name)
            : metadata.Join(type.Namespace, type.Name);
    }

    private static string Join(this MetadataReader metadata, StringHandle space, StringHandle name)
    {
        return space.IsNil ? metadata.GetString(name) : metadata.GetString(space) + "." + metadata.GetString(name);
    }
}
