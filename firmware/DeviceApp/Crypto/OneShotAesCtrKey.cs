using System;
using Hoplink.Crypto;

namespace Hoplink.Device.Crypto;

/// <summary>
/// A key for <see cref="OneShotAes"/>, in counter mode. A use lays out all counter blocks in an array of their exact length, has them
/// encrypted by one native call, and allocates nothing but the result that the native library insists on.
/// </summary>
internal sealed class OneShotAesCtrKey : AesCtrKey
{
    private const int BlockSize = 16;
    private const int BlockNumberOffset = 12;

    private readonly OneShotAes _aes;
    private readonly ExactBuffers _buffers;
    private readonly byte[] _key = new byte[CryptoProvider.AesKeySize];
    private bool _wiped;

    /// <summary>Copies the key; the buffers are those of its provider.</summary>
    public OneShotAesCtrKey(OneShotAes aes, ExactBuffers buffers, byte[] key, int offset)
    {
        _aes = aes;
        _buffers = buffers;
        Array.Copy(key, offset, _key, 0, _key.Length);
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
        if (count == 0)
        {
            return;
        }

        int blocks = ((count - 1) / BlockSize) + 1;
        if ((uint)(blocks - 1) > uint.MaxValue - block)
        {
            throw new ArgumentException("count: the counter would begin again, and the keystream with it");
        }

        byte[] counters = _buffers.Take(blocks * BlockSize);
        Write(counters, 0, (uint)(nonce >> 32));
        Write(counters, 4, (uint)nonce);
        Write(counters, 8, number);
        Write(counters, BlockNumberOffset, block);
        for (int at = BlockSize; at < counters.Length; at += BlockSize)
        {
            Array.Copy(counters, 0, counters, at, BlockNumberOffset);
            block++;
            Write(counters, at + BlockNumberOffset, block);
        }

        byte[] keystream = _aes.Encrypt(_key, counters);
        for (int i = 0; i < count; i++)
        {
            buffer[offset + i] ^= keystream[i];
        }

        Array.Clear(keystream, 0, keystream.Length);
    }

    /// <inheritdoc/>
    public override void Wipe()
    {
        Array.Clear(_key, 0, _key.Length);
        _wiped = true;
    }

    private static void Write(byte[] buffer, int offset, uint value)
    {
        buffer[offset] = (byte)(value >> 24);
        buffer[offset + 1] = (byte)(value >> 16);
        buffer[offset + 2] = (byte)(value >> 8);
        buffer[offset + 3] = (byte)value;
    }
}
