using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using Hoplink.Nano.Check;

namespace Hoplink.Nano.Tests;

/// <summary>Names of types and constants, written as the listings write them.</summary>
internal sealed class ApiNames(MetadataReader metadata) : ISignatureTypeProvider<string, object?>
{
    public string Of(EntityHandle handle)
    {
        return handle.Kind switch
        {
            HandleKind.TypeDefinition => metadata.NameOf((TypeDefinitionHandle)handle),
            HandleKind.TypeReference => metadata.NameOf((TypeReferenceHandle)handle),
            _ => throw new BadImageFormatException($"no name for {handle.Kind}"),
        };
    }

    public string ConstantOf(ConstantHandle handle)
    {
        Constant constant = metadata.GetConstant(handle);
        return metadata.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode) switch
        {
            null => "null",
            bool value => value ? "true" : "false",
            char value => $"'\\u{(int)value:X4}'",
            string value => '"' + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal) + '"',
            object value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    public bool HasAttribute(CustomAttributeHandleCollection attributes, string name)
    {
        return attributes.Select(h => metadata.GetCustomAttribute(h).Constructor).Any(constructor => constructor.Kind switch
        {
            HandleKind.MethodDefinition => Of(metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType()),
            _ => Of(metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent),
        } is string type && type.EndsWith("." + name + "Attribute", StringComparison.Ordinal));
    }

    /// <summary>Empty for what is not seen outside its assembly.</summary>
    public static string AccessOf(MethodAttributes attributes)
    {
        return (attributes & MethodAttributes.MemberAccessMask) switch
        {
            MethodAttributes.Public => "public",
            MethodAttributes.Family => "protected",
            MethodAttributes.FamORAssem => "protected internal",
            _ => "",
        };
    }

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "System." + typeCode;

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => metadata.NameOf(handle);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => metadata.NameOf(handle);

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetByReferenceType(string elementType) => elementType + "&";

    public string GetGenericTypeParameter(object? genericContext, int index) => "!" + index;

    // No listing has any of these in a signature.
    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        throw new BadImageFormatException("type specification");
    }

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments)
    {
        throw new BadImageFormatException("generic instance");
    }

    public string GetGenericMethodParameter(object? genericContext, int index) => throw new BadImageFormatException("generic method");

    public string GetArrayType(string elementType, ArrayShape shape) => throw new BadImageFormatException("array");

    public string GetPointerType(string elementType) => throw new BadImageFormatException("pointer");

    public string GetFunctionPointerType(MethodSignature<string> signature) => throw new BadImageFormatException("function pointer");

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => throw new BadImageFormatException("modifier");

    public string GetPinnedType(string elementType) => throw new BadImageFormatException("pinned");
}
