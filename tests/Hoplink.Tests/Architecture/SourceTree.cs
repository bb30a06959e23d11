using System.Text.RegularExpressions;

namespace Hoplink.Tests.Architecture;

/// <summary>The C# files of shared/, by path from there.</summary>
internal static partial class SourceTree
{
    public static IReadOnlyDictionary<string, string[]> Shared { get; } = Read();

    /// <summary>(namespace of the file, namespace it imports), both without "Hoplink."; the root is "".</summary>
    public static IEnumerable<(string From, string To)> Imports
    {
        get
        {
            return Shared.SelectMany(file => file.Value.Select(line => ImportOfHoplink().Match(line)).Where(m => m.Success)
                .Select(m => (FolderOf(file.Key), m.Groups[1].Value)));
        }
    }

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : "";

    private static Dictionary<string, string[]> Read()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root != null && !File.Exists(Path.Combine(root.FullName, "Firmware.sln")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        string shared = Path.Combine(root.FullName, "shared");
        return Directory.EnumerateFiles(shared, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(shared, path).Replace('\\', '/')))
            .Where(f => !f.Name.Split('/').Any(folder => folder is "obj" or "bin"))
            .ToDictionary(f => f.Name, f => File.ReadAllLines(f.Path));
    }

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?Hoplink(?:\.(\w+))?[^;]*;")]
    private static partial Regex ImportOfHoplink();
}
