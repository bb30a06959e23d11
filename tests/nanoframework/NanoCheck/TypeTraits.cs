using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Hoplink.Nano.Check;

/// <summary>What is forbidden in a type, looked for through and through.</summary>
[Flags]
internal enum Traits
{
    None = 0,
    Generic = 1,
    MultiDimensional = 2,
    Pointer = 4,
    FunctionPointer = 8,
}

/// <summary>A type in a signature: its name, for a message, and its traits with those of its parts.</summary>
internal readonly record struct SignatureType(string Name, Traits Traits)
{
    public SignatureType With(string suffix, Traits more = Traits.None) => new(Name + suffix, Traits | more);
}

/// <summary>Decodes signatures to <see cref="SignatureType"/>.</summary>
internal sealed class TypeTraits(CompiledAssembly assembly) : ISignatureTypeProvider<SignatureType, object?>
{
    /// <summary>A type by its name with namespace and assembly, as the arguments of attributes have it.</summary>
    public static SignatureType FromText(string name)
    {
        // "N.T`1[[...]], assembly", "System.Int32[,]", "System.Byte*"
        Traits traits = name.Contains('`') ? Traits.Generic : Traits.None;
        traits |= name.Contains("[,", StringComparison.Ordinal) ? Traits.MultiDimensional : Traits.None;
        traits |= name.Contains('*') ? Traits.Pointer : Traits.None;
        return new SignatureType(name, traits);
    }

    public SignatureType GetPrimitiveType(PrimitiveTypeCode typeCode) => new("System." + typeCode, Traits.None);

    public SignatureType GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        return Named(assembly.NameOf(handle));
    }

    public SignatureType GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        return Named(assembly.NameOf(handle));
    }

    public SignatureType GetTypeFromSpecification(
        MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        return reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
    }

    public SignatureType GetGenericInstantiation(SignatureType genericType, ImmutableArray<SignatureType> typeArguments)
    {
        Traits traits = typeArguments.Aggregate(Traits.Generic, (sum, a) => sum | a.Traits);
        return genericType.With("<" + string.Join(',', typeArguments.Select(a => a.Name)) + ">", traits);
    }

    public SignatureType GetFunctionPointerType(MethodSignature<SignatureType> signature)
    {
        Traits traits = signature.ParameterTypes.Aggregate(signature.ReturnType.Traits, (sum, p) => sum | p.Traits);
        return new SignatureType("delegate*", traits | Traits.FunctionPointer);
    }

    public SignatureType GetArrayType(SignatureType elementType, ArrayShape shape)
    {
        return elementType.With("[" + new string(',', shape.Rank - 1) + "]", Traits.MultiDimensional);
    }

    public SignatureType GetGenericMethodParameter(object? genericContext, int index) => new("!!" + index, Traits.Generic);

    public SignatureType GetGenericTypeParameter(object? genericContext, int index) => new("!" + index, Traits.Generic);

    public SignatureType GetPointerType(SignatureType elementType) => elementType.With("*", Traits.Pointer);

    public SignatureType GetPinnedType(SignatureType elementType) => elementType.With(" pinned", Traits.Pointer);

    public SignatureType GetSZArrayType(SignatureType elementType) => elementType.With("[]");

    public SignatureType GetByReferenceType(SignatureType elementType) => elementType.With("&");

    public SignatureType GetModifiedType(SignatureType modifier, SignatureType unmodifiedType, bool isRequired)
    {
        return unmodifiedType.With("", modifier.Traits);
    }

    // The name of a generic type ends in its arity, wherever it is defined.
    private static SignatureType Named(string name) => new(name, name.Contains('`') ? Traits.Generic : Traits.None);
}
