using System;
using Hoplink.Crypto;

namespace Hoplink.Device.Crypto;

/// <summary>
/// The crypto of a stock ESP32 image: HMAC and PBKDF2 by the native HMAC-SHA256, AES by the native one, all else in managed code. P-256 is
/// the slow part: the library asks for the next ephemeral key pair by a job of its own while nothing else is due, so that an answer to a
/// rekey costs one agreement (9.4); both run where the host runs its jobs, with an instance of this class of their own.
/// </summary>
public sealed class Esp32Crypto : CryptoProvider
{
    // Some ten lengths of datagrams, and those of a handshake and of a key schedule; for the cipher those of a few payloads in whole
    // blocks.
    private const int KeptLengths = 20;

    private readonly ManagedCrypto _managed;
    private readonly OneShotHmac _hmac;
    private readonly OneShotAes _aes;
    private readonly ExactBuffers _buffers = new ExactBuffers(KeptLengths);

    /// <summary>Makes a provider for one thread.</summary>
    /// <param name="hmac">The native HMAC-SHA256; several providers may share it.</param>
    /// <param name="aes">The native AES-128, for this provider alone; null: it is done in managed code.</param>
    /// <param name="random">The source of all randomness.</param>
    /// <exception cref="ArgumentNullException"><paramref name="hmac"/> or <paramref name="random"/> is null.</exception>
    public Esp32Crypto(OneShotHmac hmac, OneShotAes aes, RandomSource random)
    {
        if (hmac == null)
        {
            throw new ArgumentNullException("hmac");
        }

        _hmac = hmac;
        _aes = aes;
        _managed = new ManagedCrypto(random);
    }

    /// <summary>True if AES is the native one.</summary>
    public bool HasNativeAes
    {
        get { return _aes != null; }
    }

    /// <summary>
    /// True if the native HMAC gives the published result (RFC 4231, test case 2). An image without it throws or returns something else.
    /// </summary>
    public static bool IsSound(OneShotHmac hmac)
    {
        byte[] key = { 0x4a, 0x65, 0x66, 0x65 };
        byte[] data =
        {
            0x77, 0x68, 0x61, 0x74, 0x20, 0x64, 0x6f, 0x20, 0x79, 0x61, 0x20, 0x77, 0x61, 0x6e,
            0x74, 0x20, 0x66, 0x6f, 0x72, 0x20, 0x6e, 0x6f, 0x74, 0x68, 0x69, 0x6e, 0x67, 0x3f,
        };
        byte[] expected =
        {
            0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e, 0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
            0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83, 0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43,
        };
        try
        {
            return AreEqual(hmac.Compute(key, data), expected);
        }
        catch (Exception)
        {
            // Which exception a missing native method becomes depends on the image.
            return false;
        }
    }

    /// <summary>
    /// True if the native AES gives the published results (SP 800-38A, F.1.1), of two blocks at once. An image without it throws or returns
    /// something else.
    /// </summary>
    public static bool IsSound(OneShotAes aes)
    {
        byte[] key = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
        byte[] blocks =
        {
            0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a,
            0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e, 0x51,
        };
        byte[] expected =
        {
            0x3a, 0xd7, 0x7b, 0xb4, 0x0d, 0x7a, 0x36, 0x60, 0xa8, 0x9e, 0xca, 0xf3, 0x24, 0x66, 0xef, 0x97,
            0xf5, 0xd3, 0xd5, 0x85, 0x03, 0xb9, 0x69, 0x9d, 0xe7, 0x85, 0x89, 0x5a, 0x96, 0xfd, 0xba, 0xaf,
        };
        try
        {
            return AreEqual(aes.Encrypt(key, blocks), expected);
        }
        catch (Exception)
        {
            // As above.
            return false;
        }
    }

    /// <inheritdoc/>
    public override void FillRandom(byte[] buffer, int offset, int count)
    {
        _managed.FillRandom(buffer, offset, count);
    }

    /// <inheritdoc/>
    public override void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset)
    {
        _managed.Sha256(data, offset, count, output, outputOffset);
    }

    /// <inheritdoc/>
    public override HmacKey CreateHmacKey(byte[] key, int offset, int count)
    {
        ArgumentRange.Check(key, offset, count, "key");
        return new OneShotHmacKey(_hmac, _buffers, key, offset, count);
    }

    /// <inheritdoc/>
    public override AesCtrKey CreateAesCtrKey(byte[] key, int offset)
    {
        if (_aes == null)
        {
            return _managed.CreateAesCtrKey(key, offset);
        }

        ArgumentRange.Check(key, offset, AesKeySize, "key");
        return new OneShotAesCtrKey(_aes, _buffers, key, offset);
    }

    /// <inheritdoc/>
    public override void Pbkdf2(
        byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        ArgumentRange.Check(password, passwordOffset, passwordCount, "password");
        ArgumentRange.Check(salt, saltOffset, saltCount, "salt");
        ArgumentRange.Check(output, outputOffset, outputCount, "output");
        if (iterations < 1)
        {
            throw new ArgumentException("iterations: 1 or more");
        }

        byte[] key = new byte[passwordCount];
        Array.Copy(password, passwordOffset, key, 0, passwordCount);
        OneShotPbkdf2.Derive(_hmac, key, salt, saltOffset, saltCount, iterations, output, outputOffset, outputCount);
        Array.Clear(key, 0, key.Length);
    }

    /// <inheritdoc/>
    public override KeyPair GenerateKeyPair()
    {
        return _managed.GenerateKeyPair();
    }

    /// <inheritdoc/>
    public override bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset)
    {
        return _managed.Agree(own, peerPublic, peerPublicOffset, secret, secretOffset);
    }

    // Of published results: nothing here is secret.
    private static bool AreEqual(byte[] actual, byte[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (actual.Length != expected.Length || actual[i] != expected[i])
            {
                return false;
            }
        }

        return true;
    }
}
