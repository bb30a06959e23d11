using System.Numerics;
using CsCheck;
using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

public class P256FieldTests
{
    private const long Limb = 1L << 29;

    private static readonly BigInteger _p = ReferenceP256.P;
    private static readonly BigInteger _radix = BigInteger.ModPow(2, 261, ReferenceP256.P);

    /// <summary>Any limbs that a factor may have, the extremes often.</summary>
    private static readonly Gen<long[]> _factor = Gen.OneOf(
        Gen.OneOf(-Limb, -Limb + 1, -1L, 0L, 1L, Limb - 1, Limb).Array[9],
        Gen.Long[-Limb, Limb].Array[9],
        Gen.OneOf(Gen.OneOf<BigInteger>(0, 1, 2, _p - 1, _p - 2, _p, _p + 1, (_p - 1) / 2), Number()).Select(FieldElements.Limbs),
        Gen.OneOf(-Limb, Limb).Select(limb => Enumerable.Repeat(limb, 9).ToArray()));

    [Fact]
    public void Products_and_squares_are_those_of_Montgomery()
    {
        Gen.Select(_factor, _factor).Sample((left, right) =>
        {
            long[] product = new long[9];
            P256Product.Multiply(left, right, product);
            long[] square = [.. left];
            P256Product.Square(square, square);
            return IsCarried(product) && IsCarried(square)
                && Times(product, _radix) == Times(left, FieldElements.Number(right))
                && Times(square, _radix) == Times(left, FieldElements.Number(left));
        }, iter: 20000);
    }

    [Fact]
    public void Differences_are_exact_and_carried()
    {
        Gen.Select(_factor, _factor).Sample((left, right) =>
        {
            long[] difference = [.. right];
            P256Field.Subtract(left, difference, difference);
            return IsCarried(difference)
                && FieldElements.Number(difference) == FieldElements.Number(left) - FieldElements.Number(right);
        }, iter: 5000);
    }

    [Fact]
    public void Reduction_finds_the_one_form_of_all_from_minus_p_to_2p()
    {
        BigInteger top = BigInteger.One << 232;
        BigInteger[] edges = [-_p, -_p + 1, -1, 0, 1, _p - top, _p - 1, _p, _p + 1, top << 24, (2 * _p) - 1];
        Gen.OneOf(Gen.OneOf(edges), Gen.Select(Number(), Gen.Int[-1, 1]).Select((value, i) => (value % _p) + (i * _p))).Sample(value =>
        {
            long[] limbs = FieldElements.Limbs(value);
            P256Field.Reduce(limbs);
            BigInteger reduced = FieldElements.Number(limbs);
            return IsCarried(limbs) && reduced == ReferenceP256.Mod(value) && P256Field.ZeroMask(limbs) == (reduced.IsZero ? -1 : 0);
        }, iter: 5000);
    }

    [Fact]
    public void Words_and_bytes_hold_all_of_an_element()
    {
        Gen.OneOf(Gen.OneOf<BigInteger>(0, 1, _p - 1, _p, (BigInteger.One << 256) - 1), Number()).Sample(value =>
        {
            ulong[] words = new ulong[6];
            long[] limbs = new long[9];
            P256Field.Pack(FieldElements.Limbs(value), words, 1);
            P256Field.Unpack(words, 1, limbs);
            Assert.Equal(value, FieldElements.Number(limbs));
            byte[] bytes = new byte[34];
            P256Field.Write(limbs, bytes, 1);
            Assert.Equal(value, ReferenceP256.Number(bytes.AsSpan(1, 32)));
            Assert.Equal(0, bytes[0] | bytes[33]);
            Assert.Equal(value < _p, P256Field.TryRead(bytes, 1, limbs));
            Assert.Equal(value, FieldElements.Number(limbs));
        }, iter: 1000);
    }

    [Fact]
    public void Constants_are_what_they_are_said_to_be()
    {
        Assert.Equal(_p, FieldElements.Number(P256Field.Prime));
        Assert.Equal(1, FieldElements.Number(P256Field.Unit));
        Assert.Equal(_radix, FieldElements.Number(P256Field.One));
        Assert.Equal(_radix * _radix % _p, FieldElements.Number(P256Field.RSquared));
        Assert.Equal(3 * _radix % _p, FieldElements.Number(P256Field.Three));
        Assert.Equal(ReferenceP256.B * _radix % _p, FieldElements.Number(P256Field.CurveB));
    }

    private static Gen<BigInteger> Number()
    {
        return Gen.Byte.Array[32].Select(bytes => ReferenceP256.Number(bytes));
    }

    private static BigInteger Times(long[] limbs, BigInteger factor)
    {
        return ReferenceP256.Mod(FieldElements.Number(limbs) * factor);
    }

    private static bool IsCarried(long[] limbs)
    {
        return limbs[..8].All(limb => limb is >= 0 and < Limb) && Math.Abs(limbs[8]) < 4 * Limb;
    }
}
