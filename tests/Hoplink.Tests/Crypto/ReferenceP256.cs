using System.Globalization;
using System.Numerics;

namespace Hoplink.Tests.Crypto;

/// <summary>P-256 by the book, in affine coordinates over big integers (SP 800-186).</summary>
internal static class ReferenceP256
{
    internal static readonly BigInteger P = Parse("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    internal static readonly BigInteger N = Parse("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    internal static readonly BigInteger B = Parse("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    internal static readonly (BigInteger X, BigInteger Y) G = (
        Parse("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        Parse("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));

    internal static BigInteger Mod(BigInteger value)
    {
        return ((value % P) + P) % P;
    }

    internal static BigInteger Inverse(BigInteger value)
    {
        return BigInteger.ModPow(Mod(value), P - 2, P);
    }

    /// <summary>The sum of two points, neither of which is the identity, nor is the sum.</summary>
    internal static (BigInteger X, BigInteger Y) Add((BigInteger X, BigInteger Y) left, (BigInteger X, BigInteger Y) right)
    {
        BigInteger slope = left == right
            ? ((3 * left.X * left.X) - 3) * Inverse(2 * left.Y)
            : (right.Y - left.Y) * Inverse(right.X - left.X);
        BigInteger x = Mod((slope * slope) - left.X - right.X);
        return (x, Mod((slope * (left.X - x)) - left.Y));
    }

    internal static (BigInteger X, BigInteger Y) Negate((BigInteger X, BigInteger Y) point)
    {
        return (point.X, Mod(-point.Y));
    }

    /// <summary>The product for 1..n-1.</summary>
    internal static (BigInteger X, BigInteger Y) Multiply(BigInteger scalar, (BigInteger X, BigInteger Y) point)
    {
        if (scalar > N / 2)
        {
            return Negate(Multiply(N - scalar, point));
        }

        (BigInteger X, BigInteger Y)? sum = null;
        while (true)
        {
            if (!scalar.IsEven)
            {
                sum = sum is null ? point : Add(sum.Value, point);
            }

            scalar >>= 1;
            if (scalar.IsZero)
            {
                return sum!.Value;
            }

            point = Add(point, point);
        }
    }

    /// <summary>A y for x, if x is that of a point.</summary>
    internal static BigInteger? FindY(BigInteger x)
    {
        BigInteger square = Mod((x * x * x) - (3 * x) + B);
        BigInteger y = BigInteger.ModPow(square, (P + 1) / 4, P);
        return Mod(y * y) == square ? y : null;
    }

    internal static byte[] Bytes(BigInteger value)
    {
        byte[] bytes = new byte[32];
        byte[] digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, bytes.Length - digits.Length);
        return bytes;
    }

    internal static byte[] Bytes((BigInteger X, BigInteger Y) point)
    {
        return [.. Bytes(point.X), .. Bytes(point.Y)];
    }

    internal static BigInteger Number(ReadOnlySpan<byte> bytes)
    {
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    private static BigInteger Parse(string hex)
    {
        return BigInteger.Parse("0" + hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
