using System.Text.RegularExpressions;

namespace Hoplink.Tests.Architecture;

/// <summary>The lines of this repository's C# files.</summary>
internal static partial class SourceTree
{
    /// <summary>The files of shared/, by path from there.</summary>
    public static IReadOnlyDictionary<string, string[]> Shared { get; } = Read("shared");

    /// <summary>(namespace of the file, namespace it imports), both without "Hoplink."; the root is "".</summary>
    public static IEnumerable<(string From, string To)> Imports
    {
        get
        {
            return Shared.SelectMany(file => file.Value.Select(line => ImportOfHoplink().Match(line)).Where(m => m.Success)
                .Select(m => (FolderOf(file.Key), m.Groups[1].Value)));
        }
    }

    /// <summary>The files of a folder, by path from there.</summary>
    public static IReadOnlyDictionary<string, string[]> Read(string name)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root != null && !File.Exists(Path.Combine(root.FullName, "Firmware.sln")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        string folder = Path.Combine(root.FullName, name);
        return Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(folder, path).Replace('\\', '/')))
            .Where(f => !f.Name.Split('/').Any(part => part is "obj" or "bin"))
            .ToDictionary(f => f.Name, f => File.ReadAllLines(f.Path));
    }

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : "";

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?Hoplink(?:\.(\w+))?[^;]*;")]
    private static partial Regex ImportOfHoplink();
}
