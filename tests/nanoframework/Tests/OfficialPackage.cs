using Hoplink.Nano.ReferenceAssemblies;

namespace Hoplink.Nano.Tests;

/// <summary>A line of packages.txt: the package of an assembly and what it needs; the version is that of the assembly's listing.</summary>
internal sealed record OfficialPackage(string Assembly, string Id, string[] Needs)
{
    public static IReadOnlyDictionary<string, OfficialPackage> All { get; } =
        File.ReadLines(Path.Combine(OfficialBuild.Root, "tests", "nanoframework", "packages.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => new OfficialPackage(words[0], words[1], words[2..]));

    public string Version =>
        Listing.Parse(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "listings", Assembly + ".api.txt"))).Version.ToString(3);

    public static void AddWithNeeds(string assembly, ISet<string> needed)
    {
        if (needed.Add(assembly))
        {
            foreach (string need in All[assembly].Needs)
            {
                AddWithNeeds(need, needed);
            }
        }
    }
}
