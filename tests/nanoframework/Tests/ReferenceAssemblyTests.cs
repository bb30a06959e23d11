using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Hoplink.Nano.ReferenceAssemblies;

namespace Hoplink.Nano.Tests;

/// <summary>The reference assemblies have what the listings list, under the names of the real ones, and no code.</summary>
public sealed class ReferenceAssemblyTests
{
    private static readonly byte[] _throwNull = [0x14, 0x7A];

    public static TheoryData<string> Names => [.. Listings.Assemblies.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_api_of_a_reference_assembly_is_its_listing(string name)
    {
        using PEReader file = Open(name);
        string[] listed = [.. Listings.Lines(name).Where(l => !l.StartsWith('#')).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(listed);
        Assert.Equal(listed, ApiReader.Read(file.GetMetadataReader()).Order(StringComparer.Ordinal));
    }

    // Where a listing's head names two versions, the later is the one in use.
    [Theory]
    [InlineData("mscorlib", "1.17.11.0")]
    [InlineData("System.Net", "1.11.60.0")]
    [InlineData("System.Device.Wifi", "1.5.149.0")]
    [InlineData("nanoFramework.Runtime.Events", "1.11.39.0")]
    [InlineData("nanoFramework.TestFramework", "3.0.80.0")]
    public void A_reference_assembly_has_the_name_version_and_key_of_the_real_one(string name, string version)
    {
        using PEReader file = Open(name);
        AssemblyName identity = file.GetMetadataReader().GetAssemblyDefinition().GetAssemblyName();
        Assert.Equal($"{name}, Version={version}, Culture=neutral, PublicKeyToken=c07d481e9758c731", identity.FullName);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void References_among_them_name_what_is_there(string name)
    {
        using PEReader file = Open(name);
        MetadataReader metadata = file.GetMetadataReader();
        foreach (AssemblyName reference in metadata.AssemblyReferences.Select(r => metadata.GetAssemblyReference(r).GetAssemblyName()))
        {
            using PEReader other = Open(reference.Name!);
            Assert.Equal(other.GetMetadataReader().GetAssemblyDefinition().GetAssemblyName().FullName, reference.FullName);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_code_throws(string name)
    {
        using PEReader file = Open(name);
        MetadataReader metadata = file.GetMetadataReader();
        Assert.All(metadata.MethodDefinitions.Select(m => metadata.GetMethodDefinition(m).RelativeVirtualAddress).Where(a => a != 0),
            address => Assert.Equal(_throwNull, file.GetMethodBody(address).GetILBytes()));
    }

    // The listings do not tell it from a method that is not virtual.
    [Fact]
    public void What_implements_an_interface_is_virtual_and_final_in_a_slot_of_its_own()
    {
        using PEReader file = Open("System.Device.Gpio");
        MetadataReader metadata = file.GetMetadataReader();
        TypeDefinition controller = metadata.TypeDefinitions.Select(metadata.GetTypeDefinition)
            .Single(t => metadata.GetString(t.Name) == "GpioController");
        MethodDefinition dispose = controller.GetMethods().Select(metadata.GetMethodDefinition)
            .Single(m => metadata.GetString(m.Name) == "Dispose");
        const MethodAttributes Sought = MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot;
        Assert.Equal(Sought, dispose.Attributes & Sought);
    }

    [Fact]
    public void Equal_listings_give_equal_bytes()
    {
        Assert.All(ReferenceSet.Emit(Listings.Folder),
            a => Assert.Equal(Listings.Assemblies[Path.GetFileNameWithoutExtension(a.File)], a.Bytes));
    }

    [Fact]
    public void A_type_that_no_listing_has_is_named()
    {
        Listing network = Listing.Parse(Listings.Lines("System.Net"));
        FormatException e = Assert.Throws<FormatException>(() => AssemblyEmitter.Emit(network, new TypeCatalog([network])));
        Assert.Contains("System.Object is used, but no listing has it", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("M:A.B.Do(System.Int32)->System.Void | public | first, second")]
    [InlineData("M:A.B.Do<T>()->System.Void | public")]
    [InlineData("M:A.Missing.Do()->System.Void | public")]
    [InlineData("Q:A.B.Do()->System.Void | public")]
    public void A_line_that_is_not_understood_is_shown(string line)
    {
        string[] listing = ["# library:  A.dll (test)", "# version:  1.2.3", "T:A.B : class | public | base=System.Object", line];
        Assert.Contains(line, Assert.Throws<FormatException>(() => Listing.Parse(listing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_written_only_if_its_contents_change()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "a.dll");
        DateTime longAgo = new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        ReferenceSet.WriteIfChanged(path, [1, 2]);
        File.SetLastWriteTimeUtc(path, longAgo);
        ReferenceSet.WriteIfChanged(path, [1, 2]);
        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(path));
        ReferenceSet.WriteIfChanged(path, [1, 3]);
        Assert.Equal([1, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static PEReader Open(string name) => new(new MemoryStream(Listings.Assemblies[name]));
}
