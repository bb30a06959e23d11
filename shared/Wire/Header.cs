using System;

namespace Hoplink.Wire;

/// <summary>
/// Header of a datagram (protocol.md 2), and every check of a datagram that needs neither key nor state. One instance serves
/// any number of datagrams.
/// </summary>
public sealed class Header
{
    // The bytes of the header that was read or written last. Here each has a constant index, which costs an interpreter less than a sum.
    private readonly byte[] _bytes = new byte[WireFormat.HeaderSize];

    // The session id that stands in those bytes, and the same in the processor's order: an id that comes again is not decoded again.
    private ulong _id;
    private ulong _rawId;

    /// <summary>What the datagram is.</summary>
    public PacketType Type;

    /// <summary>One of <see cref="Wire.SubType"/>; 0 unless the type is CONTROL or MANAGEMENT.</summary>
    public byte SubType;

    /// <summary>A set of <see cref="PacketFlags"/>.</summary>
    public byte Flags;

    /// <summary>The session, 0 in SYN.</summary>
    public ulong SessionId;

    /// <summary>Packet number of this direction; 0 in SYN and SYN_ACK.</summary>
    public uint Sequence;

    /// <summary>Next message number expected, where <see cref="HasAck"/>; in SYN_ACK the SYN's timestamp; else 0.</summary>
    public uint Acknowledgment;

    /// <summary>The sender's session clock, ms; in SYN the initiator's own clock.</summary>
    public uint Timestamp;

    /// <summary>Bytes of payload.</summary>
    public int PayloadLength;

    /// <summary>Whether the datagram passes the replay window (2): CONTROL, MANAGEMENT and RST do not, SYN and SYN_ACK have none.</summary>
    public bool IsWindowed => Type >= PacketType.Ack && Type <= PacketType.Heartbeat;

    /// <summary>Whether the tag is made with the recovery key (2).</summary>
    public bool UsesRecoveryKey
    {
        get
        {
            switch (Type)
            {
                case PacketType.Reset:
                    return PayloadLength == ResetPayload.Size;
                case PacketType.Control:
                    return SubType == Wire.SubType.Recovery;
                case PacketType.Management:
                    return SubType == Wire.SubType.RekeyRequest || SubType == Wire.SubType.RekeyResponse;
                default:
                    return false;
            }
        }
    }

    /// <summary>Whether the acknowledgment field says which message is expected next.</summary>
    public bool HasAck => (Flags & PacketFlags.Ack) != 0;

    /// <summary>Low bit of the key epoch, 0 or 1 (12.1).</summary>
    public int KeyPhase => (Flags & PacketFlags.KeyPhase) != 0 ? 1 : 0;

    /// <summary>Whether this is a stateless reset, whose payload is the session's token (13.3).</summary>
    public bool IsStatelessReset => Type == PacketType.Reset && PayloadLength == WireFormat.ResetTokenSize;

    /// <summary>
    /// Reads the header of a datagram and checks everything that section 2 asks for and that needs no key: nothing but the
    /// payload's own fields is left unchecked. If it returns another cause than <see cref="DropCause.None"/>, the fields of
    /// <paramref name="header"/> hold nothing of use.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Offset or count leave the array.</exception>
    public static DropCause Read(byte[] datagram, int offset, int count, Header header)
    {
        if (datagram == null || offset < 0 || count < 0 || count > datagram.Length - offset)
        {
            WireFormat.CheckRange(datagram, offset, count);
        }

        if (count < WireFormat.Overhead)
        {
            return DropCause.TooShort;
        }

        if (count > WireFormat.MaxDatagram)
        {
            return DropCause.TooLong;
        }

        if (datagram[offset] != WireFormat.Version)
        {
            return DropCause.WrongVersion;
        }

        header.ReadFields(datagram, offset);
        if (header.IsPlain(count))
        {
            return DropCause.None;
        }

        DropCause cause = header.CheckKind();
        if (cause != DropCause.None)
        {
            return cause;
        }

        if (header.PayloadLength != count - WireFormat.Overhead)
        {
            return DropCause.WrongLength;
        }

        if (!header.HasPossibleSize())
        {
            return DropCause.WrongPayloadSize;
        }

        return header.CheckFlags() ? header.CheckFields() : DropCause.WrongFlags;
    }

