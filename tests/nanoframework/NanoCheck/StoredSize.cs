using System.Reflection;
using System.Reflection.Metadata;
using System.Text;

namespace Hoplink.Nano.Check;

/// <summary>
/// What a board stores of an assembly, bytes, part by part: a .pe file has a header and tables of records of fixed size, the strings, the
/// signatures with the data of arrays, and the code. It is counted high where names are stored in the image already, and attributes for the
/// compiler alone are left out. Not counted: the padding of the tables, 3 bytes each at most, and resources.
/// </summary>
internal sealed class StoredSize(CompiledAssembly assembly)
{
    // As nf-interpreter lays out its records (nanoCLR_Types.h).
    private const int Header = 124;
    private const int AssemblyReferenceRecord = 12;
    private const int ReferenceRecord = 8;
    private const int TypeRecord = 24;
    private const int FieldRecord = 8;
    private const int MethodRecord = 16;
    private const int AttributeRecord = 8;
    private const int TypeSpecificationRecord = 4;

    // In front of a list of local variables, which the device does not store.
    private const int LocalsHead = 2;

    private readonly MetadataReader _metadata = assembly.Metadata;

    /// <summary>The code, in the device's encoding, and the tables of exception handlers.</summary>
    public int Il => assembly.Methods.Sum(m => m.DeviceSize);

    /// <summary>The table of strings: names and literals, each once, in UTF-8 with a NUL.</summary>
    public int Strings => AllStrings().Distinct(StringComparer.Ordinal).Sum(s => Encoding.UTF8.GetByteCount(s) + 1);

    /// <summary>The header and the records of types, members, references and attributes.</summary>
    public int Records => Header + (AssemblyReferenceRecord * _metadata.AssemblyReferences.Count)
        + (ReferenceRecord * (_metadata.TypeReferences.Count + _metadata.MemberReferences.Count))
        + (TypeRecord * _metadata.TypeDefinitions.Count) + (FieldRecord * StoredFields().Count())
        + (MethodRecord * _metadata.MethodDefinitions.Count) + (AttributeRecord * Attributes().Count())
        + (TypeSpecificationRecord * TypeSpecifications().Count());

    /// <summary>The types of fields, methods, locals, interfaces and the arguments of attributes, each once.</summary>
    public int Signatures => AllSignatures().Distinct().Sum(s => _metadata.GetBlobReader(s).Length)
        + Locals().Distinct().Sum(s => _metadata.GetBlobReader(s).Length - LocalsHead)
        + _metadata.TypeDefinitions.Sum(t => InterfaceList(_metadata.GetTypeDefinition(t).GetInterfaceImplementations().Count));

    /// <summary>What arrays begin with, such as a table of constants, with its length.</summary>
    public int Data => StoredFields().Where(f => (f.Attributes & FieldAttributes.HasFieldRVA) != 0).Sum(f => sizeof(ushort) + SizeOf(f));

    /// <summary>All of them.</summary>
    public int Total => Records + Strings + Signatures + Data + Il;

    // A constant is in the code that uses it.
    private IEnumerable<FieldDefinition> StoredFields()
    {
        return _metadata.FieldDefinitions.Select(_metadata.GetFieldDefinition).Where(f => (f.Attributes & FieldAttributes.Literal) == 0);
    }

    // Those of an assembly and of parameters stay behind.
    private IEnumerable<CustomAttribute> Attributes()
    {
        return _metadata.CustomAttributes.Select(_metadata.GetCustomAttribute).Where(a => a.Parent.Kind is HandleKind.TypeDefinition
            or HandleKind.FieldDefinition or HandleKind.MethodDefinition);
    }

    private IEnumerable<TypeSpecificationHandle> TypeSpecifications()
    {
        return assembly.Methods.SelectMany(m => m.Instructions).Where(i => i.HasToken && i.Token.Kind == HandleKind.TypeSpecification)
            .Select(i => (TypeSpecificationHandle)i.Token).Distinct();
    }

    private IEnumerable<BlobHandle> AllSignatures()
    {
        return StoredFields().Select(f => f.Signature)
            .Concat(_metadata.MethodDefinitions.Select(m => _metadata.GetMethodDefinition(m).Signature))
            .Concat(_metadata.MemberReferences.Select(m => _metadata.GetMemberReference(m).Signature))
            .Concat(TypeSpecifications().Select(t => _metadata.GetTypeSpecification(t).Signature))
            .Concat(Attributes().Select(a => a.Value));
    }

    private IEnumerable<BlobHandle> Locals()
    {
        return assembly.Methods.Where(m => m.Body != null && !m.Body.LocalSignature.IsNil)
            .Select(m => _metadata.GetStandaloneSignature(m.Body!.LocalSignature).Signature);
    }

    // A count, and a class with its token each.
    private static int InterfaceList(int count) => count == 0 ? 0 : 1 + (3 * count);

    private int SizeOf(FieldDefinition field)
    {
        BlobReader signature = _metadata.GetBlobReader(field.Signature);
        signature.ReadSignatureHeader();
        SignatureTypeCode code = signature.ReadSignatureTypeCode();
        return code switch
        {
            SignatureTypeCode.TypeHandle =>
                _metadata.GetTypeDefinition((TypeDefinitionHandle)signature.ReadTypeHandle()).GetLayout().Size,
            SignatureTypeCode.SByte or SignatureTypeCode.Byte or SignatureTypeCode.Boolean => 1,
            SignatureTypeCode.Int16 or SignatureTypeCode.UInt16 or SignatureTypeCode.Char => 2,
            SignatureTypeCode.Int32 or SignatureTypeCode.UInt32 or SignatureTypeCode.Single => 4,
            SignatureTypeCode.Int64 or SignatureTypeCode.UInt64 or SignatureTypeCode.Double => 8,
            _ => throw new BadImageFormatException($"data of type {code}"),
        };
    }

    private IEnumerable<string> AllStrings()
    {
        IEnumerable<StringHandle> names = _metadata.TypeDefinitions.Select(_metadata.GetTypeDefinition)
            .SelectMany(t => (StringHandle[])[t.Name, t.Namespace])
            .Concat(_metadata.TypeReferences.Select(_metadata.GetTypeReference).SelectMany(t => (StringHandle[])[t.Name, t.Namespace]))
            .Concat(_metadata.AssemblyReferences.Select(a => _metadata.GetAssemblyReference(a).Name))
            .Concat(_metadata.MemberReferences.Select(m => _metadata.GetMemberReference(m).Name))
            .Concat(StoredFields().Select(f => f.Name))
            .Concat(_metadata.MethodDefinitions.Select(m => _metadata.GetMethodDefinition(m).Name));
        return names.Select(assembly.Text).Concat(assembly.Literals).Append("");
    }
}
