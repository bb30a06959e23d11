namespace Hoplink.Nano.Tests;

/// <summary>
/// The .nfproj files, which only nanoFramework's own project system can build: they say the same as the projects that are built and
/// tested here.
/// </summary>
public sealed class OfficialBuildTests
{
    // Comes with the test framework, and is an .exe: nothing of ours refers to it, the test adapter starts it.
    private const string Launcher = "nanoFramework.UnitTestLauncher";

    public static TheoryData<string> Projects => [.. OfficialBuild.Projects];

    [Fact]
    public void Every_project_for_the_device_is_looked_at()
    {
        string[] names = [.. OfficialBuild.Projects.Select(p => Path.GetFileNameWithoutExtension(p)).Order()];
        Assert.Equal(
            ["Hoplink", "Hoplink.Crypto", "Hoplink.DeviceApp", "Hoplink.Firmware", "Hoplink.Native", "Hoplink.SelfTest", "NFUnitTest"],
            names);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_official_build_compiles_the_same_sources(string csproj)
    {
        var build = new OfficialBuild(csproj);
        Assert.Equal(build.SdkSources.Order(), build.OfficialSources.Order());
        Assert.Equal(build.SdkProjects.Order(), build.OfficialProjects.Order());
        Assert.All(build.OfficialProjects, p => Assert.True(File.Exists(Path.Combine(build.Folder, p)), p));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_official_build_has_the_same_name_kind_and_language(string csproj)
    {
        var build = new OfficialBuild(csproj);
        Assert.All(
            ["AssemblyName", "OutputType", "RootNamespace", "LangVersion"],
            name => Assert.Equal(build.Property(name), build.OfficialProperty(name)));

        // What keeps the formulas of P-256 within 255 locals.
        Assert.Equal("true", build.OfficialProperty("Optimize"));
        Assert.Equal("", build.OfficialProperty("DebugSymbols"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_official_build_references_and_restores_what_the_assembly_needs_in_the_listed_version(string csproj)
    {
        var build = new OfficialBuild(csproj);
        string[] needed = [.. build.NeededAssemblies];
        Assert.Equal(needed, build.References.Select(r => r.Assembly).Where(a => a != Launcher).Order(StringComparer.CurrentCulture));
        Assert.Equal(
            needed.Select(a => (OfficialPackage.All[a].Id, OfficialPackage.All[a].Version)).Order(), build.Packages.Order());
        string packages = Path.Combine(OfficialBuild.Root, "packages");
        foreach ((string assembly, string hint) in build.References.Where(r => r.Assembly != Launcher))
        {
            OfficialPackage package = OfficialPackage.All[assembly];
            string expected = Path.Combine(packages, $"{package.Id}.{package.Version}", "lib", assembly + ".dll");
            Assert.Equal(expected, Path.GetFullPath(Path.Combine(build.Folder, hint)));
        }
    }

    [Fact]
    public void Both_builds_take_the_same_board_and_deploy_the_native_crypto_unless_told_otherwise()
    {
        var build = new OfficialBuild("firmware/Hardware/Hoplink.Firmware.csproj");
        Assert.Equal(("esp32-rev3", "true"), (build.Property("Board"), build.Property("NativeCrypto")));
        Assert.Equal(("esp32-rev3", "true"), (build.OfficialProperty("Board"), build.OfficialProperty("NativeCrypto")));
    }

    [Fact]
    public void The_solution_lists_them_without_building_them()
    {
        string[] solution = File.ReadAllLines(Path.Combine(OfficialBuild.Root, "Firmware.sln"));
        foreach (string csproj in OfficialBuild.Projects)
        {
            string nfproj = Path.ChangeExtension(csproj, ".nfproj").Replace('/', '\\');
            string line = Assert.Single(solution, l => l.Contains($"\"{nfproj}\"", StringComparison.Ordinal));
            string id = line.Split('"')[^2];
            string[] about = [.. solution.Where(l => l.Contains(id + ".", StringComparison.Ordinal))];
            Assert.Contains(about, l => l.Contains("Debug|Any CPU.ActiveCfg", StringComparison.Ordinal));
            Assert.DoesNotContain(about, l => l.Contains(".Build.0", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_test_assembly_has_the_name_that_the_adapter_looks_for()
    {
        var build = new OfficialBuild("tests/Hoplink.Device.Tests/NFUnitTest.csproj");
        Assert.Equal("NFUnitTest", build.OfficialProperty("AssemblyName"));
        Assert.Contains(build.References, r => r.Assembly == Launcher);
        Assert.True(File.Exists(Path.Combine(build.Folder, "nano.runsettings")));
    }
}
