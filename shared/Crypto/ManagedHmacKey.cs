using System;

namespace Hoplink.Crypto;

/// <summary>
/// HMAC-SHA256 (RFC 2104) that keeps what SHA-256 makes of its key, so that a short message costs two compressions. It works
/// with the hasher of its provider and leaves nothing in it.
/// </summary>
internal sealed class ManagedHmacKey : HmacKey
{
    private const byte InnerPad = 0x36;
    private const byte OuterPad = 0x5c;

    private readonly Sha256 _hash;
    // The state after the inner key block, then the one after the outer: in one array, which a board keeps in less.
    private readonly uint[] _states = new uint[2 * Sha256Block.StateCount];
    private bool _wiped;

    internal ManagedHmacKey(Sha256 hash, byte[] key, int offset, int count)
    {
        _hash = hash;
        byte[] block = new byte[Sha256.BlockSize];
        if (count > Sha256.BlockSize)
        {
            _hash.Begin();
            _hash.Update(key, offset, count);
            _hash.Finish();
            _hash.Write(block, 0, CryptoProvider.HashSize);
        }
        else
        {
            Array.Copy(key, offset, block, 0, count);
        }

        AbsorbKey(block, InnerPad, 0);
        AbsorbKey(block, InnerPad ^ OuterPad, Sha256Block.StateCount);
        Array.Clear(block, 0, block.Length);
        _hash.Wipe();
    }

    /// <summary>The state after the inner key block, then the one after the outer. They stand for the key.</summary>
    internal uint[] States
    {
        get { return _states; }
    }

    /// <inheritdoc/>
    public override void Compute(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
    {
        Check(data, offset, count, output, outputOffset, outputCount);
        _hash.BeginAfterBlock(_states);
        Finish(data, offset, count, output, outputOffset, outputCount);
    }

    /// <inheritdoc/>
    public override void Compute(
        byte[] prefix, byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
    {
        if (prefix == null)
        {
            throw new ArgumentNullException("prefix");
        }

        Check(data, offset, count, output, outputOffset, outputCount);
        _hash.BeginAfterBlock(_states);
        _hash.Update(prefix, 0, prefix.Length);
        Finish(data, offset, count, output, outputOffset, outputCount);
    }

    /// <inheritdoc/>
    public override void Wipe()
    {
        Array.Clear(_states, 0, _states.Length);
        _wiped = true;
    }

    private void Check(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
    {
        if (_wiped)
        {
            // Tags under what is left would be anybody's.
            throw new InvalidOperationException("HmacKey: it was wiped");
        }

        ArgumentRange.Check(data, offset, count, "data");
        if (outputCount < 1 || outputCount > CryptoProvider.HashSize)
        {
            throw new ArgumentException("outputCount: 1 to 32");
        }

        ArgumentRange.Check(output, outputOffset, outputCount, "output");
    }

    private void Finish(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
    {
        _hash.Update(data, offset, count);
        _hash.Finish();
        _hash.FinishOuter(_states);
        _hash.Write(output, outputOffset, outputCount);

        // The output may be a key.
        _hash.Wipe();
    }

    private void AbsorbKey(byte[] block, byte pad, int at)
    {
        for (int i = 0; i < block.Length; i++)
        {
            block[i] ^= pad;
        }

        _hash.Begin();
        _hash.Update(block, 0, block.Length);
        _hash.CopyState(_states, at);
    }
}
