using System.Security.Cryptography;
using Hoplink.Device.Crypto;

namespace Hoplink.Hardware;

/// <summary>The image's AES-128, by mbedTLS. For one thread.</summary>
internal sealed class NativeAes : OneShotAes
{
    private readonly Aes _aes = new Aes(CipherMode.ECB);

    /// <inheritdoc/>
    public override byte[] Encrypt(byte[] key, byte[] blocks)
    {
        // A reference, no copy: its owner wipes it.
        _aes.Key = key;
        return _aes.Encrypt(blocks);
    }
}
