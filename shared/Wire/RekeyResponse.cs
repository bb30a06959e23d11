using System;

namespace Hoplink.Wire;

/// <summary>Payload of REKEY_RESPONSE (protocol.md 12).</summary>
public sealed class RekeyResponse
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 128;

    /// <summary>The request's.</summary>
    public uint Nonce;

    /// <summary>The new epoch.</summary>
    public uint Epoch;

    /// <summary>The t1 of the transmission answered, us.</summary>
    public long T1;

    /// <summary>The answerer's session clock at the request's arrival, us.</summary>
    public long T2;

    /// <summary>The answerer's session clock at departure, us.</summary>
    public long T3;

    /// <summary>The answerer's verification hash (3.2).</summary>
    public readonly byte[] VerificationHash = new byte[WireFormat.HashSize];

    /// <summary>The answerer's ephemeral public key.</summary>
    public readonly byte[] PublicKey = new byte[WireFormat.PublicKeySize];

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        Nonce = BigEndian.ReadUInt32(b, offset);
        Epoch = BigEndian.ReadUInt32(b, offset + 4);
        T1 = BigEndian.ReadInt64(b, offset + 8);
        T2 = BigEndian.ReadInt64(b, offset + 16);
        T3 = BigEndian.ReadInt64(b, offset + 24);
        Array.Copy(b, offset + 32, VerificationHash, 0, WireFormat.HashSize);
        Array.Copy(b, offset + 64, PublicKey, 0, WireFormat.PublicKeySize);
        return DropCause.None;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        BigEndian.WriteUInt32(b, offset, Nonce);
        BigEndian.WriteUInt32(b, offset + 4, Epoch);
        BigEndian.WriteInt64(b, offset + 8, T1);
        BigEndian.WriteInt64(b, offset + 16, T2);
        BigEndian.WriteInt64(b, offset + 24, T3);
        Array.Copy(VerificationHash, 0, b, offset + 32, WireFormat.HashSize);
        Array.Copy(PublicKey, 0, b, offset + 64, WireFormat.PublicKeySize);
    }
}
