using System.Reflection.Metadata;

namespace Hoplink.Tests.Native;

/// <summary>The values of attributes that take primitive types and strings.</summary>
internal sealed class AttributeValues : ICustomAttributeTypeProvider<PrimitiveTypeCode>
{
    public PrimitiveTypeCode GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode;

    public PrimitiveTypeCode GetSystemType() => throw new NotSupportedException();

    public PrimitiveTypeCode GetSZArrayType(PrimitiveTypeCode elementType) => throw new NotSupportedException();

    public PrimitiveTypeCode GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        throw new NotSupportedException();

    public PrimitiveTypeCode GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        throw new NotSupportedException();

    public PrimitiveTypeCode GetTypeFromSerializedName(string name) => throw new NotSupportedException();

    public PrimitiveTypeCode GetUnderlyingEnumType(PrimitiveTypeCode type) => throw new NotSupportedException();

    public bool IsSystemType(PrimitiveTypeCode type) => false;
}
