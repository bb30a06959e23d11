using System.Globalization;
using System.Text.RegularExpressions;

namespace Hoplink.Tests.Native;

/// <summary>
/// That the two halves of Hoplink.Native agree: the assembly, and the image's table in boards/native/clr. An image that disagrees and does
/// not notice by the checksum calls what is not there.
/// </summary>
public sealed partial class NativeTableTests : IDisposable
{
    private readonly NativeAssembly _assembly = new("Hoplink.Native.dll");
    private readonly string _source = Read("Hoplink_Native.cpp");

    private string[] TableOfTheImage => [.. TableBody().Match(_source).Groups[1].Value.Split(',', StringSplitOptions.TrimEntries
        | StringSplitOptions.RemoveEmptyEntries)];

    public void Dispose() => _assembly.Dispose();

    // A type that the compiler adds, for `in`, nullable or array data, could come first and move the native methods.
    [Fact]
    public void The_assembly_has_the_types_of_its_source_files_and_no_other()
    {
        Assert.Equal(
            ["Hoplink.Native.MbedTls", "Hoplink.Native.NativeAesCtrKey", "Hoplink.Native.NativeCrypto", "Hoplink.Native.NativeHmacKey"],
            _assembly.Types);
    }

    // What stands before them moves them and does not count in the checksum.
    [Fact]
    public void Native_methods_come_before_all_others()
    {
        IReadOnlyList<string> table = _assembly.Table;
        int natives = table.TakeWhile(entry => entry != "NULL").Count();
        Assert.Equal(8, natives);
        Assert.All(table.Skip(natives), entry => Assert.Equal("NULL", entry));
    }

    [Fact]
    public void The_image_has_an_entry_for_each_method_in_the_same_order()
    {
        Assert.Equal(_assembly.Table, TableOfTheImage);
    }

    [Fact]
    public void The_image_expects_the_assemblys_name_checksum_and_native_version()
    {
        Match data = AssemblyData().Match(_source);
        Assert.Equal(_assembly.Name, data.Groups[1].Value);
        Assert.Equal($"{_assembly.Checksum:X8}", data.Groups[2].Value);
        string version = string.Join('.', data.Groups[3].Value.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture)));
        Assert.Equal(_assembly.NativeVersion, version);
    }

    // It looks for them by reflection, where a misspelt name would be a silent step back to managed code.
    [Fact]
    public void The_firmware_looks_for_what_is_there()
    {
        Dictionary<string, string> names = Constant().Matches(Read("CryptoSelection.cs"))
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.Equal(_assembly.Name, names["NativeAssembly"]);
        Assert.True(_assembly.HasFactory(
            names["NativeProvider"], names["NativeFactory"], "Hoplink.Crypto.CryptoProvider", "Hoplink.Crypto.RandomSource"));
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "native", name));

    [GeneratedRegex(@"method_lookup\[\]\s*=\s*\{([^}]*)\}")]
    private static partial Regex TableBody();

    [GeneratedRegex(@"g_CLR_AssemblyNative_Hoplink_Native\s*=\s*\{\s*""([^""]*)"",\s*0x([0-9A-F]{8}),\s*method_lookup,\s*\{([^}]*)\}")]
    private static partial Regex AssemblyData();

    [GeneratedRegex(@"const string (\w+) = ""([^""]*)"";")]
    private static partial Regex Constant();
}
