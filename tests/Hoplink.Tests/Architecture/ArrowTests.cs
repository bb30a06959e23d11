namespace Hoplink.Tests.Architecture;

/// <summary>Arrows run one way: folders, which are namespaces, import each other without a circle.</summary>
public sealed class ArrowTests
{
    private static readonly Lazy<HashSet<(string From, string To)>> _arrows = new(FindArrows);

    [Theory]
    [InlineData("Wire")]
    [InlineData("Crypto")]
    [InlineData("Parameters")]
    public void Some_folders_import_nothing(string folder)
    {
        Assert.DoesNotContain(_arrows.Value, a => a.From == folder);
    }

    [Fact]
    public void No_folder_imports_the_root()
    {
        Assert.DoesNotContain(_arrows.Value, a => a.To == "");
    }

    [Fact]
    public void Nothing_imports_recovery_but_the_root()
    {
        Assert.Equal([""], _arrows.Value.Where(a => a.To == "Recovery").Select(a => a.From));
    }

    [Fact]
    public void No_folders_import_each_other_by_any_way_round()
    {
        ILookup<string, string> next = _arrows.Value.ToLookup(a => a.From, a => a.To);
        foreach (string start in next.Select(g => g.Key))
        {
            HashSet<string> reached = [];
            Queue<string> toVisit = new(next[start]);
            while (toVisit.TryDequeue(out string? folder))
            {
                Assert.False(folder == start, $"{start} imports itself by way of {string.Join(", ", reached)}");
                if (reached.Add(folder))
                {
                    foreach (string further in next[folder])
                    {
                        toVisit.Enqueue(further);
                    }
                }
            }
        }
    }

    [Fact]
    public void A_files_folder_is_its_namespace()
    {
        foreach ((string path, string[] lines) in SourceTree.Shared)
        {
            string folder = Path.GetDirectoryName(path)!.Replace('/', '.');
            string expected = folder.Length == 0 ? "namespace Hoplink;" : $"namespace Hoplink.{folder};";
            Assert.True(lines.Contains(expected), $"{path}: expected {expected}");
        }
    }

    // From what was compiled, and, for the constants that the compiler copied, from the source.
    private static HashSet<(string From, string To)> FindArrows()
    {
        HashSet<(string From, string To)> arrows = [.. SourceTree.Imports];
        foreach (string file in (string[])["Hoplink.dll", "Hoplink.Crypto.dll"])
        {
            using var assembly = new CompiledAssembly(file);
            arrows.UnionWith(assembly.Types.Where(t => IsOurs(t.Type)).SelectMany(t => t.References.Where(IsOurs)
                .Select(r => (FolderOf(t.Type), FolderOf(r)))));
        }

        arrows.RemoveWhere(a => a.From == a.To);
        Assert.NotEmpty(arrows);
        return arrows;
    }

    private static bool IsOurs(string type) => type.StartsWith("Hoplink.", StringComparison.Ordinal);

    // "Hoplink.Keys.Epoch" is in Keys, "Hoplink.Link+Inner" in the root.
    private static string FolderOf(string type)
    {
        string[] parts = type.Split('+')[0].Split('.');
        return parts.Length == 2 ? "" : parts[1];
    }
}
