using System;

namespace Hoplink.Wire;

/// <summary>Payload of ACK (protocol.md 6.2).</summary>
public sealed class AckPayload
{
    /// <summary>Bytes on the wire without a map.</summary>
    public const int Size = 4;

    /// <summary>Bytes on the wire with a map.</summary>
    public const int SizeWithSack = 8;

    /// <summary>Receive window, messages.</summary>
    public int ReceiveWindow;

    /// <summary>Whether there is a map: the header then carries the flag SACK.</summary>
    public bool HasSack;

    /// <summary>Bit i: message acknowledgment + 1 + i is held. 0 without a map.</summary>
    public uint SackMap;

    /// <summary>Bytes that <see cref="Write"/> writes.</summary>
    public int Length => HasSack ? SizeWithSack : Size;

    /// <summary>Reads the payload; its size says whether there is a map, and the header has checked that against the flag.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Offset or count leave the array.</exception>
    public DropCause Read(byte[] b, int offset, int count)
    {
        if (b == null || offset < 0 || count > b.Length - offset)
        {
            WireFormat.CheckRange(b, offset, count);
        }

        if (count != Size && count != SizeWithSack)
        {
            // Here and not above, where every ACK would pay for it: no other count is negative.
            WireFormat.CheckRange(b, offset, count);
            return DropCause.WrongPayloadSize;
        }

        if (BitConverter.ToUInt16(b, offset + 2) != 0)
        {
            return DropCause.ReservedSet;
        }

        ReceiveWindow = (b[offset] << 8) | b[offset + 1];
        HasSack = count != Size;
        SackMap = HasSack ? BigEndian.ReadUInt32(b, offset + 4) : 0;
        return DropCause.None;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        if (b == null || offset < 0 || offset > b.Length - SizeWithSack)
        {
            WireFormat.CheckRange(b, offset, Length);
        }

        int window = ReceiveWindow;
        b[offset] = (byte)(window >> 8);
        b[offset + 1] = (byte)window;
        b[offset + 2] = 0;
        b[offset + 3] = 0;
        if (HasSack)
        {
            BigEndian.WriteUInt32(b, offset + 4, SackMap);
        }
    }
}
