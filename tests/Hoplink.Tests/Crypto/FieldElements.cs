using System.Numerics;

namespace Hoplink.Tests.Crypto;

/// <summary>Numbers as limbs of 29 bits and back.</summary>
internal static class FieldElements
{
    internal static long[] Limbs(BigInteger value)
    {
        long[] limbs = new long[9];
        for (int i = 0; i < 8; i++)
        {
            limbs[i] = (long)(value & ((1 << 29) - 1));
            value >>= 29;
        }

        limbs[8] = (long)value;
        return limbs;
    }

    internal static BigInteger Number(long[] limbs)
    {
        BigInteger value = 0;
        for (int i = 8; i >= 0; i--)
        {
            value = (value << 29) + limbs[i];
        }

        return value;
    }
}
