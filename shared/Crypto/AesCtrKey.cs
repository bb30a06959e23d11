namespace Hoplink.Crypto;

/// <summary>A key prepared for AES-128 in counter mode (SP 800-38A, 6.5). Made by <see cref="CryptoProvider.CreateAesCtrKey"/>.</summary>
public abstract class AesCtrKey
{
    /// <summary>
    /// Adds the keystream to <paramref name="count"/> bytes in place: encrypts them, or decrypts them. The first counter block is
    /// <paramref name="nonce"/> (8 bytes) || <paramref name="number"/> (4) || <paramref name="block"/> (4), big-endian, and
    /// <paramref name="block"/> counts up (protocol.md 14). Allocates nothing. The caller sees to it that no counter block is used
    /// twice under one key.
    /// </summary>
    /// <exception cref="System.ArgumentException">
    /// The buffer does not hold the range, or <paramref name="block"/> would pass 2^32 - 1: the keystream would repeat.
    /// </exception>
    public abstract void AddKeystream(ulong nonce, uint number, uint block, byte[] buffer, int offset, int count);

    /// <summary>Overwrites the key. The object is of no use afterwards.</summary>
    public abstract void Wipe();
}
