using System.Reflection.Metadata;
using System.Text.RegularExpressions;
using Hoplink.Nano.Check;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Hoplink.Nano.Tests;

/// <summary>The firmware as it was compiled for the device, and the boards that it is compiled for.</summary>
public sealed partial class FirmwareTests
{
    private const string MakesRoom = "Hoplink.Device.KeyJobRunner.MakeRoom";

    private static readonly string _boards = Path.Combine(OfficialBuild.Root, "boards");

    public static TheoryData<string> Boards => [.. Directory.EnumerateFiles(_boards, "BoardConfig.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!))];

    [Fact]
    public void There_are_three_boards()
    {
        Assert.Equal(["esp32-c3", "esp32-rev3", "esp32-s3"], Boards.Select(row => row.Data).Order());
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_ordinary_build_compiles_the_firmware_for_each_board(string board)
    {
        string folder = board == "esp32-rev3" ? "" : board;
        string path = Path.Combine(Hardware("obj"), folder, OfficialBuild.Configuration, "netnano1.0", "Hoplink.Firmware.exe");
        using CompiledAssembly firmware = Open(path);
        Assert.Contains("Hoplink on " + board, firmware.Literals);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void A_board_s_page_names_the_pins_that_it_is_compiled_with(string board)
    {
        Dictionary<string, string> constants = Constants(board);
        Assert.Equal(Constants("esp32-rev3").Keys.Order(), constants.Keys.Order());
        Assert.Equal(board, constants["Name"]);
        string page = File.ReadAllText(Path.Combine(_boards, board, "README.md"));
        Assert.Contains($"| GPIO {constants["LightPin"]} |", page);
        Assert.Contains($"| GPIO {constants["ButtonPin"]} |", page);
        Assert.Contains($"| GPIO {constants["LineReceivePin"]}, {constants["LineTransmitPin"]} | RX and TX", page);
        Assert.Contains($"-p:Board={board}", page);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void A_board_s_page_flashes_and_deploys_one_image(string board)
    {
        string page = File.ReadAllText(Path.Combine(_boards, board, "README.md"));
        string image = FirstImage().Match(page).Groups[1].Value;
        Assert.StartsWith("ESP32_", image);
        Assert.Contains($"nanoff --target {image} --serialport /dev/ttyUSB0 --update\n", page);
        Assert.Contains($"nanoff --target {image} --serialport /dev/ttyUSB0 --deploy --image Hoplink.Firmware.bin\n", page);
    }

    // An image drops an assembly whose native part it has in another version, and starts nothing that refers to one that it dropped.
    [Fact]
    public void The_native_crypto_is_deployed_with_the_firmware_which_refers_to_none_of_its_types()
    {
        string folder = Path.Combine(Hardware("bin"), OfficialBuild.Configuration, "netnano1.0");
        Assert.True(File.Exists(Path.Combine(folder, "Hoplink.Native.dll")));
        string[] ours = [.. Directory.EnumerateFiles(folder, "Hoplink*.*").Where(f => f.EndsWith(".dll", StringComparison.Ordinal)
            || f.EndsWith(".exe", StringComparison.Ordinal))];
        Assert.Equal(5, ours.Length);
        foreach (string file in ours)
        {
            using CompiledAssembly assembly = Open(file);
            Assert.DoesNotContain("Hoplink.Native", assembly.Metadata.AssemblyReferences
                .Select(r => assembly.Text(assembly.Metadata.GetAssemblyReference(r).Name)));
        }
    }

    [Theory]
    [InlineData("firmware/DeviceApp", "Hoplink.DeviceApp.dll")]
    [InlineData("firmware/SelfTest", "Hoplink.SelfTest.exe")]
    [InlineData("firmware/Hardware", "Hoplink.Firmware.exe")]
    public void A_board_makes_room_in_its_heap_before_each_key_job(string project, string file)
    {
        using CompiledAssembly assembly = Open(
            Path.Combine(OfficialBuild.Root, project, "bin", OfficialBuild.Configuration, "netnano1.0", file));
        CompiledMethod[] runners = [.. assembly.Methods.Where(m => Calls(assembly, m).Contains("Hoplink.Keys.KeyJob.Run"))];
        if (project == "firmware/Hardware")
        {
            Assert.Empty(runners); // the application does that for it
            return;
        }

        CompiledMethod runner = Assert.Single(runners);
        Assert.Equal([MakesRoom, "Hoplink.Keys.KeyJob.Run"], Calls(assembly, runner));
        Assert.Equal(
            ["nanoFramework.Runtime.Native.GC.Run"], Calls(assembly, assembly.Methods.Single(m => m.FullName == MakesRoom)));
    }

    private static CompiledAssembly Open(string path) => new(new MemoryStream(File.ReadAllBytes(path)));

    private static string Hardware(string folder) => Path.Combine(OfficialBuild.Root, "firmware", "Hardware", folder);

    private static string[] Calls(CompiledAssembly assembly, CompiledMethod method)
    {
        return [.. method.Instructions.Where(i => i.Code is ILOpCode.Call or ILOpCode.Callvirt).Select(i => assembly.NameOf(i.Token))];
    }

    private static Dictionary<string, string> Constants(string board)
    {
        string source = File.ReadAllText(Path.Combine(_boards, board, "BoardConfig.cs"));
        return CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes().OfType<FieldDeclarationSyntax>()
            .SelectMany(f => f.Declaration.Variables)
            .ToDictionary(v => v.Identifier.Text, v => ((LiteralExpressionSyntax)v.Initializer!.Value).Token.ValueText);
    }

    [GeneratedRegex(@"^\| image \| `(\w+)`", RegexOptions.Multiline)]
    private static partial Regex FirstImage();
}
