using System;

namespace Hoplink.Wire;

/// <summary>Payload of RECOVERY (protocol.md 9.5).</summary>
public sealed class RecoveryNotice
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 4;

    private const int HighestLevel = 2;
    private const int HighestCondition = 18;

    /// <summary>Level wanted, 1 or 2 (9.1).</summary>
    public byte Level;

    /// <summary>Number of the condition that is the reason, 1 to 18 (8).</summary>
    public byte Condition;

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        if (!WireFormat.IsZero(b, offset + 2, 2))
        {
            return DropCause.ReservedSet;
        }

        Level = b[offset];
        Condition = b[offset + 1];
        return Level < 1 || Level > HighestLevel || Condition < 1 || Condition > HighestCondition
            ? DropCause.WrongField : DropCause.None;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        b[offset] = Level;
        b[offset + 1] = Condition;
        Array.Clear(b, offset + 2, 2);
    }
}
