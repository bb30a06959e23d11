using System;

namespace Hoplink.Crypto;

/// <summary>
/// SHA-256 (FIPS 180-4) over bytes that come in pieces. One object serves any number of hashes, one after the other, and
/// allocates nothing after its constructor. The caller wipes it where the data or the hash is secret.
/// </summary>
internal sealed class Sha256
{
    /// <summary>Bytes of a block.</summary>
    internal const int BlockSize = 64;

    /// <summary>Where the length of the message begins in the last block.</summary>
    private const int LengthOffset = 56;

    private readonly uint[] _state = new uint[Sha256Block.StateCount];
    private readonly uint[] _words = new uint[Sha256Block.WordCount];
    private readonly byte[] _block = new byte[BlockSize];
    private int _used;
    private int _total;

    /// <summary>Begins a hash.</summary>
    internal void Begin()
    {
        Sha256Block.Reset(_state);
        _used = 0;
        _total = 0;
    }

    /// <summary>Begins a hash at the state that one block, taken in earlier, has left: the first of the states.</summary>
    internal void BeginAfterBlock(uint[] states)
    {
        Array.Copy(states, 0, _state, 0, Sha256Block.StateCount);
        _used = 0;
        _total = BlockSize;
    }

    /// <summary>Takes in the next bytes.</summary>
    internal void Update(byte[] data, int offset, int count)
    {
        _total += count;
        while (_used + count >= BlockSize)
        {
            int taken = BlockSize - _used;
            Array.Copy(data, offset, _block, _used, taken);
            offset += taken;
            count -= taken;
            _used = 0;
            CompressBlock();
        }

        Array.Copy(data, offset, _block, _used, count);
        _used += count;
    }

    /// <summary>Ends the message (FIPS 180-4, 5.1.1); the hash is then the state.</summary>
    internal void Finish()
    {
        _block[_used++] = 0x80;
        Array.Clear(_block, _used, BlockSize - _used);
        if (_used > LengthOffset)
        {
            CompressBlock();
            Array.Clear(_block, 0, BlockSize);
        }

        // An int counts the bytes: an array holds no more, and so 35 bits are enough for the bits.
        LoadWords(_block, _words);
        _words[14] = (uint)_total >> 29;
        _words[15] = (uint)_total << 3;
        Sha256Block.Compress(_state, _words);
    }

    /// <summary>
    /// Makes the outer hash of HMAC (RFC 2104) of a finished inner one: it covers a key block, which has left the second of the states,
    /// and the inner hash.
    /// </summary>
    internal void FinishOuter(uint[] states)
    {
        SetHashBlock(_state, _words);
        Array.Copy(states, Sha256Block.StateCount, _state, 0, Sha256Block.StateCount);
        Sha256Block.Compress(_state, _words);
    }

    /// <summary>Writes the first bytes of the hash, 1 to 32.</summary>
    internal void Write(byte[] output, int offset, int count)
    {
        byte[] block = _block;
        int words = (count + 3) >> 2;
        for (int i = 0, at = 0; i < words; i++, at += 4)
        {
            uint word = _state[i];
            block[at] = (byte)(word >> 24);
            block[at + 1] = (byte)(word >> 16);
            block[at + 2] = (byte)(word >> 8);
            block[at + 3] = (byte)word;
        }

        Array.Copy(block, 0, output, offset, count);
    }

    /// <summary>Copies the state, which is the hash once it is finished.</summary>
    internal void CopyState(uint[] states, int at)
    {
        Array.Copy(_state, 0, states, at, Sha256Block.StateCount);
    }

    /// <summary>Overwrites all that the object holds of the data and of the hash.</summary>
    internal void Wipe()
    {
        Array.Clear(_state, 0, _state.Length);
        Array.Clear(_words, 0, _words.Length);
        Array.Clear(_block, 0, BlockSize);
    }

    /// <summary>
    /// Makes the block that HMAC's outer hash and each further step of PBKDF2 take in: a hash, and the padding of a message of
    /// 64 + 32 bytes.
    /// </summary>
    internal static void SetHashBlock(uint[] hash, uint[] words)
    {
        Array.Copy(hash, 0, words, 0, Sha256Block.StateCount);
        words[8] = 0x80000000;
        Array.Clear(words, 9, 6);
        words[15] = (BlockSize + CryptoProvider.HashSize) * 8;
    }

    private static void LoadWords(byte[] block, uint[] words)
    {
        // Unrolled: an index that is a constant saves the interpreter half of the loop.
        words[0] = ((uint)block[0] << 24) | ((uint)block[1] << 16) | ((uint)block[2] << 8) | block[3];
        words[1] = ((uint)block[4] << 24) | ((uint)block[5] << 16) | ((uint)block[6] << 8) | block[7];
        words[2] = ((uint)block[8] << 24) | ((uint)block[9] << 16) | ((uint)block[10] << 8) | block[11];
        words[3] = ((uint)block[12] << 24) | ((uint)block[13] << 16) | ((uint)block[14] << 8) | block[15];
        words[4] = ((uint)block[16] << 24) | ((uint)block[17] << 16) | ((uint)block[18] << 8) | block[19];
        words[5] = ((uint)block[20] << 24) | ((uint)block[21] << 16) | ((uint)block[22] << 8) | block[23];
        words[6] = ((uint)block[24] << 24) | ((uint)block[25] << 16) | ((uint)block[26] << 8) | block[27];
        words[7] = ((uint)block[28] << 24) | ((uint)block[29] << 16) | ((uint)block[30] << 8) | block[31];
        words[8] = ((uint)block[32] << 24) | ((uint)block[33] << 16) | ((uint)block[34] << 8) | block[35];
        words[9] = ((uint)block[36] << 24) | ((uint)block[37] << 16) | ((uint)block[38] << 8) | block[39];
        words[10] = ((uint)block[40] << 24) | ((uint)block[41] << 16) | ((uint)block[42] << 8) | block[43];
        words[11] = ((uint)block[44] << 24) | ((uint)block[45] << 16) | ((uint)block[46] << 8) | block[47];
        words[12] = ((uint)block[48] << 24) | ((uint)block[49] << 16) | ((uint)block[50] << 8) | block[51];
        words[13] = ((uint)block[52] << 24) | ((uint)block[53] << 16) | ((uint)block[54] << 8) | block[55];
        words[14] = ((uint)block[56] << 24) | ((uint)block[57] << 16) | ((uint)block[58] << 8) | block[59];
        words[15] = ((uint)block[60] << 24) | ((uint)block[61] << 16) | ((uint)block[62] << 8) | block[63];
    }

    private void CompressBlock()
    {
        LoadWords(_block, _words);
        Sha256Block.Compress(_state, _words);
    }
}
