using System;

namespace Hoplink.Crypto;

/// <summary>
/// The primitives that the protocol stands on (protocol.md 2, 3 and 14): SHA-256, HMAC-SHA256, PBKDF2, ECDH on P-256, AES-128
/// and randomness.
/// One implementation a platform. An instance serves one thread at a time; a host that runs a key job on
/// another thread gives that thread an instance of its own.
/// </summary>
public abstract class CryptoProvider
{
    /// <summary>Bytes of a SHA-256 hash and of an HMAC-SHA256 before it is cut.</summary>
    public const int HashSize = 32;

    /// <summary>Bytes of a public key: X || Y, big-endian (3.2).</summary>
    public const int PublicKeySize = 64;

    /// <summary>Bytes of a private key, big-endian.</summary>
    public const int PrivateKeySize = 32;

    /// <summary>Bytes of a shared secret: the X coordinate (3.2).</summary>
    public const int SharedSecretSize = 32;

    /// <summary>Bytes of a key for AES-128.</summary>
    public const int AesKeySize = 16;

    // Of the comparison below: what is compared most is a tag.
    private const int TagSize = 16;

    private readonly byte[] _nonce = new byte[4];

    /// <summary>Fills <paramref name="count"/> bytes with random bytes fit for keys.</summary>
    public abstract void FillRandom(byte[] buffer, int offset, int count);

    /// <summary>Writes the 32 bytes of SHA-256 over the given bytes.</summary>
    public abstract void Sha256(byte[] data, int offset, int count, byte[] output, int outputOffset);

    /// <summary>Prepares an HMAC-SHA256 key, so that each use costs no key setup. The caller wipes the result.</summary>
    public abstract HmacKey CreateHmacKey(byte[] key, int offset, int count);

    /// <summary>Prepares the 16 bytes of an AES-128 key for counter mode. The caller wipes the result.</summary>
    public abstract AesCtrKey CreateAesCtrKey(byte[] key, int offset);

    /// <summary>
    /// PBKDF2-HMAC-SHA256 (RFC 8018 5.2). <paramref name="iterations"/> is 1 or more. Wipes what it held of the password.
    /// </summary>
    public abstract void Pbkdf2(
        byte[] password, int passwordOffset, int passwordCount, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount);

    /// <summary>
    /// Makes an ephemeral key pair on P-256: the private key uniform in 1..n-1 by rejection of candidates from
    /// <see cref="FillRandom"/>.
    /// </summary>
    public abstract KeyPair GenerateKeyPair();

    /// <summary>
    /// ECDH on P-256. Writes the X coordinate and returns true; returns false, writing nothing, unless both coordinates are
    /// below p, the point is on the curve and neither it nor the product is the identity (3.2).
    /// </summary>
    public abstract bool Agree(KeyPair own, byte[] peerPublic, int peerPublicOffset, byte[] secret, int secretOffset);

    /// <summary>A random nonce for a request or a probe, never 0 (7, 9.4).</summary>
    public uint NewNonce()
    {
        uint nonce;
        do
        {
            FillRandom(_nonce, 0, _nonce.Length);
            nonce = ((uint)_nonce[0] << 24) | ((uint)_nonce[1] << 16) | ((uint)_nonce[2] << 8) | _nonce[3];
        }
        while (nonce == 0);
        return nonce;
    }

    /// <summary>Compares in a time that depends on <paramref name="count"/> alone.</summary>
    public virtual bool FixedTimeEquals(byte[] left, int leftOffset, byte[] right, int rightOffset, int count)
    {
        // The platform reads the bytes, on both sides in the same order.
        if (count == TagSize)
        {
            return ((BitConverter.ToInt64(left, leftOffset) ^ BitConverter.ToInt64(right, rightOffset))
                | (BitConverter.ToInt64(left, leftOffset + 8) ^ BitConverter.ToInt64(right, rightOffset + 8))) == 0;
        }

        int difference = 0;
        for (int i = 0; i < count; i++)
        {
            difference |= left[leftOffset + i] ^ right[rightOffset + i];
        }

        return difference == 0;
    }
}
