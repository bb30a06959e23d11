using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Device.Messages;

/// <summary>The contents of a RECOVERY_EVENT message: a link event with its time. Its owner reuses it.</summary>
public sealed class RecoveryEvent
{
    /// <summary>Bytes of the message.</summary>
    public const int Size = 44;

    /// <summary>What happened; it says which other properties bear a meaning.</summary>
    public LinkEventKind Kind { get; set; }

    /// <summary>The level concerned.</summary>
    public RecoveryLevel Level { get; set; }

    /// <summary>The level before an escalation.</summary>
    public RecoveryLevel FromLevel { get; set; }

    /// <summary>The condition that began or ended.</summary>
    public FailureCondition Condition { get; set; }

    /// <summary>Number of the attempt, at most 255.</summary>
    public int Attempt { get; set; }

    /// <summary>What came of the attempt.</summary>
    public RecoveryResult Result { get; set; }

    /// <summary>Failure conditions: bit set 1 &lt;&lt; number of <see cref="FailureCondition"/>.</summary>
    public int Conditions { get; set; }

    /// <summary>First message number lost.</summary>
    public uint First { get; set; }

    /// <summary>Messages lost, or sent again.</summary>
    public uint Count { get; set; }

    /// <summary>The new key epoch.</summary>
    public uint Epoch { get; set; }

    /// <summary>How long the recovery took, us.</summary>
    public long DurationMicros { get; set; }

    /// <summary>The device's uptime when it happened, ms.</summary>
    public long UptimeMillis { get; set; }

    /// <summary>The link was resumed.</summary>
    public bool Resumed { get; set; }

    /// <summary>Writes the message: <see cref="Size"/> bytes from <paramref name="offset"/>.</summary>
    public void Write(byte[] buffer, int offset)
    {
        buffer[offset] = (byte)MessageType.RecoveryEvent;
        buffer[offset + 1] = (byte)Kind;
        buffer[offset + 2] = (byte)Level;
        buffer[offset + 3] = (byte)FromLevel;
        buffer[offset + 4] = (byte)Condition;
        buffer[offset + 5] = (byte)(Attempt > 255 ? 255 : Attempt);
        BigEndian.WriteUInt16(buffer, offset + 6, (ushort)(int)Result);
        BigEndian.WriteUInt32(buffer, offset + 8, (uint)Conditions);
        BigEndian.WriteUInt32(buffer, offset + 12, First);
        BigEndian.WriteUInt32(buffer, offset + 16, Count);
        BigEndian.WriteUInt32(buffer, offset + 20, Epoch);
        BigEndian.WriteInt64(buffer, offset + 24, DurationMicros);
        BigEndian.WriteInt64(buffer, offset + 32, UptimeMillis);
        BigEndian.WriteUInt32(buffer, offset + 40, Resumed ? 1u << 24 : 0u);
    }

    /// <summary>Reads a message; false, changing nothing, unless it is a RECOVERY_EVENT message.</summary>
    public bool TryRead(byte[] buffer, int offset, int count)
    {
        if (count != Size || buffer[offset] != (byte)MessageType.RecoveryEvent)
        {
            return false;
        }

        uint flags = BigEndian.ReadUInt32(buffer, offset + 40);
        if ((flags & ~(1u << 24)) != 0)
        {
            return false;
        }

        Kind = (LinkEventKind)buffer[offset + 1];
        Level = (RecoveryLevel)buffer[offset + 2];
        FromLevel = (RecoveryLevel)buffer[offset + 3];
        Condition = (FailureCondition)buffer[offset + 4];
        Attempt = buffer[offset + 5];
        Result = (RecoveryResult)BigEndian.ReadUInt16(buffer, offset + 6);
        Conditions = (int)BigEndian.ReadUInt32(buffer, offset + 8);
        First = BigEndian.ReadUInt32(buffer, offset + 12);
        Count = BigEndian.ReadUInt32(buffer, offset + 16);
        Epoch = BigEndian.ReadUInt32(buffer, offset + 20);
        DurationMicros = BigEndian.ReadInt64(buffer, offset + 24);
        UptimeMillis = BigEndian.ReadInt64(buffer, offset + 32);
        Resumed = flags != 0;
        return true;
    }
}
