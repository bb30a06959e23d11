using System;

namespace Hoplink.Crypto;

/// <summary>
/// Checks a public key and makes the table of P256Addition from it: P, 3 P, 5 P ... 15 P. All of it is public.
/// </summary>
/// <remarks>
/// 2 P is added seven times by Meloni's addition of two points that share Z ("New point addition formulae for ECC applications",
/// 2007): it leaves 2 P with the Z of the sum, which is the old one times the difference of the X. So the product of the
/// differences gives every Z, and one inversion serves all.
/// </remarks>
internal sealed class P256OddMultiples
{
    private const int EntryCount = 8;
    private const int EntryWords = 2 * P256Field.WordCount;

    private readonly long[][] _x = new long[EntryCount][];
    private readonly long[][] _y = new long[EntryCount][];
    private readonly long[][] _step = new long[EntryCount][];
    private readonly long[] _twiceX = new long[P256Field.LimbCount];
    private readonly long[] _twiceY = new long[P256Field.LimbCount];
    private readonly long[] _z = new long[P256Field.LimbCount];
    private readonly long[] _a = new long[P256Field.LimbCount];
    private readonly long[] _b = new long[P256Field.LimbCount];
    private readonly long[] _c = new long[P256Field.LimbCount];

    internal P256OddMultiples()
    {
        for (int i = 0; i < EntryCount; i++)
        {
            _x[i] = new long[P256Field.LimbCount];
            _y[i] = new long[P256Field.LimbCount];
            _step[i] = new long[P256Field.LimbCount];
        }
    }

    /// <summary>The table, once TryMake has returned true.</summary>
    internal ulong[] Table { get; } = new ulong[EntryCount * EntryWords];

    /// <summary>Makes the table; false, unless both coordinates are below p and the point is on the curve (3.2).</summary>
    internal bool TryMake(byte[] publicKey, int offset)
    {
        long[] x = _x[0];
        long[] y = _y[0];
        if (!P256Field.TryRead(publicKey, offset, x) || !P256Field.TryRead(publicKey, offset + CryptoProvider.PublicKeySize / 2, y))
        {
            return false;
        }

        P256Product.Multiply(x, P256Field.RSquared, x);
        P256Product.Multiply(y, P256Field.RSquared, y);
        if (!IsOnCurve(x, y))
        {
            return false;
        }

        PackEntry(0);
        MakeMultiples();
        MakeAffine();
        return true;
    }

    /// <summary>y^2 = x^3 - 3 x + b. The identity has no coordinates: whatever might stand for it, such as 0 || 0, fails this.</summary>
    private bool IsOnCurve(long[] x, long[] y)
    {
        P256Product.Square(x, _a);
        P256Field.Subtract(_a, P256Field.Three, _a);
        P256Product.Multiply(_a, x, _a);
        P256Product.Square(y, _b);
        P256Field.Subtract(_b, _a, _b);
        P256Field.Subtract(_b, P256Field.CurveB, _b);
        P256Product.Multiply(_b, P256Field.One, _b);
        P256Field.Reduce(_b);
        return P256Field.ZeroMask(_b) != 0;
    }

    /// <summary>Fills entries 1 to 7 with the multiples, each over a Z of its own; the last Z stays.</summary>
    private void MakeMultiples()
    {
        Array.Copy(_x[0], 0, _twiceX, 0, _twiceX.Length);
        Array.Copy(_y[0], 0, _twiceY, 0, _twiceY.Length);
        Array.Copy(P256Field.One, 0, _z, 0, _z.Length);
        P256Doubling.Run(_twiceX, _twiceY, _z, 1);

        // P over the Z of 2 P.
        long[] x = _x[1];
        long[] y = _y[1];
        P256Product.Square(_z, _a);
        P256Product.Multiply(_x[0], _a, x);
        P256Product.Multiply(_a, _z, _a);
        P256Product.Multiply(_y[0], _a, y);
        for (int i = 1; i < EntryCount; i++)
        {
            AddTwice(x, y, _x[i], _y[i], _step[i]);
            x = _x[i];
            y = _y[i];
        }
    }

    /// <summary>(sumX, sumY) = 2 P + (x, y), all three over the Z that becomes the new one.</summary>
    private void AddTwice(long[] x, long[] y, long[] sumX, long[] sumY, long[] step)
    {
        P256Field.Subtract(_twiceX, x, step);
        P256Product.Square(step, _a);
        P256Product.Multiply(x, _a, _b);
        P256Product.Multiply(_twiceX, _a, _twiceX);
        P256Field.Subtract(_twiceY, y, _c);
        P256Product.Square(_c, sumX);
        P256Field.Subtract(sumX, _twiceX, sumX);
        P256Field.Subtract(sumX, _b, sumX);
        P256Field.Subtract(_twiceX, _b, _b);
        P256Product.Multiply(_twiceY, _b, _twiceY);
        P256Field.Subtract(_twiceX, sumX, _b);
        P256Product.Multiply(_c, _b, sumY);
        P256Field.Subtract(sumY, _twiceY, sumY);
        P256Product.Multiply(_z, step, _z);
    }

    /// <summary>Divides entries 7 to 1 by the squares and cubes of their Z and packs them.</summary>
    private void MakeAffine()
    {
        P256Field.Reduce(_z);
        P256Inverse.Run(_z, _z);
        for (int i = EntryCount - 1; i > 0; i--)
        {
            P256Product.Square(_z, _a);
            P256Product.Multiply(_x[i], _a, _x[i]);
            P256Product.Multiply(_a, _z, _a);
            P256Product.Multiply(_y[i], _a, _y[i]);
            PackEntry(i);
            P256Product.Multiply(_z, _step[i], _z);
        }
    }

    private void PackEntry(int entry)
    {
        P256Field.Reduce(_x[entry]);
        P256Field.Reduce(_y[entry]);
        P256Field.Pack(_x[entry], Table, EntryWords * entry);
        P256Field.Pack(_y[entry], Table, EntryWords * entry + P256Field.WordCount);
    }
}