    /// <summary>Writes the 26 bytes of the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The header does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] buffer, int offset)
    {
        if (buffer == null || offset < 0 || offset > buffer.Length - WireFormat.HeaderSize)
        {
            WireFormat.CheckRange(buffer, offset, WireFormat.HeaderSize);
        }

        byte[] b = _bytes;
        b[0] = WireFormat.Version;
        b[1] = (byte)Type;
        b[2] = SubType;
        b[3] = Flags;
        if (SessionId != _id)
        {
            BigEndian.WriteUInt64(b, WireFormat.SessionIdOffset, SessionId);
            NoteId(SessionId);
        }

        uint value = Sequence;
        b[12] = (byte)(value >> 24);
        b[13] = (byte)(value >> 16);
        b[14] = (byte)(value >> 8);
        b[15] = (byte)value;
        value = Acknowledgment;
        b[16] = (byte)(value >> 24);
        b[17] = (byte)(value >> 16);
        b[18] = (byte)(value >> 8);
        b[19] = (byte)value;
        value = Timestamp;
        b[20] = (byte)(value >> 24);
        b[21] = (byte)(value >> 16);
        b[22] = (byte)(value >> 8);
        b[23] = (byte)value;
        b[24] = (byte)(PayloadLength >> 8);
        b[25] = (byte)PayloadLength;
        Array.Copy(b, 0, buffer, offset, WireFormat.HeaderSize);
    }

    private void ReadFields(byte[] datagram, int offset)
    {
        byte[] b = _bytes;
        Array.Copy(datagram, offset, b, 0, WireFormat.HeaderSize);
        if (BitConverter.ToUInt64(b, WireFormat.SessionIdOffset) != _rawId)
        {
            NoteId(BigEndian.ReadUInt64(b, WireFormat.SessionIdOffset));
        }

        Type = (PacketType)b[1];
        SubType = b[2];
        Flags = b[3];
        SessionId = _id;
        Sequence = ((uint)b[12] << 24) | ((uint)b[13] << 16) | ((uint)b[14] << 8) | b[15];
        Acknowledgment = ((uint)b[16] << 24) | ((uint)b[17] << 16) | ((uint)b[18] << 8) | b[19];
        Timestamp = ((uint)b[20] << 24) | ((uint)b[21] << 16) | ((uint)b[22] << 8) | b[23];
        PayloadLength = (b[24] << 8) | b[25];
    }

    /// <summary>
    /// Whether every check holds, of DATA or an ACK without a map: the usual case at once. The checks one by one tell what is wrong with
    /// another.
    /// </summary>
    private bool IsPlain(int count)
    {
        if (SubType != 0 || PayloadLength != count - WireFormat.Overhead || SessionId == 0)
        {
            return false;
        }

        int flags = Flags & ~PacketFlags.KeyPhase;
        return Type == PacketType.Data
            ? flags == (PacketFlags.Ack | PacketFlags.Psh) && PayloadLength > DataPayload.HeaderSize
            : Type == PacketType.Ack && flags == PacketFlags.Ack && PayloadLength == AckPayload.Size;
    }

    private void NoteId(ulong id)
    {
        _id = id;
        _rawId = BitConverter.ToUInt64(_bytes, WireFormat.SessionIdOffset);
    }

