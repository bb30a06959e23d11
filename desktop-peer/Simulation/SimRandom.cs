using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Hoplink.Simulation;

/// <summary>
/// xoshiro256** seeded by SplitMix64: the same draws from the same seed on every machine and runtime. Each part of a simulation draws from
/// a <see cref="Split"/> of its own, so that one part more does not shift what the others draw.
/// </summary>
public sealed class SimRandom
{
    private readonly ulong _seed;
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Begins the draws of a seed; any number is one.</summary>
    public SimRandom(ulong seed)
    {
        _seed = seed;
        ulong state = seed;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>A generator that depends on this one's seed and on the name, not on what was drawn so far.</summary>
    public SimRandom Split(string name)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 1099511628211;
        }

        ulong state = _seed ^ hash;
        return new SimRandom(SplitMix(ref state) ^ BitOperations.RotateLeft(hash, 32));
    }

    /// <summary>Any number of 64 bits, all as likely.</summary>
    public ulong NextULong()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>0 up to, but not, 1.</summary>
    public double NextDouble() => (NextULong() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 up to, but not, <paramref name="limit"/>; 0 for a limit of 0.</summary>
    public long Below(long limit) => (long)Math.BigMul(NextULong(), (ulong)limit, out _);

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public long Between(long low, long high) => low + Below(high - low + 1);

    /// <summary>From <paramref name="low"/>, above 0, to <paramref name="high"/>: as likely between 2 and 4 as between 20 and 40.</summary>
    public long LogUniform(long low, long high) => (long)(low * Math.Pow((double)high / low, NextDouble()));

    /// <summary>True with a probability from 0, never, to 1, always.</summary>
    public bool Chance(double probability) => probability > 0 && NextDouble() < probability;

    /// <summary>Draws each byte.</summary>
    public void Fill(Span<byte> bytes)
    {
        Span<byte> block = stackalloc byte[8];
        for (int i = 0; i < bytes.Length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(block, NextULong());
            int count = Math.Min(8, bytes.Length - i);
            block[..count].CopyTo(bytes[i..]);
        }
    }

    /// <summary>Draws so many bytes.</summary>
    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
