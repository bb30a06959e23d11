using Hoplink.Nano.ReferenceAssemblies;

namespace Hoplink.Nano.Tests;

/// <summary>The listings and what is made of them, by the name of the assembly.</summary>
internal static class Listings
{
    public static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "listings");

    private static readonly Lazy<Dictionary<string, byte[]>> _assemblies = new(
        () => ReferenceSet.Emit(Folder).ToDictionary(a => Path.GetFileNameWithoutExtension(a.File), a => a.Bytes));

    public static IReadOnlyDictionary<string, byte[]> Assemblies => _assemblies.Value;

    public static string[] Lines(string assembly) => File.ReadAllLines(Path.Combine(Folder, assembly + ReferenceSet.ListingSuffix));
}
