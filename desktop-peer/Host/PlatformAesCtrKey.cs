using System.Buffers.Binary;
using System.Security.Cryptography;
using Hoplink.Crypto;

namespace Hoplink.Host;

/// <summary>
/// AES-128 in counter mode over the ECB mode of this computer's own library, many counter blocks at once. A use allocates nothing, which
/// <see cref="SymmetricAlgorithm.EncryptEcb(ReadOnlySpan{byte}, Span{byte}, PaddingMode)"/> would: the key's transform is kept instead.
/// </summary>
internal sealed class PlatformAesCtrKey : AesCtrKey
{
    private const int BlockSize = 16;

    private readonly Scratch _scratch;
    private readonly ICryptoTransform _encryptor;
    private bool _wiped;

    internal PlatformAesCtrKey(Scratch scratch, ReadOnlySpan<byte> key)
    {
        _scratch = scratch;
        using var aes = Aes.Create();
        aes.Mode = CipherMode.ECB;
        aes.Padding = PaddingMode.None;
        aes.SetKey(key);
        _encryptor = aes.CreateEncryptor();
    }

    /// <inheritdoc/>
    public override void AddKeystream(ulong nonce, uint number, uint block, byte[] buffer, int offset, int count)
    {
        ObjectDisposedException.ThrowIf(_wiped, this);
        Span<byte> data = ByteRange.Of(buffer, offset, count);
        if (count > 0 && (count - 1) / BlockSize > uint.MaxValue - block)
        {
            throw new ArgumentException("the counter would begin again, and the keystream with it", nameof(count));
        }

        while (data.Length > 0)
        {
            int size = Math.Min(data.Length, Scratch.Size);
            int blocks = (size + BlockSize - 1) / BlockSize;
            for (int i = 0; i < blocks; i++)
            {
                Span<byte> counter = _scratch.Counters.AsSpan(i * BlockSize, BlockSize);
                BinaryPrimitives.WriteUInt64BigEndian(counter, nonce);
                BinaryPrimitives.WriteUInt32BigEndian(counter[8..], number);
                BinaryPrimitives.WriteUInt32BigEndian(counter[12..], block++);
            }

            _encryptor.TransformBlock(_scratch.Counters, 0, blocks * BlockSize, _scratch.Keystream, 0);
            for (int i = 0; i < size; i++)
            {
                data[i] ^= _scratch.Keystream[i];
            }

            CryptographicOperations.ZeroMemory(_scratch.Keystream.AsSpan(0, blocks * BlockSize));
            data = data[size..];
        }
    }

    /// <inheritdoc/>
    public override void Wipe()
    {
        // The library overwrites what it frees.
        _encryptor.Dispose();
        _wiped = true;
    }

    /// <summary>The blocks at work, once for all keys of a provider.</summary>
    internal sealed class Scratch
    {
        /// <summary>Bytes at once: a datagram's payload at most.</summary>
        internal const int Size = 1200;

        internal byte[] Counters { get; } = new byte[Size];

        internal byte[] Keystream { get; } = new byte[Size];
    }
}
