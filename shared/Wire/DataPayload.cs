using System;

namespace Hoplink.Wire;

/// <summary>What comes before the message in DATA (protocol.md 6.1).</summary>
public sealed class DataPayload
{
    /// <summary>Bytes before the message.</summary>
    public const int HeaderSize = 8;

    /// <summary>Message number.</summary>
    public uint Number;

    /// <summary>Receive window, messages.</summary>
    // protocol.md 6.1 is silent on a window above 1000: section 2 does not list it among what is dropped, so it is read as it
    // is, and whoever uses it bounds it.
    public int ReceiveWindow;

    /// <summary>
    /// Reads what comes before the message; the message is the other <paramref name="count"/> - <see cref="HeaderSize"/> bytes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Offset or count leave the array.</exception>
    public DropCause Read(byte[] b, int offset, int count)
    {
        WireFormat.CheckRange(b, offset, count);
        if (count <= HeaderSize || count > WireFormat.MaxPayload)
        {
            return DropCause.WrongPayloadSize;
        }

        if (!WireFormat.IsZero(b, offset + 6, 2))
        {
            return DropCause.ReservedSet;
        }

        Number = BigEndian.ReadUInt32(b, offset);
        ReceiveWindow = BigEndian.ReadUInt16(b, offset + 4);
        return DropCause.None;
    }

    /// <summary>Writes what comes before the message.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, HeaderSize);
        BigEndian.WriteUInt32(b, offset, Number);
        BigEndian.WriteUInt16(b, offset + 4, (ushort)ReceiveWindow);
        BigEndian.WriteUInt16(b, offset + 6, 0);
    }
}
