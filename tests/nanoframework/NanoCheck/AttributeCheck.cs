using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;

namespace Hoplink.Nano.Check;

/// <summary>The arguments of attributes, which the device stores too: the types and strings that are in them.</summary>
internal sealed class AttributeCheck(CompiledAssembly assembly, Action<Finding> report)
{
    private readonly MetadataReader _metadata = assembly.Metadata;

    public void Run()
    {
        AttributeTypes types = new(assembly);
        foreach (CustomAttributeHandle handle in _metadata.CustomAttributes)
        {
            CustomAttribute attribute = _metadata.GetCustomAttribute(handle);
            string where = assembly.NameOf(attribute.Parent);
            CustomAttributeValue<SignatureType> value = attribute.DecodeValue(types);
            foreach (CustomAttributeTypedArgument<SignatureType> argument in value.FixedArguments)
            {
                Check(where, argument.Value);
            }

            foreach (CustomAttributeNamedArgument<SignatureType> argument in value.NamedArguments)
            {
                Check(where, argument.Value);
            }
        }
    }

    private void Check(string where, object? value)
    {
        switch (value)
        {
            case string text:
                StringCheck.Check(where, text, report);
                break;
            case SignatureType type:
                SignatureCheck.Check(where, type, report);
                break;
            case ImmutableArray<CustomAttributeTypedArgument<SignatureType>> items:
                foreach (CustomAttributeTypedArgument<SignatureType> item in items)
                {
                    Check(where, item.Value);
                }

                break;
            default:
                break; // a number, or null
        }
    }

    /// <summary>Decodes the arguments; a type is there by its name as text.</summary>
    private sealed class AttributeTypes(CompiledAssembly assembly) : ICustomAttributeTypeProvider<SignatureType>
    {
        private const string SystemType = "System.Type";

        private readonly TypeTraits _types = new(assembly);

        public SignatureType GetPrimitiveType(PrimitiveTypeCode typeCode) => _types.GetPrimitiveType(typeCode);

        public SignatureType GetSystemType() => new(SystemType, Traits.None);

        public SignatureType GetSZArrayType(SignatureType elementType) => _types.GetSZArrayType(elementType);

        public SignatureType GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            return _types.GetTypeFromDefinition(reader, handle, rawTypeKind);
        }

        public SignatureType GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            return _types.GetTypeFromReference(reader, handle, rawTypeKind);
        }

        public SignatureType GetTypeFromSerializedName(string name) => TypeTraits.FromText(name);

        public bool IsSystemType(SignatureType type) => type.Name == SystemType;

        // An enum of another assembly cannot be looked up: those of the device's attributes are ints.
        public PrimitiveTypeCode GetUnderlyingEnumType(SignatureType type)
        {
            foreach (TypeDefinitionHandle handle in assembly.Metadata.TypeDefinitions.Where(h => assembly.NameOf(h) == type.Name))
            {
                FieldDefinition value = assembly.Metadata.GetTypeDefinition(handle).GetFields()
                    .Select(assembly.Metadata.GetFieldDefinition).First(f => (f.Attributes & FieldAttributes.Static) == 0);
                BlobReader signature = assembly.Metadata.GetBlobReader(value.Signature);
                signature.ReadSignatureHeader();
                return (PrimitiveTypeCode)signature.ReadSignatureTypeCode();
            }

            return PrimitiveTypeCode.Int32;
        }
    }
}
