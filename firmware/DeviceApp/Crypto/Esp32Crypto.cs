using System;
using Hoplink.Crypto;

namespace Hoplink.Device.Crypto;

/// <summary>
/// The crypto of a stock ESP32 image: HMAC and PBKDF2 by the native HMAC-SHA256, all else in managed code. P-256 is the slow part: the
/// library asks for the next ephemeral key pair by a job of its own while nothing else is due, so that an answer to a rekey costs one
/// agreement (9.4); both run where the host runs its jobs, with an instance of this class of their own.
/// </summary>
public sealed class Esp32Crypto : CryptoProvider
{
    // Some ten lengths of datagrams, and those of a handshake and of a key schedule.
    private const int KeptLengths = 16;

    private readonly ManagedCrypto _managed;
    private readonly OneShotHmac _hmac;
    private readonly ExactBuffers _buffers = new ExactBuffers(KeptLengths);

    /// <summary>Makes a provider for one thread.</summary>
    /// <param name="hmac">The native HMAC-SHA256; several providers may share it.</param>
    /// <param name="random">The source of all randomness.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Esp32Crypto(OneShotHmac hmac, RandomSource random)
    {
        if (hmac == null)
        {
            throw new ArgumentNullException("hmac");
        }

        _hmac = hmac;
        _managed = new ManagedCrypto(random);
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
            byte[] actual = hmac.Compute(key, data);
            for (int i = 0; i < expected.Length; i++)
            {
                if (actual.Length != expected.Length || actual[i] != expected[i])
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception)
        {
            // Which exception a missing native method becomes depends on the image.
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
}
