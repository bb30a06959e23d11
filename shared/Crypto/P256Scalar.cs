using System;

namespace Hoplink.Crypto;

/// <summary>
/// A private key k of P-256 and the digits by which a point is multiplied with it. The caller wipes it.
/// </summary>
/// <remarks>
/// An odd number T below 2^256 is the sum of +2^i for each 1 and of -2^i for each 0 among the bits b[0..255] of (T - 1) / 2 + 2^255. So
/// whatever four bits make a digit, no digit is 0, none is a special case, and the first has the sign +. T is k or n - k,
/// whichever is odd; then the product is that of k or its negative.
/// </remarks>
internal sealed class P256Scalar
{
    /// <summary>Digits of a scalar, four bits each.</summary>
    internal const int DigitCount = 64;

    private const int WordCount = 8;
    private const int WordBits = 32;
    private const long WordMask = 0xffffffff;

    /// <summary>The order n of the base point (SP 800-186, 3.2.1.3), low word first.</summary>
    private static readonly long[] _order =
    {
        0xfc632551, 0xf3b9cac2, 0xa7179e84, 0xbce6faad, 0xffffffff, 0xffffffff, 0x0, 0xffffffff,
    };

    private readonly long[] _words = new long[WordCount];
    private readonly byte[] _bits = new byte[CryptoProvider.PrivateKeySize];

    /// <summary>All ones, if the digits give the negative of the product, else 0.</summary>
    internal long NegativeMask { get; private set; }

    /// <summary>Reads 32 bytes, big-endian; false, if they are not in 1..n-1. Takes the same time for all that are.</summary>
    internal bool TryRead(byte[] key, int offset)
    {
        long any = 0;
        long borrow = 0;
        for (int i = 0; i < WordCount; i++)
        {
            int at = offset + CryptoProvider.PrivateKeySize - 4 * (i + 1);
            long word = ((uint)key[at] << 24) | ((uint)key[at + 1] << 16) | ((uint)key[at + 2] << 8) | key[at + 3];
            _words[i] = word;
            any |= word;
            borrow = (borrow + word - _order[i]) >> WordBits;
        }

        if (any == 0 || borrow == 0)
        {
            return false;
        }

        SetBits();
        return true;
    }

    /// <summary>Writes the digits for one table, most significant first: four adjacent bits make one, worth 16 of the next.</summary>
    internal void GetWindowDigits(byte[] digits)
    {
        for (int i = 0; i < DigitCount; i++)
        {
            int at = DigitCount - 1 - i;
            digits[i] = (byte)((_bits[at >> 1] >> (4 * (at & 1))) & 15);
        }
    }

    /// <summary>
    /// Writes the digits for P256BaseTable: sixteen for the highest column of the combs, the highest comb first, then for the next.
    /// Bit t of a digit is bit 16 j + 4 t + c, for comb j and column c.
    /// </summary>
    internal void GetCombDigits(byte[] digits)
    {
        int at = 0;
        for (int column = P256BaseTable.Spacing - 1; column >= 0; column--)
        {
            for (int comb = P256BaseTable.RowCount - 1; comb >= 0; comb--)
            {
                int bits = (_bits[2 * comb] | (_bits[2 * comb + 1] << 8)) >> column;
                digits[at++] = (byte)((bits & 1) | ((bits >> 3) & 2) | ((bits >> 6) & 4) | ((bits >> 9) & 8));
            }
        }
    }

    /// <summary>Overwrites the key and what was made of it.</summary>
    internal void Wipe()
    {
        Array.Clear(_words, 0, _words.Length);
        Array.Clear(_bits, 0, _bits.Length);
        NegativeMask = 0;
    }

    private void SetBits()
    {
        long negative = (_words[0] & 1) - 1;
        long borrow = 0;
        for (int i = 0; i < WordCount; i++)
        {
            borrow += _order[i] - _words[i];
            _words[i] ^= (_words[i] ^ (borrow & WordMask)) & negative;
            borrow >>= WordBits;
        }

        for (int i = 0; i < WordCount; i++)
        {
            long next = i + 1 < WordCount ? _words[i + 1] : 1;
            long word = (_words[i] >> 1) | (next << (WordBits - 1));
            _bits[4 * i] = (byte)word;
            _bits[4 * i + 1] = (byte)(word >> 8);
            _bits[4 * i + 2] = (byte)(word >> 16);
            _bits[4 * i + 3] = (byte)(word >> 24);
        }

        NegativeMask = negative;
    }
}
