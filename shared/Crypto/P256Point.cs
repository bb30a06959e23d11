using System;

namespace Hoplink.Crypto;

/// <summary>
/// A point of P-256 in Jacobian coordinates, (X / Z^2, Y / Z^3), that is being multiplied by a secret scalar. The caller wipes it.
/// </summary>
internal sealed class P256Point
{
    private readonly long[] _x = new long[P256Field.LimbCount];
    private readonly long[] _y = new long[P256Field.LimbCount];
    private readonly long[] _z = new long[P256Field.LimbCount];
    private readonly long[] _otherX = new long[P256Field.LimbCount];
    private readonly long[] _otherY = new long[P256Field.LimbCount];
    private readonly long[] _otherZ = new long[P256Field.LimbCount];
    private readonly byte[] _digits = new byte[P256Scalar.DigitCount];

    /// <summary>
    /// Sets the point to the product of the table's point and the scalar, or its negative (P256Scalar.NegativeMask).
    /// </summary>
    /// <remarks>
    /// P256Addition wants to know that the point is never the entry to be added or its negative. Let it be a P, 16 a P after the
    /// doublings, and the entry d P, d odd: a is odd and 16 |a| more than |d|. Until the last digit 16 a is below n / 2 as well, and so
    /// they differ modulo n too. In the last step 16 a + d = T is no multiple of n, but 16 a = d + n is possible, for T = n - 2 (d =
    /// -1; n is 1 modulo 16). AddLast takes care of that.
    /// </remarks>
    internal void MultiplyTable(ulong[] table, P256Scalar scalar)
    {
        scalar.GetWindowDigits(_digits);
        SetEntry(table, _digits[0]);
        for (int i = 1; i < P256Scalar.DigitCount - 1; i++)
        {
            P256Doubling.Run(_x, _y, _z, 4);
            P256Addition.Run(_x, _y, _z, table, _digits[i]);
        }

        P256Doubling.Run(_x, _y, _z, 4);
        AddLast(table, _digits[P256Scalar.DigitCount - 1]);
    }

    /// <summary>
    /// Sets the point to the product of the base point and the scalar, or its negative (P256Scalar.NegativeMask).
    /// </summary>
    /// <remarks>
    /// The argument of MultiplyTable, for a G and an entry d G of comb j: d is an odd multiple of 2^(16 j). In the first column a is a
    /// multiple of 2^(16 j + 16), not 0, and in later ones an odd multiple of 2 until comb 0 is added: it is never d or -d. |a| + |d| is
    /// below n before the last column and below 2 n in it. So only there a may be d or -d modulo n, by a difference of n; n being odd,
    /// either a or d is odd then: d is the last digit, and a + d = T no multiple of n. Left is a = d + n: that takes T = n + 2 d, whose
    /// last digit is d for one d alone, -3823, and T = n - 7646. AddLast takes care of that.
    /// </remarks>
    internal void MultiplyBase(P256Scalar scalar)
    {
        scalar.GetCombDigits(_digits);
        ulong[][] rows = P256BaseTable.Rows;
        int row = P256BaseTable.RowCount - 1;
        SetEntry(rows[row], _digits[0]);
        for (int i = 1; i < P256Scalar.DigitCount - 1; i++)
        {
            row--;
            if (row < 0)
            {
                row = P256BaseTable.RowCount - 1;
                P256Doubling.Run(_x, _y, _z, 1);
            }

            P256Addition.Run(_x, _y, _z, rows[row], _digits[i]);
        }

        AddLast(rows[0], _digits[P256Scalar.DigitCount - 1]);
    }

    /// <summary>Writes the affine X, and Y unless <paramref name="y"/> is null, 32 bytes each; the mask, all ones, negates Y.</summary>
    internal void WriteAffine(byte[] x, int xOffset, byte[] y, int yOffset, long negativeMask)
    {
        P256Field.Reduce(_z);
        P256Inverse.Run(_z, _z);
        P256Product.Square(_z, _otherZ);
        P256Product.Multiply(_x, _otherZ, _x);
        WriteNumber(_x, x, xOffset);
        if (y == null)
        {
            return;
        }

        P256Product.Multiply(_otherZ, _z, _otherZ);
        P256Product.Multiply(_y, _otherZ, _y);
        for (int i = 0; i < P256Field.LimbCount; i++)
        {
            _y[i] = (_y[i] ^ negativeMask) - negativeMask;
        }

        WriteNumber(_y, y, yOffset);
    }

    /// <summary>Overwrites the point and the digits.</summary>
    internal void Wipe()
    {
        Array.Clear(_x, 0, _x.Length);
        Array.Clear(_y, 0, _y.Length);
        Array.Clear(_z, 0, _z.Length);
        Array.Clear(_otherX, 0, _otherX.Length);
        Array.Clear(_otherY, 0, _otherY.Length);
        Array.Clear(_otherZ, 0, _otherZ.Length);
        Array.Clear(_digits, 0, _digits.Length);
    }

    private static void WriteNumber(long[] value, byte[] bytes, int offset)
    {
        P256Product.Multiply(value, P256Field.Unit, value);
        P256Field.Reduce(value);
        P256Field.Write(value, bytes, offset);
    }

    /// <summary>Sets the point to the entry of a digit that is not negative, reading the whole table.</summary>
    private void SetEntry(ulong[] table, int digit)
    {
        const int entryWords = 2 * P256Field.WordCount;
        ulong[] words = new ulong[entryWords];
        for (int entry = 0; entry < 8; entry++)
        {
            ulong mask = (ulong)((((digit & 7) ^ entry) - 1) >> 31);
            for (int i = 0; i < entryWords; i++)
            {
                words[i] |= table[entryWords * entry + i] & mask;
            }
        }

        P256Field.Unpack(words, 0, _x);
        P256Field.Unpack(words, P256Field.WordCount, _y);
        Array.Copy(P256Field.One, 0, _z, 0, _z.Length);
        Array.Clear(words, 0, words.Length);
    }

    /// <summary>Adds an entry that may be the point itself: then Z becomes 0 and the doubled point takes the place of the sum.</summary>
    private void AddLast(ulong[] table, int digit)
    {
        Array.Copy(_x, 0, _otherX, 0, _x.Length);
        Array.Copy(_y, 0, _otherY, 0, _y.Length);
        Array.Copy(_z, 0, _otherZ, 0, _z.Length);
        P256Doubling.Run(_otherX, _otherY, _otherZ, 1);
        P256Addition.Run(_x, _y, _z, table, digit);
        P256Field.Reduce(_z);
        long same = P256Field.ZeroMask(_z);
        for (int i = 0; i < P256Field.LimbCount; i++)
        {
            _x[i] ^= (_x[i] ^ _otherX[i]) & same;
            _y[i] ^= (_y[i] ^ _otherY[i]) & same;
            _z[i] ^= (_z[i] ^ _otherZ[i]) & same;
        }
    }
}
