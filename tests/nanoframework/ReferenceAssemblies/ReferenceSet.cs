namespace Hoplink.Nano.ReferenceAssemblies;

/// <summary>All reference assemblies of a directory of listings.</summary>
internal static class ReferenceSet
{
    public const string ListingSuffix = ".api.txt";

    /// <summary>File name and contents of each.</summary>
    public static IEnumerable<(string File, byte[] Bytes)> Emit(string listingDirectory)
    {
        Listing[] listings = [.. Directory.EnumerateFiles(listingDirectory, "*" + ListingSuffix).Order(StringComparer.Ordinal)
            .Select(path => Listing.Parse(File.ReadAllLines(path)))];
        TypeCatalog catalog = new(listings);
        return listings.Select(l => (l.Assembly + ".dll", AssemblyEmitter.Emit(l, catalog)));
    }

    /// <summary>
    /// Leaves a file alone that has these contents already, so that nothing is compiled anew on its account, and else replaces it at one
    /// stroke: a compiler that runs meanwhile sees the old one or the new one.
    /// </summary>
    public static void WriteIfChanged(string path, byte[] bytes)
    {
        if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes))
        {
            return;
        }

        string temporary = path + "." + Environment.ProcessId;
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }
}
