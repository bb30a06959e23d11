using System;

namespace Hoplink.Crypto;

/// <summary>AES-128 in counter mode in managed code, four blocks at a time (see <see cref="AesRounds"/>).</summary>
internal sealed class ManagedAesCtrKey : AesCtrKey
{
    private const int BlockSize = 16;
    private const int BlocksAtOnce = 4;

    // Four bits of each row of the first column, as the words of a round key have them.
    private const ulong FirstColumn = 0x000f000f000f000f;

    // One state for all keys of a provider.
    private readonly ulong[] _state;
    private readonly ulong[] _keys = new ulong[AesRounds.KeyCount];
    private bool _wiped;

    internal ManagedAesCtrKey(ulong[] state, byte[] key, int offset)
    {
        _state = state;
        for (int column = 0; column < 4; column++)
        {
            uint word = ((uint)key[offset] << 24) | ((uint)key[offset + 1] << 16) | ((uint)key[offset + 2] << 8) | key[offset + 3];
            ulong rows = Spread(word);
            _keys[0] |= (rows & FirstColumn) << (4 * column);
            _keys[1] |= ((rows >> 4) & FirstColumn) << (4 * column);
            offset += 4;
        }

        Expand();
    }

    /// <inheritdoc/>
    public override void AddKeystream(ulong nonce, uint number, uint block, byte[] buffer, int offset, int count)
    {
        if (_wiped)
        {
            // A keystream under what is left would be anybody's.
            throw new InvalidOperationException("AesCtrKey: it was wiped");
        }

        ArgumentRange.Check(buffer, offset, count, "buffer");
        CheckBlocks(block, count);

        // The first counter block with the first round key added, but for its own number.
        ulong rows = Spread((uint)(nonce >> 32));
        ulong low = _keys[0] ^ (rows & FirstColumn);
        ulong high = _keys[1] ^ ((rows >> 4) & FirstColumn);
        rows = Spread((uint)nonce);
        low ^= (rows & FirstColumn) << 4;
        high ^= ((rows >> 4) & FirstColumn) << 4;
        rows = Spread(number);
        low ^= (rows & FirstColumn) << 8;
        high ^= ((rows >> 4) & FirstColumn) << 8;

        // Four blocks begin at a multiple of four, so that their numbers differ in two bits alone.
        uint skipped = block % BlocksAtOnce;
        block -= skipped;
        while (count > 0)
        {
            rows = Spread(block);
            Begin(low ^ ((rows & FirstColumn) << 12), high ^ (((rows >> 4) & FirstColumn) << 12));
            AesRounds.Run(_state, _keys);
            AesTranspose.Run(_state);
            for (int i = (int)skipped; i < BlocksAtOnce && count > 0; i++)
            {
                Add(_state[i], _state[i + BlocksAtOnce], buffer, offset, count);
                offset += BlockSize;
                count -= BlockSize;
            }

            skipped = 0;
            block += BlocksAtOnce;
        }

        Array.Clear(_state, 0, _state.Length);
    }

    /// <inheritdoc/>
    public override void Wipe()
    {
        Array.Clear(_keys, 0, _keys.Length);
        _wiped = true;
    }

    /// <summary>Throws if so many bytes from this counter block on would need a block number above 2^32 - 1.</summary>
    internal static void CheckBlocks(uint block, int count)
    {
        if (count > 0 && (uint)((count - 1) / BlockSize) > uint.MaxValue - block)
        {
            throw new ArgumentException("count: the counter would begin again, and the keystream with it");
        }
    }

    /// <summary>The four bytes of a column, one in each row of 16 bits.</summary>
    private static ulong Spread(uint column)
    {
        ulong word = column;
        return (word >> 24) | (word & 0xff0000) | ((word & 0xff00) << 24) | ((word & 0xff) << 48);
    }

    /// <summary>
    /// Adds one block of the keystream: <paramref name="even"/> has columns 0 and 2, <paramref name="odd"/> 1 and 3, row by row.
    /// </summary>
    private static void Add(ulong even, ulong odd, byte[] buffer, int offset, int count)
    {
        if (count >= BlockSize)
        {
            for (int end = offset + 4; offset < end; offset++)
            {
                buffer[offset] ^= (byte)even;
                buffer[offset + 4] ^= (byte)odd;
                buffer[offset + 8] ^= (byte)(even >> 8);
                buffer[offset + 12] ^= (byte)(odd >> 8);
                even >>= 16;
                odd >>= 16;
            }

            return;
        }

        for (int i = 0; i < count; i++)
        {
            ulong columns = (i & 4) == 0 ? even : odd;
            buffer[offset + i] ^= (byte)(columns >> ((16 * (i & 3)) + (i & 8)));
        }
    }

    /// <summary>Unpacks the first block, with the first round key, for four blocks that follow each other.</summary>
    private void Begin(ulong low, ulong high)
    {
        ulong[] state = _state;
        ulong eachByte = 0x1111111111111111;
        ulong eachBlock = 15;
        state[0] = ((low & eachByte) * eachBlock) ^ 0xa000000000000000;
        state[1] = (((low >> 1) & eachByte) * eachBlock) ^ 0xc000000000000000;
        state[2] = ((low >> 2) & eachByte) * eachBlock;
        state[3] = ((low >> 3) & eachByte) * eachBlock;
        state[4] = (high & eachByte) * eachBlock;
        state[5] = ((high >> 1) & eachByte) * eachBlock;
        state[6] = ((high >> 2) & eachByte) * eachBlock;
        state[7] = ((high >> 3) & eachByte) * eachBlock;
    }

    // FIPS 197, 5.2, on packed round keys.
    private void Expand()
    {
        ulong low = _keys[0];
        ulong high = _keys[1];
        int constant = 1;
        for (int at = 2; at < AesRounds.KeyCount; at += 2)
        {
            SubstituteLastColumn(low, high, out ulong lowOfLast, out ulong highOfLast);
            low = AddToColumns(low, lowOfLast ^ (uint)(constant & 15));
            high = AddToColumns(high, highOfLast ^ (uint)(constant >> 4));
            _keys[at] = low;
            _keys[at + 1] = high;

            // Public: they stand in the standard.
            constant <<= 1;
            if (constant > 0xff)
            {
                constant ^= 0x11b;
            }
        }

        Array.Clear(_state, 0, _state.Length);
    }

    // The last column through the S-box and up by one row, as a first column.
    private void SubstituteLastColumn(ulong low, ulong high, out ulong newLow, out ulong newHigh)
    {
        ulong[] state = _state;
        ulong mask = 0x0001000100010001;
        for (int i = 0; i < 4; i++)
        {
            state[i] = (low >> (12 + i)) & mask;
            state[i + 4] = (high >> (12 + i)) & mask;
        }

        AesRounds.Run(state, null);
        ulong lowOut = 0;
        ulong highOut = 0;
        for (int i = 0; i < 4; i++)
        {
            lowOut |= (state[i] & mask) << i;
            highOut |= (state[i + 4] & mask) << i;
        }

        newLow = (lowOut >> 16) | (lowOut << 48);
        newHigh = (highOut >> 16) | (highOut << 48);
    }

    // Each column becomes the sum of those up to it and the given one.
    private static ulong AddToColumns(ulong key, ulong column)
    {
        key ^= (key << 4) & 0xfff0fff0fff0fff0;
        key ^= (key << 8) & 0xff00ff00ff00ff00;
        return key ^ (column * 0x1111);
    }
}
