using System;
using Hoplink.Crypto;

namespace Hoplink.Keys;

/// <summary>What is derived from a pre-shared key (3.1).</summary>
public sealed class PskKeys
{
    /// <summary>Bytes of a pre-shared key.</summary>
    public const int PskSize = 32;

    private readonly byte[] _mix;

    /// <summary>Derives the keys; the PSK itself is not kept.</summary>
    /// <exception cref="ArgumentException">The PSK is not 32 bytes.</exception>
    public PskKeys(CryptoProvider crypto, byte[] psk)
    {
        if (psk == null || psk.Length != PskSize)
        {
            throw new ArgumentException("psk: 32 bytes are needed");
        }

        KeyId = ComputeKeyId(crypto, psk);
        HmacKey root = crypto.CreateHmacKey(psk, 0, psk.Length);
        Authentication = Derivation.DeriveKey(crypto, root, Labels.PskAuthentication);
        _mix = new byte[CryptoProvider.HashSize];
        root.Compute(Labels.PskMix, 0, Labels.PskMix.Length, _mix, 0, _mix.Length);
        root.Wipe();
    }

    /// <summary>SHA-256("hoplink key id v1" || psk)[0..8].</summary>
    public ulong KeyId { get; }

    /// <summary>k_psk.</summary>
    public HmacKey Authentication { get; }

    /// <summary>Copies psk_mix, 32 bytes, to a buffer that the caller wipes.</summary>
    public void CopyMix(byte[] buffer, int offset)
    {
        Array.Copy(_mix, 0, buffer, offset, _mix.Length);
    }

    /// <summary>Overwrites the keys.</summary>
    public void Wipe()
    {
        Authentication.Wipe();
        Array.Clear(_mix, 0, _mix.Length);
    }

    /// <summary>The key id of a PSK (3.1); it is no secret.</summary>
    public static ulong ComputeKeyId(CryptoProvider crypto, byte[] psk)
    {
        int length = Labels.KeyId.Length;
        byte[] input = new byte[length + psk.Length];
        Array.Copy(Labels.KeyId, 0, input, 0, length);
        Array.Copy(psk, 0, input, length, psk.Length);
        byte[] hash = new byte[CryptoProvider.HashSize];
        crypto.Sha256(input, 0, input.Length, hash, 0);
        Array.Clear(input, 0, input.Length);
        return Wire.BigEndian.ReadUInt64(hash, 0);
    }
}
