using System.Buffers.Binary;
using Hoplink.Wire;

namespace Hoplink.Simulation;

/// <summary>What a datagram is, by its type and sub-type (protocol.md 2): type * 256 + sub-type.</summary>
public enum DatagramKind
{
    /// <summary>No well-formed datagram.</summary>
    Malformed = 0,

    /// <summary>Asks for a session (4.1).</summary>
    Syn = PacketType.Syn << 8,

    /// <summary>Offers a session (4.2).</summary>
    SynAck = PacketType.SynAck << 8,

    /// <summary>An acknowledgment alone (6.2).</summary>
    Ack = PacketType.Ack << 8,

    /// <summary>A message (6.1).</summary>
    Data = PacketType.Data << 8,

    /// <summary>Closes one direction (6.4).</summary>
    Fin = PacketType.Fin << 8,

    /// <summary>A probe or its echo (7).</summary>
    Heartbeat = PacketType.Heartbeat << 8,

    /// <summary>The session is over: an end says so (13.1), or a peer that does not know it (13.3).</summary>
    Rst = PacketType.Reset << 8,

    /// <summary>Asks for the time (10).</summary>
    TimeSyncRequest = (PacketType.Control << 8) | SubType.TimeSyncRequest,

    /// <summary>Tells the time (10).</summary>
    TimeSyncResponse = (PacketType.Control << 8) | SubType.TimeSyncResponse,

    /// <summary>Asks the other end to begin a rung (9.5).</summary>
    Recovery = (PacketType.Control << 8) | SubType.Recovery,

    /// <summary>Asks for new keys (12).</summary>
    RekeyRequest = (PacketType.Management << 8) | SubType.RekeyRequest,

    /// <summary>Agrees to new keys (12).</summary>
    RekeyResponse = (PacketType.Management << 8) | SubType.RekeyResponse,

    /// <summary>Asks what the other end has (11).</summary>
    RepairRequest = (PacketType.Management << 8) | SubType.RepairRequest,

    /// <summary>Tells what the other end has (11).</summary>
    RepairResponse = (PacketType.Management << 8) | SubType.RepairResponse,
}

/// <summary>What anybody on the path can read of a datagram, and the number at the head of its payload, encrypted or not.</summary>
public readonly record struct DatagramInfo
{
    private readonly bool _usesRecoveryKey;

    /// <summary>Reads one as it travels, of any length.</summary>
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

    /// <summary>Bytes of it, header and tag included.</summary>
    public int Length { get; }

    /// <summary>Why it is not well formed; nothing else but the length is set then.</summary>
    public DropCause Cause { get; }

    /// <summary>Its type and sub-type.</summary>
    public DatagramKind Kind { get; }

    /// <summary>A set of <see cref="PacketFlags"/>.</summary>
    public byte Flags { get; }

    /// <summary>The session, 0 in SYN.</summary>
    public ulong SessionId { get; }

    /// <summary>The packet number of its direction; 0 in SYN and SYN_ACK.</summary>
    public uint Sequence { get; }

    /// <summary>The next message number expected, where the flag says so; in SYN_ACK the SYN's timestamp; else 0.</summary>
    public uint Acknowledgment { get; }

    /// <summary>The sender's session clock, ms; in SYN the initiator's own clock.</summary>
    public uint Timestamp { get; }

    /// <summary>Low bit of the key epoch, 0 or 1 (12.1).</summary>
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

    /// <summary>It in words, as the trace has it.</summary>
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
