using System.Buffers.Binary;
using Hoplink.Wire;

namespace Hoplink.Simulation;

/// <summary>What a datagram is, by its type and sub-type (protocol.md 2): type * 256 + sub-type.</summary>
public enum DatagramKind
{
    /// <summary>No well-formed datagram.</summary>
    Malformed = 0,
    Syn = PacketType.Syn << 8,
    SynAck = PacketType.SynAck << 8,
    Ack = PacketType.Ack << 8,
    Data = PacketType.Data << 8,
    Fin = PacketType.Fin << 8,
    Heartbeat = PacketType.Heartbeat << 8,
    Rst = PacketType.Reset << 8,
    TimeSyncRequest = (PacketType.Control << 8) | SubType.TimeSyncRequest,
    TimeSyncResponse = (PacketType.Control << 8) | SubType.TimeSyncResponse,
    Recovery = (PacketType.Control << 8) | SubType.Recovery,
    RekeyRequest = (PacketType.Management << 8) | SubType.RekeyRequest,
    RekeyResponse = (PacketType.Management << 8) | SubType.RekeyResponse,
    RepairRequest = (PacketType.Management << 8) | SubType.RepairRequest,
    RepairResponse = (PacketType.Management << 8) | SubType.RepairResponse,
}

/// <summary>What anybody on the path can read of a datagram, and the number at the head of its payload, encrypted or not.</summary>
public readonly record struct DatagramInfo
{
    private readonly bool _usesRecoveryKey;

    public DatagramInfo(byte[] bytes)
        : this(bytes, bytes.Length < WireFormat.Overhead ? [] : bytes.AsSpan(WireFormat.HeaderSize))
    {
    }

    internal DatagramInfo(byte[] bytes, ReadOnlySpan<byte> payload)
    {
        var header = new Header();
        Length = bytes.Length;
        Cause = Header.Read(bytes, 0, bytes.Length, header);
        if (Cause != DropCause.None)
        {
            return;
        }

        Kind = (DatagramKind)(((int)header.Type << 8) | header.SubType);
        SessionId = header.SessionId;
        Sequence = header.Sequence;
        Acknowledgment = header.Acknowledgment;
        Timestamp = header.Timestamp;
        KeyPhase = header.KeyPhase;
        Flags = header.Flags;
        _usesRecoveryKey = header.UsesRecoveryKey;
        IsStatelessReset = header.IsStatelessReset;
        Message = BinaryPrimitives.ReadUInt32BigEndian(payload);
        Tag = BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(bytes.Length - WireFormat.TagSize));
    }

    public int Length { get; }

    /// <summary>Why it is not well formed; nothing else but the length is set then.</summary>
    public DropCause Cause { get; }

    public DatagramKind Kind { get; }

    /// <summary>A set of <see cref="PacketFlags"/>.</summary>
    public byte Flags { get; }

    public ulong SessionId { get; }

    public uint Sequence { get; }

    public uint Acknowledgment { get; }

    public uint Timestamp { get; }

    public int KeyPhase { get; }

    /// <summary>
    /// The first four bytes of the payload, in clear where the sender is known: a message number in DATA, a nonce in most others.
    /// </summary>
    public uint Message { get; }

    /// <summary>The first half of the tag.</summary>
    public ulong Tag { get; }

    /// <summary>Sealed with nothing: a token in it is the proof (protocol.md 13.3).</summary>
    public bool IsStatelessReset { get; }

    /// <summary>Sealed with the session's recovery key (protocol.md 2).</summary>
    public bool IsUnderRecoveryKey => _usesRecoveryKey;

    /// <summary>Sealed with a session key of some epoch.</summary>
    public bool IsUnderSessionKey => !_usesRecoveryKey && !IsStatelessReset
        && Kind is not (DatagramKind.Malformed or DatagramKind.Syn or DatagramKind.SynAck);

    /// <summary>Passes through the replay window (protocol.md 2), and is encrypted where the session is (14).</summary>
    public bool IsWindowed => Kind is DatagramKind.Ack or DatagramKind.Data or DatagramKind.Fin or DatagramKind.Heartbeat;

    public override string ToString()
    {
        if (Cause != DropCause.None)
        {
            return $"Malformed ({Cause}) {Length} B";
        }

        string message = Kind == DatagramKind.Data ? $" message {Message}" : string.Empty;
        return $"{Kind} s{SessionId >> 48:x4} #{Sequence} ack {Acknowledgment} ts {Timestamp} phase {KeyPhase}{message} "
            + $"{Length} B tag {Tag >> 32:x8}";
    }
}
