using System;

namespace Hoplink.Wire;

/// <summary>Payload of TIME_SYNC_REQUEST (protocol.md 10).</summary>
public sealed class TimeSyncRequest
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 24;

    /// <summary>Names the exchange; 0 is refused where requests are served (9.4).</summary>
    public uint Nonce;

    /// <summary>The requester's session clock at departure, pending parts included, us.</summary>
    public long T1;

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        if (!WireFormat.IsZero(b, offset + 4, 4) || !WireFormat.IsZero(b, offset + 16, 8))
        {
            return DropCause.ReservedSet;
        }

        Nonce = BigEndian.ReadUInt32(b, offset);
        T1 = BigEndian.ReadInt64(b, offset + 8);
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
        Array.Clear(b, offset + 16, 8);
    }
}
