using System.Globalization;

namespace Hoplink.Peer.Commands;

/// <summary>Seeds from one to another, both included.</summary>
internal readonly record struct SeedRange(ulong First, ulong Last)
{
    /// <summary>Most seeds of a campaign.</summary>
    public const long MostSeeds = 1_000_000;

    public long Count => (long)(Last - First) + 1;

    /// <summary>Reads A-B, or A alone.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    public static SeedRange Parse(string text)
    {
        string[] parts = text.Split('-');
        if (parts.Length is 1 or 2
            && ulong.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong first)
            && ulong.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
            && first <= last && last - first < MostSeeds)
        {
            return new SeedRange(first, last);
        }

        throw new FormatException($"\"{text}\" is no range of seeds: A-B is needed, as in 1-100, of at most {MostSeeds} seeds");
    }

    public override string ToString()
    {
        return First == Last
            ? First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
    }
}
