using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Device.Messages;

/// <summary>The contents of a TELEMETRY message. Its owner reuses it.</summary>
public sealed class Telemetry
{
    /// <summary>Bytes of the message.</summary>
    public const int Size = 72;

    private readonly uint[] _recoveries = new uint[4];

    /// <summary>The recovery level that runs now.</summary>
    public RecoveryLevel Level { get; set; }

    /// <summary>Failure conditions: bit set 1 &lt;&lt; number of <see cref="FailureCondition"/>.</summary>
    public int Conditions { get; set; }

    /// <summary>Time since the device started, ms.</summary>
    public long UptimeMillis { get; set; }

    /// <summary>Free memory, bytes, at most 2^32 - 1.</summary>
    public long FreeMemoryBytes { get; set; }

    /// <summary>Round trip, us, at most 2^32 - 1.</summary>
    public long RttMicros { get; set; }

    /// <summary>Last clock offset to the peer, us.</summary>
    public long ClockOffsetMicros { get; set; }

    /// <summary>Messages accepted for sending.</summary>
    public long MessagesSent { get; set; }

    /// <summary>Messages delivered to the device.</summary>
    public long MessagesReceived { get; set; }

    /// <summary>Malformed messages received.</summary>
    public long Malformed { get; set; }

    /// <summary>Recovery events dropped before they could be reported.</summary>
    public long EventsDropped { get; set; }

    /// <summary>Recoveries completed at one level, L1 to L4; 0 for any other.</summary>
    public long Recoveries(RecoveryLevel level)
    {
        int index = (int)level - 1;
        return index >= 0 && index < _recoveries.Length ? _recoveries[index] : 0;
    }

    /// <summary>Sets the recoveries completed at one level, L1 to L4; any other is ignored.</summary>
    public void SetRecoveries(RecoveryLevel level, long count)
    {
        int index = (int)level - 1;
        if (index >= 0 && index < _recoveries.Length)
        {
            _recoveries[index] = Saturate.ToUInt32(count);
        }
    }

    /// <summary>Writes the message: <see cref="Size"/> bytes from <paramref name="offset"/>.</summary>
    public void Write(byte[] buffer, int offset)
    {
        buffer[offset] = (byte)MessageType.Telemetry;
        buffer[offset + 1] = (byte)Level;
        BigEndian.WriteUInt16(buffer, offset + 2, 0);
        BigEndian.WriteUInt32(buffer, offset + 4, (uint)Conditions);
        BigEndian.WriteInt64(buffer, offset + 8, UptimeMillis);
        BigEndian.WriteUInt32(buffer, offset + 16, Saturate.ToUInt32(FreeMemoryBytes));
        BigEndian.WriteUInt32(buffer, offset + 20, Saturate.ToUInt32(RttMicros));
        BigEndian.WriteInt64(buffer, offset + 24, ClockOffsetMicros);
        for (int i = 0; i < _recoveries.Length; i++)
        {
            BigEndian.WriteUInt32(buffer, offset + 32 + (4 * i), _recoveries[i]);
        }

        BigEndian.WriteInt64(buffer, offset + 48, MessagesSent);
        BigEndian.WriteInt64(buffer, offset + 56, MessagesReceived);
        BigEndian.WriteUInt32(buffer, offset + 64, Saturate.ToUInt32(Malformed));
        BigEndian.WriteUInt32(buffer, offset + 68, Saturate.ToUInt32(EventsDropped));
    }

    /// <summary>Reads a message; false, changing nothing, unless it is a TELEMETRY message.</summary>
    public bool TryRead(byte[] buffer, int offset, int count)
    {
        if (count != Size || buffer[offset] != (byte)MessageType.Telemetry || BigEndian.ReadUInt16(buffer, offset + 2) != 0)
        {
            return false;
        }

        Level = (RecoveryLevel)buffer[offset + 1];
        Conditions = (int)BigEndian.ReadUInt32(buffer, offset + 4);
        UptimeMillis = BigEndian.ReadInt64(buffer, offset + 8);
        FreeMemoryBytes = BigEndian.ReadUInt32(buffer, offset + 16);
        RttMicros = BigEndian.ReadUInt32(buffer, offset + 20);
        ClockOffsetMicros = BigEndian.ReadInt64(buffer, offset + 24);
        for (int i = 0; i < _recoveries.Length; i++)
        {
            _recoveries[i] = BigEndian.ReadUInt32(buffer, offset + 32 + (4 * i));
        }

        MessagesSent = BigEndian.ReadInt64(buffer, offset + 48);
        MessagesReceived = BigEndian.ReadInt64(buffer, offset + 56);
        Malformed = BigEndian.ReadUInt32(buffer, offset + 64);
        EventsDropped = BigEndian.ReadUInt32(buffer, offset + 68);
        return true;
    }
}
