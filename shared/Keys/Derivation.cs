using System;
using Hoplink.Crypto;

namespace Hoplink.Keys;

/// <summary>Small steps that several derivations share (3).</summary>
internal static class Derivation
{
    /// <summary>A key whose bytes are HMAC-SHA256(root, label).</summary>
    internal static HmacKey DeriveKey(CryptoProvider crypto, HmacKey root, byte[] label)
    {
        byte[] key = new byte[CryptoProvider.HashSize];
        root.Compute(label, 0, label.Length, key, 0, key.Length);
        HmacKey derived = crypto.CreateHmacKey(key, 0, key.Length);
        Array.Clear(key, 0, key.Length);
        return derived;
    }

    /// <summary>A cipher key whose bytes are HMAC-SHA256(root, label)[0..16].</summary>
    internal static AesCtrKey DeriveCipherKey(CryptoProvider crypto, HmacKey root, byte[] label)
    {
        byte[] key = new byte[CryptoProvider.AesKeySize];
        root.Compute(label, 0, label.Length, key, 0, key.Length);
        AesCtrKey derived = crypto.CreateAesCtrKey(key, 0);
        Array.Clear(key, 0, key.Length);
        return derived;
    }

    /// <summary>SHA-256 over the first bytes of <paramref name="input"/> followed by a label.</summary>
    internal static void HashWithLabel(CryptoProvider crypto, byte[] input, int count, byte[] label, byte[] output, int outputOffset)
    {
        byte[] joined = new byte[count + label.Length];
        Array.Copy(input, 0, joined, 0, count);
        Array.Copy(label, 0, joined, count, label.Length);
        crypto.Sha256(joined, 0, joined.Length, output, outputOffset);
        Array.Clear(joined, 0, joined.Length);
    }
}
