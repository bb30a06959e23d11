using System;

namespace Hoplink.Crypto;

/// <summary>An ephemeral P-256 key pair. Its owner wipes it as soon as it is used up (3.2).</summary>
public sealed class KeyPair
{
    private readonly byte[] _privateKey;

    /// <summary>Takes a copy of both halves; they are not checked to belong together.</summary>
    /// <exception cref="ArgumentException">A half has another size than 32 and 64 bytes.</exception>
    public KeyPair(byte[] privateKey, byte[] publicKey)
    {
        if (privateKey == null || privateKey.Length != CryptoProvider.PrivateKeySize)
        {
            throw new ArgumentException("privateKey: 32 bytes are needed");
        }

        if (publicKey == null || publicKey.Length != CryptoProvider.PublicKeySize)
        {
            throw new ArgumentException("publicKey: 64 bytes are needed");
        }

        _privateKey = new byte[CryptoProvider.PrivateKeySize];
        Array.Copy(privateKey, _privateKey, _privateKey.Length);
        PublicKey = new byte[CryptoProvider.PublicKeySize];
        Array.Copy(publicKey, PublicKey, PublicKey.Length);
    }

    /// <summary>X || Y, 64 bytes.</summary>
    public byte[] PublicKey { get; }

    /// <summary>Copies the 32 bytes of the private key to a buffer that the caller wipes.</summary>
    public void CopyPrivateKey(byte[] buffer, int offset)
    {
        Array.Copy(_privateKey, 0, buffer, offset, _privateKey.Length);
    }

    /// <summary>Overwrites the private key.</summary>
    public void Wipe()
    {
        Array.Clear(_privateKey, 0, _privateKey.Length);
    }
}
