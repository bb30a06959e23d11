using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace Hoplink.Tests.Native;

/// <summary>
/// A compiled assembly with native methods, as nanoFramework's MetadataProcessor sees it: the image's interpreter takes a method's native
/// part from the place in a table that the method has in the assembly.
/// </summary>
internal sealed class NativeAssembly : IDisposable
{
    /// <summary>The generator of the CRC, x^32 + x^26 + ... + 1 (IEEE 802.3), highest bit first.</summary>
    private const uint Generator = 0x04C11DB7;

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;
    private readonly SignatureNames _names = new();

    public NativeAssembly(string name)
    {
        _file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name)));
        _metadata = _file.GetMetadataReader();
    }

    public string Name => _metadata.GetString(_metadata.GetAssemblyDefinition().Name);

    public string NativeVersion => (string)_metadata.GetAssemblyDefinition().GetCustomAttributes()
        .Select(_metadata.GetCustomAttribute).Single(a => AttributeName(a) == "AssemblyNativeVersionAttribute")
        .DecodeValue(new AttributeValues()).FixedArguments.Single().Value!;

    /// <summary>
    /// The full names of the types but the module's own, in the order in which MetadataProcessor goes through them. That order is by name;
    /// but a type comes after those that its code and its interfaces need, which keeps a first type with neither where it is.
    /// </summary>
    public IReadOnlyList<string> Types => [.. TypeDefinitions.Select(FullName)];

    /// <summary>
    /// Each method as the image's table names it, or NULL for one in C#. Of a type first virtual ones, then others, then static ones.
    /// </summary>
    public IReadOnlyList<string> Table =>
        [.. Methods.Select(m => IsNative(m) ? $"Library_{Flat(Name)}_{ClassName(m)}::{MethodName(m)}" : "NULL")];

    /// <summary>
    /// The checksum that the assembly carries and the image compares. It runs over the three names of each native method and over NULL for
    /// each other one; until the first native method is through, every part begins anew, so that nothing before it counts.
    /// </summary>
    public uint Checksum
    {
        get
        {
            uint crc = 0;
            bool counts = false;
            foreach (MethodDefinition method in Methods)
            {
                string[] parts = IsNative(method) ? [Name, ClassName(method), MethodName(method)] : ["NULL"];
                foreach (string part in parts)
                {
                    crc = Crc(Encoding.ASCII.GetBytes(part), counts ? crc : 0);
                }

                counts |= IsNative(method);
            }

            return counts ? crc : 0;
        }
    }

    private IEnumerable<TypeDefinition> TypeDefinitions => _metadata.TypeDefinitions.Select(_metadata.GetTypeDefinition)
        .Where(t => FullName(t) != "<Module>").OrderBy(FullName, StringComparer.Ordinal);

    private IEnumerable<MethodDefinition> Methods => TypeDefinitions.SelectMany(
        t => t.GetMethods().Select(_metadata.GetMethodDefinition).OrderBy(m => IsVirtual(m) ? 0 : IsStatic(m) ? 2 : 1));

    public void Dispose() => _file.Dispose();

    /// <summary>True if the class has this public static method, which gives and takes what is named.</summary>
    public bool HasFactory(string type, string method, string result, string argument)
    {
        return TypeDefinitions.Where(t => FullName(t) == type).SelectMany(t => t.GetMethods()).Select(_metadata.GetMethodDefinition)
            .Any(m => IsStatic(m) && (m.Attributes & MethodAttributes.Public) == MethodAttributes.Public
                && _metadata.GetString(m.Name) == method && Signature(m).ReturnType == result
                && Signature(m).ParameterTypes.SequenceEqual([argument]));
    }

    private static bool IsNative(MethodDefinition method) => (method.ImplAttributes & MethodImplAttributes.InternalCall) != 0;

    private static bool IsVirtual(MethodDefinition method) => (method.Attributes & MethodAttributes.Virtual) != 0;

    private static bool IsStatic(MethodDefinition method) => (method.Attributes & MethodAttributes.Static) != 0;

    private static string Flat(string name) => name.Replace('.', '_');

    private static uint Crc(byte[] data, uint crc)
    {
        foreach (byte item in data)
        {
            crc ^= (uint)item << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ ((crc >> 31) * Generator);
            }
        }

        return crc;
    }

    private string FullName(TypeDefinition type)
    {
        string space = _metadata.GetString(type.Namespace);
        return space.Length == 0 ? _metadata.GetString(type.Name) : space + "." + _metadata.GetString(type.Name);
    }

    private string ClassName(MethodDefinition method) => Flat(FullName(_metadata.GetTypeDefinition(method.GetDeclaringType())));

    private string MethodName(MethodDefinition method)
    {
        MethodSignature<string> signature = Signature(method);
        return Flat(_metadata.GetString(method.Name)) + (IsStatic(method) ? "___STATIC__" : "___")
            + string.Join("__", signature.ParameterTypes.Prepend(signature.ReturnType));
    }

    private MethodSignature<string> Signature(MethodDefinition method) => method.DecodeSignature(_names, null);

    private string AttributeName(CustomAttribute attribute)
    {
        EntityHandle type = _metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        return _metadata.GetString(_metadata.GetTypeReference((TypeReferenceHandle)type).Name);
    }
}