    /// <summary>Type, sub-type and the reserved flag.</summary>
    private DropCause CheckKind()
    {
        int highest = 0;
        switch (Type)
        {
            case PacketType.Syn:
            case PacketType.SynAck:
            case PacketType.Ack:
            case PacketType.Data:
            case PacketType.Fin:
            case PacketType.Heartbeat:
            case PacketType.Reset:
                break;
            case PacketType.Control:
                highest = Wire.SubType.Recovery;
                break;
            case PacketType.Management:
                highest = Wire.SubType.RepairResponse;
                break;
            default:
                return DropCause.UnknownType;
        }

        if (SubType > highest || (highest != 0 && SubType == 0))
        {
            return DropCause.UnknownSubType;
        }

        return (Flags & PacketFlags.Fragment) != 0 ? DropCause.ReservedSet : DropCause.None;
    }

    /// <summary>Whether the payload's length is one that the type can have.</summary>
    private bool HasPossibleSize()
    {
        int n = PayloadLength;
        switch (Type)
        {
            case PacketType.Syn:
                return n == SynPayload.Size;
            case PacketType.SynAck:
                return n == SynAckPayload.Size;
            case PacketType.Ack:
                return n == ((Flags & PacketFlags.Sack) != 0 ? AckPayload.SizeWithSack : AckPayload.Size);
            case PacketType.Data:
                return n > DataPayload.HeaderSize; // the datagram's length bounds it above
            case PacketType.Fin:
                return n == FinPayload.Size;
            case PacketType.Heartbeat:
                return n == HeartbeatPayload.Size;
            case PacketType.Reset:
                return n == ResetPayload.Size || n == WireFormat.ResetTokenSize;
            case PacketType.Control:
                return n == ControlSize();
            default:
                return n == ManagementSize();
        }
    }

    private int ControlSize()
    {
        switch (SubType)
        {
            case Wire.SubType.TimeSyncRequest:
                return TimeSyncRequest.Size;
            case Wire.SubType.TimeSyncResponse:
                return TimeSyncResponse.Size;
            default:
                return RecoveryNotice.Size;
        }
    }

    private int ManagementSize()
    {
        switch (SubType)
        {
            case Wire.SubType.RekeyRequest:
                return RekeyRequest.Size;
            case Wire.SubType.RekeyResponse:
                return RekeyResponse.Size;
            case Wire.SubType.RepairRequest:
                return RepairRequest.Size;
            default:
                return RepairResponse.Size;
        }
    }

    /// <summary>Whether the type carries exactly these flags (2).</summary>
    private bool CheckFlags()
    {
        int required;
        int optional = PacketFlags.KeyPhase;
        switch (Type)
        {
            case PacketType.Syn:
            case PacketType.SynAck:
                required = PacketFlags.Syn;
                optional = 0;
                break;
            case PacketType.Reset:
                required = PacketFlags.Rst;
                optional = 0;
                break;
            case PacketType.Ack:
                required = PacketFlags.Ack;
                optional = PacketFlags.KeyPhase | PacketFlags.Sack | PacketFlags.Fin;
                break;
            case PacketType.Data:
                required = PacketFlags.Ack | PacketFlags.Psh;
                break;
            case PacketType.Fin:
                required = PacketFlags.Ack | PacketFlags.Fin;
                break;
            default:
                required = UsesRecoveryKey ? 0 : PacketFlags.Ack;
                optional = UsesRecoveryKey ? 0 : optional;
                break;
        }

        return (Flags & ~optional) == required;
    }

    /// <summary>Fields that can have but one value in some types (2, 13.3).</summary>
    private DropCause CheckFields()
    {
        if (IsWindowed)
        {
            // Their flags say that there is an acknowledgment.
            return SessionId == 0 ? DropCause.WrongField : DropCause.None;
        }

        bool handshake = Type == PacketType.Syn || Type == PacketType.SynAck;
        bool stateless = IsStatelessReset;
        if ((SessionId == 0) != (Type == PacketType.Syn)
            || (Sequence != 0 && (handshake || stateless))
            || (Acknowledgment != 0 && !HasAck && Type != PacketType.SynAck)
            || (Timestamp != 0 && stateless))
        {
            return DropCause.WrongField;
        }

        return DropCause.None;
    }
}
