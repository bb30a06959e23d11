using System.Security.Cryptography;
using Hoplink.Crypto;

namespace Hoplink.Host;

/// <summary>HMAC-SHA256 of this computer's own library, which keeps the key. A use allocates nothing.</summary>
internal sealed class PlatformHmacKey : HmacKey
{
    private readonly IncrementalHash _hash;

    internal PlatformHmacKey(ReadOnlySpan<byte> key)
    {
        _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
    }

    /// <inheritdoc/>
    public override void Compute(byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
    {
        Compute([], ByteRange.Of(data, offset, count), output, outputOffset, outputCount);
    }

    /// <inheritdoc/>
    public override void Compute(
        byte[] prefix, byte[] data, int offset, int count, byte[] output, int outputOffset, int outputCount)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        Compute((ReadOnlySpan<byte>)prefix, ByteRange.Of(data, offset, count), output, outputOffset, outputCount);
    }

    /// <inheritdoc/>
    public override void Wipe()
    {
        // The library overwrites what it frees.
        _hash.Dispose();
    }

    private void Compute(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> data, byte[] output, int outputOffset, int outputCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outputCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(outputCount, CryptoProvider.HashSize);
        Span<byte> cut = ByteRange.Of(output, outputOffset, outputCount);
        Span<byte> hash = stackalloc byte[CryptoProvider.HashSize];
        if (!prefix.IsEmpty)
        {
            _hash.AppendData(prefix);
        }

        _hash.AppendData(data);
        _hash.GetHashAndReset(hash);
        hash[..outputCount].CopyTo(cut);

        // The output may be a key.
        CryptographicOperations.ZeroMemory(hash);
    }
}
