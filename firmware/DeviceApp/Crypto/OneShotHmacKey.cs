using System;
using Hoplink.Crypto;

namespace Hoplink.Device.Crypto;

/// <summary>
/// A key for <see cref="OneShotHmac"/>. A use copies the data into an array of its exact length, and allocates nothing but the result that
/// the native library insists on. Both are overwritten: the data may be secret, and the result may be a key.
/// </summary>
internal sealed class OneShotHmacKey : HmacKey
{
    private readonly OneShotHmac _hmac;
    private readonly ExactBuffers _buffers;
    private readonly byte[] _key;
    private bool _wiped;

    /// <summary>Copies the key; the buffers are those of its provider.</summary>
    public OneShotHmacKey(OneShotHmac hmac, ExactBuffers buffers, byte[] key, int offset, int count)
    {
        _hmac = hmac;
        _buffers = buffers;
        _key = new byte[count];
        Array.Copy(key, offset, _key, 0, count);
    }

    /// <inheritdoc/>
    public override void Compute(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
    {
        Check(data, offset, count, output, outputOffset, outputCount);
        byte[] whole = _buffers.Take(count);
        Array.Copy(data, offset, whole, 0, count);
        Finish(whole, output, outputOffset, outputCount);
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
        byte[] whole = _buffers.Take(prefix.Length + count);
        Array.Copy(prefix, 0, whole, 0, prefix.Length);
        Array.Copy(data, offset, whole, prefix.Length, count);
        Finish(whole, output, outputOffset, outputCount);
    }

    /// <inheritdoc/>
    public override void Wipe()
    {
        Array.Clear(_key, 0, _key.Length);
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

    private void Finish(byte[] whole, byte[] output, int outputOffset, int outputCount)
    {
        byte[] tag = _hmac.Compute(_key, whole);
        Array.Copy(tag, 0, output, outputOffset, outputCount);
        Array.Clear(tag, 0, tag.Length);
        Array.Clear(whole, 0, whole.Length);
    }
}
