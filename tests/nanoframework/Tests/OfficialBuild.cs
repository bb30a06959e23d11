using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Xml.Linq;

namespace Hoplink.Nano.Tests;

/// <summary>A project that is built both by the SDK and, from the .nfproj beside it, by nanoFramework's own project system.</summary>
internal sealed class OfficialBuild
{
    private static readonly XNamespace _ns = "http://schemas.microsoft.com/developer/msbuild/2003";

    private static readonly Dictionary<string, JsonElement> _known = [];

    private readonly string _csproj;
    private readonly JsonElement _evaluated;
    private readonly XDocument _nfproj;

    public OfficialBuild(string csproj)
    {
        _csproj = Path.Combine(Root, csproj);
        lock (_known)
        {
            _evaluated = _known.TryGetValue(_csproj, out JsonElement known) ? known : _known[_csproj] = Evaluate(_csproj);
        }

        _nfproj = XDocument.Load(Path.ChangeExtension(_csproj, ".nfproj"));
    }

    /// <summary>The configuration that the tests, and what they read, were built in.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every project that compiles for netnano1.0, as a path from the root.</summary>
    public static IEnumerable<string> Projects => Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories)
        .Where(path => !path.Contains("nanoframework", StringComparison.Ordinal) && TargetsDevice(path))
        .Select(path => Path.GetRelativePath(Root, path));

    public string Folder => Path.GetDirectoryName(_csproj)!;

    public string AssemblyName => Property("AssemblyName");

    /// <summary>What the SDK compiles for netnano1.0, from the project's folder.</summary>
    public IEnumerable<string> SdkSources => Items("Compile").Select(path => Path.GetRelativePath(Folder, path))
        .Where(path => !path.StartsWith("obj", StringComparison.Ordinal));

    public IEnumerable<string> OfficialSources => Includes("Compile");

    /// <summary>Projects that the SDK references, and what these reference.</summary>
    public IEnumerable<string> SdkProjects =>
        Reachable().Select(p => Path.GetRelativePath(Folder, Path.ChangeExtension(p._csproj, ".nfproj")));

    public IEnumerable<string> OfficialProjects => Includes("ProjectReference");

    /// <summary>The assemblies of the device that the compiled one needs, and what these need, by packages.txt.</summary>
    public IEnumerable<string> NeededAssemblies
    {
        get
        {
            SortedSet<string> needed = ["mscorlib"];
            foreach (OfficialBuild project in Reachable().Append(this))
            {
                project.AddNeeded(needed);
            }

            return needed;
        }
    }

    public IEnumerable<(string Assembly, string HintPath)> References => _nfproj.Descendants(_ns + "Reference")
        .Select(r => (r.Attribute("Include")!.Value, Local(r.Element(_ns + "HintPath")!.Value)));

    public IEnumerable<(string Id, string Version)> Packages => XDocument.Load(Path.Combine(Folder, "packages.config"))
        .Descendants("package").Select(p => (p.Attribute("id")!.Value, p.Attribute("version")!.Value));

    public string Property(string name) => _evaluated.GetProperty("Properties").GetProperty(name).GetString()!;

    public string OfficialProperty(string name) => _nfproj.Descendants(_ns + name).Last().Value;

    private static bool TargetsDevice(string csproj)
    {
        // As the framework or the last of the frameworks: a project may name it otherwise to use what another one compiles.
        const string target = "netnano1.0</TargetFramework";
        string text = File.ReadAllText(csproj);
        string props = Path.Combine(Path.GetDirectoryName(csproj)!, "Directory.Build.props");
        string parent = Path.Combine(Path.GetDirectoryName(csproj)!, "..", "Directory.Build.props");
        return text.Contains(target, StringComparison.Ordinal)
            || new[] { props, parent }.Any(p => File.Exists(p) && File.ReadAllText(p).Contains(target, StringComparison.Ordinal));
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Firmware.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("Firmware.sln is in no folder above the tests");
    }

    private static JsonElement Evaluate(string csproj)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "msbuild", csproj, "-p:TargetFramework=netnano1.0", "-getItem:Compile", "-getItem:ProjectReference",
                "-getProperty:AssemblyName,OutputType,RootNamespace,LangVersion,Board,NativeCrypto",
            },
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return JsonDocument.Parse(output).RootElement;
    }

    private static string Local(string path) => path.Replace('\\', Path.DirectorySeparatorChar);

    private IEnumerable<string> Includes(string item)
    {
        return _nfproj.Descendants(_ns + item).Select(e => Local(e.Attribute("Include")!.Value))
            .Select(path => path.Replace("$(Board)", Property("Board"), StringComparison.Ordinal));
    }

    private IEnumerable<string> Items(string item)
    {
        return _evaluated.GetProperty("Items").GetProperty(item).EnumerateArray()
            .Where(e => !e.TryGetProperty("ReferenceOutputAssembly", out JsonElement output) || output.GetString() != "false")
            .Select(e => e.GetProperty("FullPath").GetString()!);
    }

    private IEnumerable<OfficialBuild> Reachable()
    {
        Dictionary<string, OfficialBuild> found = [];
        Queue<OfficialBuild> toVisit = new([this]);
        while (toVisit.TryDequeue(out OfficialBuild? project))
        {
            foreach (string path in project.Items("ProjectReference").Where(path => !found.ContainsKey(path)))
            {
                found[path] = new OfficialBuild(Path.GetRelativePath(Root, path));
                toVisit.Enqueue(found[path]);
            }
        }

        return found.Values;
    }

    private void AddNeeded(SortedSet<string> needed)
    {
        string extension = Property("OutputType") == "Exe" ? ".exe" : ".dll";
        string path = Path.Combine(Folder, "bin", Configuration, "netnano1.0", AssemblyName + extension);
        using var compiled = new PEReader(File.OpenRead(path));
        MetadataReader reader = compiled.GetMetadataReader();
        foreach (AssemblyReferenceHandle handle in reader.AssemblyReferences)
        {
            string name = reader.GetString(reader.GetAssemblyReference(handle).Name);
            if (OfficialPackage.All.ContainsKey(name))
            {
                OfficialPackage.AddWithNeeds(name, needed);
            }
            else
            {
                Assert.StartsWith("Hoplink", name, StringComparison.Ordinal);
            }
        }
    }
}
