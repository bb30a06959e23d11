using System;

namespace Hoplink.Wire;

/// <summary>Payload of FIN (protocol.md 6.4).</summary>
public sealed class FinPayload
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 4;

    /// <summary>The number after the last message.</summary>
    public uint Number;

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        Number = BigEndian.ReadUInt32(b, offset);
        return DropCause.None;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        BigEndian.WriteUInt32(b, offset, Number);
    }
}
