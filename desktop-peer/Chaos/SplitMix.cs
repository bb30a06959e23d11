namespace Hoplink.Peer.Chaos;

/// <summary>
/// SplitMix64: the same numbers from the same seed on every release of .NET, which System.Random does not promise. Not for keys.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The next number from 0 up to, not including, 1.</summary>
    public double NextDouble()
    {
        return (Next() >> 11) * (1.0 / (1UL << 53));
    }
}
