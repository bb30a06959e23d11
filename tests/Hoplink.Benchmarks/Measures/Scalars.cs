using System.Globalization;
using System.Numerics;

namespace Hoplink.Benchmarks.Measures;

/// <summary>Private keys of P-256 of every kind that a leak would tell apart.</summary>
internal static class Scalars
{
    private const int Random = 100;

    /// <summary>The order n of the base point (SP 800-186, 3.2.1.3).</summary>
    private static readonly BigInteger _order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>200 of them: near 0, near n, of low and high Hamming weight, and random ones by the seed; 32 bytes, big-endian.</summary>
    internal static byte[][] Make(int seed)
    {
        var numbers = new HashSet<BigInteger>();
        for (int i = 1; i <= 20; i++)
        {
            numbers.Add(i);
            numbers.Add(_order - i);
        }

        for (int i = 0; i < 30; i++)
        {
            // One bit; all bits below n's own highest but one.
            int bit = 5 + (8 * i);
            numbers.Add(BigInteger.One << bit);
            numbers.Add((BigInteger.One << 255) - 1 - (BigInteger.One << bit));
        }

        var random = new Random(seed);
        byte[] bytes = new byte[32];
        while (numbers.Count < 100 + Random)
        {
            random.NextBytes(bytes);
            numbers.Add((new BigInteger(bytes, isUnsigned: true) % (_order - 1)) + 1);
        }

        return [.. numbers.Select(ToBytes)];
    }

    private static byte[] ToBytes(BigInteger number)
    {
        byte[] bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
