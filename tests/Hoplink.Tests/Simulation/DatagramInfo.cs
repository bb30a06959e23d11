using System.Buffers.Binary;

namespace Hoplink.Tests.Simulation;

/// <summary>What a datagram is, by its type and sub-type (protocol.md 2): type * 256 + sub-type.</summary>
public enum DatagramKind
{
    Unknown = 0,
    Syn = 0x0100,
    SynAck = 0x0200,
    Ack = 0x0300,
    Data = 0x0400,
    Fin = 0x0500,
    Heartbeat = 0x0600,
    Rst = 0x0B00,
    TimeSyncRequest = 0x0C01,
    TimeSyncResponse = 0x0C02,
    Recovery = 0x0C03,
    RekeyRequest = 0x0D01,
    RekeyResponse = 0x0D02,
    RepairRequest = 0x0D03,
    RepairResponse = 0x0D04,
}

/// <summary>What anybody on the path can read of a datagram. Decoded here and not by the library, which is what is being tested.</summary>
public readonly record struct DatagramInfo
{
    private const int HeaderSize = 26;
    private const int TagSize = 16;
    private const byte KeyPhaseFlag = 1 << 5;
    private const int StatelessResetPayload = 16;

    public DatagramInfo(ReadOnlySpan<byte> bytes)
    {
        Length = bytes.Length;
        if (bytes.Length < HeaderSize + TagSize)
        {
            return;
        }

        int kind = (bytes[1] << 8) | bytes[2];
        Kind = Enum.IsDefined((DatagramKind)kind) ? (DatagramKind)kind : DatagramKind.Unknown;
        Flags = bytes[3];
        SessionId = BinaryPrimitives.ReadUInt64BigEndian(bytes[4..]);
        Sequence = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        Acknowledgment = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        Timestamp = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        Message = BinaryPrimitives.ReadUInt32BigEndian(bytes[HeaderSize..]);
        Tag = BinaryPrimitives.ReadUInt64BigEndian(bytes[^TagSize..]);
    }

    public int Length { get; }

    public DatagramKind Kind { get; }

    public byte Flags { get; }

    public ulong SessionId { get; }

    public uint Sequence { get; }

    public uint Acknowledgment { get; }

    public uint Timestamp { get; }

    /// <summary>The first four bytes of the payload: a message number in DATA, a nonce in most others.</summary>
    public uint Message { get; }

    /// <summary>The first half of the tag.</summary>
    public ulong Tag { get; }

    public int KeyPhase => (Flags & KeyPhaseFlag) != 0 ? 1 : 0;

    public bool IsStatelessReset => Kind == DatagramKind.Rst && Length == HeaderSize + StatelessResetPayload + TagSize;

    /// <summary>Sealed with the session's recovery key (protocol.md 2).</summary>
    public bool IsUnderRecoveryKey => Kind is DatagramKind.Recovery or DatagramKind.RekeyRequest or DatagramKind.RekeyResponse
        || (Kind == DatagramKind.Rst && !IsStatelessReset);

    /// <summary>Sealed with a session key of some epoch.</summary>
    public bool IsUnderSessionKey => !IsUnderRecoveryKey
        && Kind is not (DatagramKind.Unknown or DatagramKind.Syn or DatagramKind.SynAck or DatagramKind.Rst);

    public override string ToString()
    {
        string message = Kind == DatagramKind.Data ? $" message {Message}" : string.Empty;
        return $"{Kind} s{SessionId >> 48:x4} #{Sequence} ack {Acknowledgment} ts {Timestamp} phase {KeyPhase}{message} "
            + $"{Length} B tag {Tag >> 32:x8}";
    }
}
