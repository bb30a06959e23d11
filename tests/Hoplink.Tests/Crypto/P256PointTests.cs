using System.Numerics;
using CsCheck;
using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

public class P256PointTests
{
    private static readonly BigInteger _radix = BigInteger.ModPow(2, 261, ReferenceP256.P);

    private static readonly (BigInteger X, BigInteger Y) _point = ReferenceP256.Multiply(BigInteger.Pow(5, 100), ReferenceP256.G);

    [Fact]
    public void Every_entry_of_the_base_table_is_the_multiple_that_its_place_says()
    {
        (BigInteger X, BigInteger Y) unit = ReferenceP256.G;
        Assert.Equal(P256BaseTable.RowCount, P256BaseTable.Rows.Length);
        foreach (ulong[] row in P256BaseTable.Rows)
        {
            Assert.Equal(64, row.Length);
            for (int i = 0; i < 8; i++)
            {
                int multiple = 4096 + (Sign(i, 2) * 256) + (Sign(i, 1) * 16) + Sign(i, 0);
                Assert.Equal(ReferenceP256.Multiply(multiple, unit), Entry(row, i));
            }

            unit = ReferenceP256.Multiply(BigInteger.One << 16, unit);
        }
    }

    [Fact]
    public void A_table_of_a_public_key_holds_its_odd_multiples()
    {
        foreach ((BigInteger X, BigInteger Y) point in new[] { _point, ReferenceP256.G, ReferenceP256.Negate(_point) })
        {
            P256OddMultiples multiples = new();
            Assert.True(multiples.TryMake([0, .. ReferenceP256.Bytes(point)], 1));
            for (int i = 0; i < 8; i++)
            {
                Assert.Equal(ReferenceP256.Multiply((2 * i) + 1, point), Entry(multiples.Table, i));
            }
        }
    }

    [Fact]
    public void Doublings_and_additions_follow_the_curve_whatever_Z_is()
    {
        P256OddMultiples multiples = new();
        Assert.True(multiples.TryMake(ReferenceP256.Bytes(_point), 0));
        Gen.Select(Gen.Byte.Array[32], Gen.Int[1, 5], Gen.Int[0, 15]).Sample((random, count, digit) =>
        {
            BigInteger z = (ReferenceP256.Number(random) % (ReferenceP256.P - 1)) + 1;
            long[] x = Montgomery(ReferenceP256.G.X * z * z);
            long[] y = Montgomery(ReferenceP256.G.Y * z * z * z);
            long[] zLimbs = Montgomery(z);
            P256Doubling.Run(x, y, zLimbs, count);
            (BigInteger X, BigInteger Y) expected = ReferenceP256.Multiply(1 << count, ReferenceP256.G);
            Assert.Equal(expected, Affine(x, y, zLimbs));

            P256Addition.Run(x, y, zLimbs, multiples.Table, digit);
            (BigInteger X, BigInteger Y) entry = ReferenceP256.Multiply(Math.Abs((2 * digit) - 15), _point);
            expected = ReferenceP256.Add(expected, digit < 8 ? ReferenceP256.Negate(entry) : entry);
            Assert.Equal(expected, Affine(x, y, zLimbs));
        }, iter: 40);
    }

    [Fact]
    public void Digits_add_up_to_the_scalar_or_its_negative()
    {
        BigInteger n = ReferenceP256.N;
        Gen<BigInteger> any = Gen.Byte.Array[32].Select(bytes => (ReferenceP256.Number(bytes) % (n - 1)) + 1);
        Gen.OneOf(Gen.OneOf<BigInteger>(1, 2, 3, n - 1, n - 2, n - 3, n / 2), any).Sample(scalar =>
        {
            P256Scalar digits = new();
            Assert.True(digits.TryRead([0, .. ReferenceP256.Bytes(scalar)], 1));
            BigInteger expected = digits.NegativeMask == 0 ? scalar : n - scalar;
            Assert.False(expected.IsEven);

            byte[] values = new byte[P256Scalar.DigitCount];
            digits.GetWindowDigits(values);
            Assert.Equal(expected, values.Aggregate(BigInteger.Zero, (sum, digit) => (16 * sum) + (2 * digit) - 15));
            Assert.True(values[0] >= 8);

            digits.GetCombDigits(values);
            Assert.Equal(expected, CombSum(values));
            Assert.True(values[0] >= 8);
        }, iter: 300);
    }

    private static BigInteger CombSum(byte[] digits)
    {
        BigInteger sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int comb = 15 - (i % 16);
            int multiple = Enumerable.Range(0, 4).Sum(tooth => Sign(digits[i], tooth) << (4 * tooth));
            sum = (i % 16 == 0 ? 2 * sum : sum) + ((BigInteger)multiple << (16 * comb));
        }

        return sum;
    }

    private static int Sign(int bits, int index)
    {
        return (2 * ((bits >> index) & 1)) - 1;
    }

    private static (BigInteger X, BigInteger Y) Entry(ulong[] table, int entry)
    {
        return (Coordinate(table.AsSpan(8 * entry, 4)), Coordinate(table.AsSpan((8 * entry) + 4, 4)));
    }

    private static BigInteger Coordinate(ReadOnlySpan<ulong> words)
    {
        BigInteger value = 0;
        for (int i = 3; i >= 0; i--)
        {
            value = (value << 64) + words[i];
        }

        Assert.True(value < ReferenceP256.P);
        return ReferenceP256.Mod(value * ReferenceP256.Inverse(_radix));
    }

    private static long[] Montgomery(BigInteger value)
    {
        return FieldElements.Limbs(ReferenceP256.Mod(value * _radix));
    }

    private static (BigInteger X, BigInteger Y) Affine(long[] x, long[] y, long[] z)
    {
        BigInteger scale = ReferenceP256.Inverse(FieldElements.Number(z));
        return (
            ReferenceP256.Mod(FieldElements.Number(x) * scale * scale * _radix),
            ReferenceP256.Mod(FieldElements.Number(y) * scale * scale * scale * _radix * _radix));
    }
}
