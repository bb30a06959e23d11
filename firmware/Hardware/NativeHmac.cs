using System.Security.Cryptography;
using Hoplink.Device.Crypto;

namespace Hoplink.Hardware;

/// <summary>The image's HMAC-SHA256, by mbedTLS.</summary>
internal sealed class NativeHmac : OneShotHmac
{
    /// <inheritdoc/>
    public override byte[] Compute(byte[] key, byte[] data)
    {
        return HMACSHA256.HashData(key, data);
    }
}
