using System.Text.RegularExpressions;

namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>One listing: the public and protected API of one assembly.</summary>
internal sealed partial class Listing
{
    private readonly Dictionary<string, ApiType> _types = [];

    private Listing(string assembly, Version version)
    {
        Assembly = assembly;
        Version = version;
    }

    public string Assembly { get; }

    public Version Version { get; }

    /// <summary>The types, an enclosing one before those nested in it.</summary>
    public IReadOnlyCollection<ApiType> Types => _types.Values;

    /// <exception cref="FormatException">A line is not understood.</exception>
    public static Listing Parse(string[] lines)
    {
        string assembly = Head(lines, "# library:").Split(' ')[0];
        Listing listing = new(Path.GetFileNameWithoutExtension(assembly), VersionOf(Head(lines, "# version:")));
        string[] items = [.. lines.Where(l => l.Length > 0 && l[0] != '#')];
        foreach (string line in items.Where(l => l.StartsWith("T:", StringComparison.Ordinal)))
        {
            ApiType type = ItemParser.ParseType(line);
            listing._types.Add(type.Name, type);
        }

        foreach (string line in items.Where(l => !l.StartsWith("T:", StringComparison.Ordinal)))
        {
            try
            {
                ItemParser.ParseMember(line, listing._types);
            }
            catch (Exception e) when (e is FormatException or KeyNotFoundException or IndexOutOfRangeException)
            {
                throw new FormatException($"{listing.Assembly}: cannot read \"{line}\": {e.Message}", e);
            }
        }

        return listing;
    }

    private static string Head(string[] lines, string label)
    {
        string line = lines.FirstOrDefault(l => l.StartsWith(label, StringComparison.Ordinal))
            ?? throw new FormatException($"No line {label}");
        return line[label.Length..].Trim();
    }

    // Some heads name two versions, that of the sources listed and a later one with the same API that is in use: the later counts.
    private static Version VersionOf(string head)
    {
        Version? highest = ThreeNumbers().Matches(head).Select(m => Version.Parse(m.Value)).Max();
        return highest == null
            ? throw new FormatException($"No version in \"{head}\"")
            : new Version(highest.Major, highest.Minor, highest.Build, 0);
    }

    [GeneratedRegex(@"\d+\.\d+\.\d+")]
    private static partial Regex ThreeNumbers();
}
