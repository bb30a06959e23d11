using System.Security.Cryptography;
using Hoplink.Crypto;
using Hoplink.Device.Crypto;
using Hoplink.Host;

namespace Hoplink.Tests.Crypto;

/// <summary>The implementations of <see cref="CryptoProvider"/>, for tests that each of them must pass.</summary>
internal static class Providers
{
    internal const string Managed = "managed";
    internal const string Platform = "platform";
    internal const string Esp32 = "esp32";

    public static TheoryData<string> Names => [Managed, Platform, Esp32];

    internal static CryptoProvider Create(string name)
    {
        return Create(name, new SystemRandomSource());
    }

    internal static CryptoProvider Create(string name, RandomSource random)
    {
        return name switch
        {
            Managed => new ManagedCrypto(random),
            Platform => new PlatformCrypto(random),
            Esp32 => new Esp32Crypto(new LibraryHmac(), new LibraryAes(), random),
            _ => throw new ArgumentException(name),
        };
    }

    /// <summary>This computer's HMAC in the form that a board's native library has.</summary>
    internal sealed class LibraryHmac : OneShotHmac
    {
        public override byte[] Compute(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);
    }

    /// <summary>This computer's AES in the form that a board's native library has.</summary>
    internal sealed class LibraryAes : OneShotAes
    {
        public override byte[] Encrypt(byte[] key, byte[] blocks)
        {
            using var aes = Aes.Create();
            aes.Key = key;
            return aes.EncryptEcb(blocks, PaddingMode.None);
        }
    }
}
