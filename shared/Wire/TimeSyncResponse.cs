using System;

namespace Hoplink.Wire;

/// <summary>Payload of TIME_SYNC_RESPONSE (protocol.md 10).</summary>
public sealed class TimeSyncResponse
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 32;

    /// <summary>The request's.</summary>
    public uint Nonce;

    /// <summary>The t1 of the transmission answered, us.</summary>
    public long T1;

    /// <summary>The answerer's session clock at the request's arrival, us.</summary>
    public long T2;

    /// <summary>The answerer's session clock at departure, us.</summary>
    public long T3;

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        if (!WireFormat.IsZero(b, offset + 4, 4))
        {
            return DropCause.ReservedSet;
        }

        Nonce = BigEndian.ReadUInt32(b, offset);
        T1 = BigEndian.ReadInt64(b, offset + 8);
        T2 = BigEndian.ReadInt64(b, offset + 16);
        T3 = BigEndian.ReadInt64(b, offset + 24);
        return DropCause.None;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        BigEndian.WriteUInt32(b, offset, Nonce);
        Array.Clear(b, offset + 4, 4);
        BigEndian.WriteInt64(b, offset + 8, T1);
        BigEndian.WriteInt64(b, offset + 16, T2);
        BigEndian.WriteInt64(b, offset + 24, T3);
    }
}
