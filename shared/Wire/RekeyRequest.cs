using System;

namespace Hoplink.Wire;

/// <summary>Payload of REKEY_REQUEST (protocol.md 12).</summary>
public sealed class RekeyRequest
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 80;

    /// <summary>Names the exchange; 0 is refused where requests are served (9.4).</summary>
    public uint Nonce;

    /// <summary>The requester's epoch + 1.</summary>
    public uint Epoch;

    /// <summary>The requester's session clock at departure, us.</summary>
    public long T1;

    /// <summary>The requester's ephemeral public key.</summary>
    public readonly byte[] PublicKey = new byte[WireFormat.PublicKeySize];

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        Nonce = BigEndian.ReadUInt32(b, offset);
        Epoch = BigEndian.ReadUInt32(b, offset + 4);
        T1 = BigEndian.ReadInt64(b, offset + 8);
        Array.Copy(b, offset + 16, PublicKey, 0, WireFormat.PublicKeySize);
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
        Array.Copy(PublicKey, 0, b, offset + 16, WireFormat.PublicKeySize);
    }
}
