using System;

namespace Hoplink.Crypto;

/// <summary>
/// Elements of the field of P-256 beside their products: constants, differences, and the one form in 0..p-1 of each element. See
/// P256Product for the limbs.
/// </summary>
internal static class P256Field
{
    /// <summary>Limbs of an element.</summary>
    internal const int LimbCount = 9;

    /// <summary>Words of 64 bits of an element in a table.</summary>
    internal const int WordCount = 4;

    private const int LimbBits = 29;
    private const long LimbMask = 0x1fffffff;

    /// <summary>p = 2^256 - 2^224 + 2^192 + 2^96 - 1.</summary>
    internal static readonly long[] Prime =
    {
        0x1fffffff, 0x1fffffff, 0x1fffffff, 0x1ff, 0x0,
        0x0, 0x40000, 0x1fe00000, 0xffffff,
    };

    /// <summary>The number 1, not in Montgomery's form: a product with it leaves that form.</summary>
    internal static readonly long[] Unit =
    {
        1, 0, 0, 0, 0,
        0, 0, 0, 0,
    };

    /// <summary>1 in Montgomery's form: 2^261 mod p.</summary>
    internal static readonly long[] One =
    {
        0x20, 0x0, 0x0, 0x1fffc000, 0x1fffffff,
        0x1fffffff, 0x1f7fffff, 0x3ffffff, 0x0,
    };

    /// <summary>2^522 mod p: a product with it brings a number into Montgomery's form.</summary>
    internal static readonly long[] RSquared =
    {
        0xc00, 0x0, 0x1fff0000, 0x1fdfffff, 0x1fbfffff,
        0x1fffffff, 0x1fffffff, 0x1ffffffe, 0x13,
    };

    /// <summary>3 in Montgomery's form; the curve's coefficient a is -3.</summary>
    internal static readonly long[] Three =
    {
        0x60, 0x0, 0x0, 0x1fff4000, 0x1fffffff,
        0x1fffffff, 0x1e7fffff, 0xbffffff, 0x0,
    };

    /// <summary>The curve's coefficient b in Montgomery's form (SP 800-186, 3.2.1.3).</summary>
    internal static readonly long[] CurveB =
    {
        0x1897bbfb, 0x1cdf6229, 0x18486c4, 0x1732821, 0x1dad59e0,
        0xabf7212, 0x1a06d110, 0x17721d20, 0x8600c3,
    };

    /// <summary>result = left - right, with its limbs carried; the arrays may be the same.</summary>
    internal static void Subtract(long[] left, long[] right, long[] result)
    {
        long t = 0;
        for (int i = 0; i < LimbCount - 1; i++)
        {
            t += left[i] - right[i];
            result[i] = t & LimbMask;
            t >>= LimbBits;
        }

        result[8] = t + left[8] - right[8];
    }

    /// <summary>Brings a carried element from -p..2p-1 to 0..p-1.</summary>
    internal static void Reduce(long[] value)
    {
        AddPrime(value, -(value[8] >> 63));
        AddPrime(value, -1);
        AddPrime(value, -(value[8] >> 63));
    }

    /// <summary>All ones if an element in 0..p-1 is 0, else 0.</summary>
    internal static long ZeroMask(long[] value)
    {
        long any = 0;
        for (int i = 0; i < LimbCount; i++)
        {
            any |= value[i];
        }

        return (any - 1) >> 63;
    }

    /// <summary>Packs an element in 0..p-1 into four words of 64 bits, the low one first.</summary>
    internal static void Pack(long[] value, ulong[] words, int offset)
    {
        ulong v2 = (ulong)value[2];
        ulong v4 = (ulong)value[4];
        ulong v6 = (ulong)value[6];
        words[offset] = (ulong)value[0] | ((ulong)value[1] << 29) | (v2 << 58);
        words[offset + 1] = (v2 >> 6) | ((ulong)value[3] << 23) | (v4 << 52);
        words[offset + 2] = (v4 >> 12) | ((ulong)value[5] << 17) | (v6 << 46);
        words[offset + 3] = (v6 >> 18) | ((ulong)value[7] << 11) | ((ulong)value[8] << 40);
    }

    /// <summary>Unpacks four words of 64 bits, the low one first.</summary>
    internal static void Unpack(ulong[] words, int offset, long[] value)
    {
        ulong mask = LimbMask;
        ulong w0 = words[offset];
        ulong w1 = words[offset + 1];
        ulong w2 = words[offset + 2];
        ulong w3 = words[offset + 3];
        value[0] = (long)(w0 & mask);
        value[1] = (long)((w0 >> 29) & mask);
        value[2] = (long)(((w0 >> 58) | (w1 << 6)) & mask);
        value[3] = (long)((w1 >> 23) & mask);
        value[4] = (long)(((w1 >> 52) | (w2 << 12)) & mask);
        value[5] = (long)((w2 >> 17) & mask);
        value[6] = (long)(((w2 >> 46) | (w3 << 18)) & mask);
        value[7] = (long)((w3 >> 11) & mask);
        value[8] = (long)(w3 >> 40);
    }

    /// <summary>Reads 32 bytes, big-endian; false, if they are not below p. They need not be secret.</summary>
    internal static bool TryRead(byte[] bytes, int offset, long[] value)
    {
        ulong[] words = new ulong[WordCount];
        for (int i = 0; i < CryptoProvider.SharedSecretSize; i++)
        {
            words[3 - (i >> 3)] = (words[3 - (i >> 3)] << 8) | bytes[offset + i];
        }

        Unpack(words, 0, value);
        long t = 0;
        for (int i = 0; i < LimbCount; i++)
        {
            t = (t + value[i] - Prime[i]) >> LimbBits;
        }

        return t < 0;
    }

    /// <summary>Writes an element in 0..p-1 that is not in Montgomery's form as 32 bytes, big-endian.</summary>
    internal static void Write(long[] value, byte[] bytes, int offset)
    {
        ulong[] words = new ulong[WordCount];
        Pack(value, words, 0);
        for (int i = 0; i < CryptoProvider.SharedSecretSize; i++)
        {
            bytes[offset + i] = (byte)(words[3 - (i >> 3)] >> (56 - 8 * (i & 7)));
        }

        Array.Clear(words, 0, words.Length);
    }

    /// <summary>value += factor p, for a factor of -1, 0 or 1.</summary>
    private static void AddPrime(long[] value, long factor)
    {
        long t = 0;
        for (int i = 0; i < LimbCount - 1; i++)
        {
            t += value[i] + Prime[i] * factor;
            value[i] = t & LimbMask;
            t >>= LimbBits;
        }

        value[8] += t + Prime[8] * factor;
    }
}
