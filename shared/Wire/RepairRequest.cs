using System;

namespace Hoplink.Wire;

/// <summary>Payload of REPAIR_REQUEST (protocol.md 11).</summary>
public sealed class RepairRequest
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 24;

    /// <summary>Names the exchange; 0 is refused where requests are served (9.4).</summary>
    public uint Nonce;

    /// <summary>The requester's next expected message - 1.</summary>
    public uint LastKnown;

    /// <summary>Highest seen - next expected, 0 if nothing is held; above 1000 it is refused where requests are served.</summary>
    public uint Window;

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        if (!WireFormat.IsZero(b, offset + 12, 12))
        {
            return DropCause.ReservedSet;
        }

        Nonce = BigEndian.ReadUInt32(b, offset);
        LastKnown = BigEndian.ReadUInt32(b, offset + 4);
        Window = BigEndian.ReadUInt32(b, offset + 8);
        return DropCause.None;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        BigEndian.WriteUInt32(b, offset, Nonce);
        BigEndian.WriteUInt32(b, offset + 4, LastKnown);
        BigEndian.WriteUInt32(b, offset + 8, Window);
        Array.Clear(b, offset + 12, 12);
    }
}
