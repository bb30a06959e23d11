using System;

namespace Hoplink.Wire;

/// <summary>Payload of RST by the recovery key (protocol.md 13.1).</summary>
public sealed class ResetPayload
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 8;

    private const int HighestLevel = 5;

    /// <summary>Why the session ends.</summary>
    public byte Reason;

    /// <summary>The level that recovery reached, 0 to 5 (9.1).</summary>
    public byte Level;

    /// <summary>The result of the last attempt.</summary>
    public ushort LastError;

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        if (!WireFormat.IsZero(b, offset + 4, 4))
        {
            return DropCause.ReservedSet;
        }

        Reason = b[offset];
        Level = b[offset + 1];
        LastError = BigEndian.ReadUInt16(b, offset + 2);
        return Level > HighestLevel ? DropCause.WrongField : DropCause.None;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        b[offset] = Reason;
        b[offset + 1] = Level;
        BigEndian.WriteUInt16(b, offset + 2, LastError);
        Array.Clear(b, offset + 4, 4);
    }
}
