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
        if (b == null || (offset | count) < 0 || count > b.Length - offset)
        {
            WireFormat.CheckRange(b, offset, count);
        }

        if (count <= HeaderSize || count > WireFormat.MaxPayload)
        {
            return DropCause.WrongPayloadSize;
        }

        if (BitConverter.ToUInt16(b, offset + 6) != 0)
        {
            return DropCause.ReservedSet;
        }

        Number = ((uint)b[offset] << 24) | ((uint)b[offset + 1] << 16) | ((uint)b[offset + 2] << 8) | b[offset + 3];
        ReceiveWindow = (b[offset + 4] << 8) | b[offset + 5];
        return DropCause.None;
    }

    /// <summary>Writes what comes before the message.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        if (b == null || offset < 0 || offset > b.Length - HeaderSize)
        {
            WireFormat.CheckRange(b, offset, HeaderSize);
        }

        uint number = Number;
        int window = ReceiveWindow;
        b[offset] = (byte)(number >> 24);
        b[offset + 1] = (byte)(number >> 16);
        b[offset + 2] = (byte)(number >> 8);
        b[offset + 3] = (byte)number;
        b[offset + 4] = (byte)(window >> 8);
        b[offset + 5] = (byte)window;
        b[offset + 6] = 0;
        b[offset + 7] = 0;
    }
}
