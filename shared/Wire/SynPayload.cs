using System;

namespace Hoplink.Wire;

/// <summary>Payload of SYN (protocol.md 4.1).</summary>
public sealed class SynPayload
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 112;

    /// <summary>Which pre-shared key (3.1).</summary>
    public ulong KeyId;

    /// <summary>Random; SYN_ACK echoes it.</summary>
    public ushort KeyExchangeId;

    /// <summary>Most PBKDF2 iterations that I accepts, 1 to 65535.</summary>
    public int MaxIterations;

    /// <summary>I's largest datagram, bytes, at least <see cref="WireFormat.LeastMaxDatagram"/>.</summary>
    public int MaxDatagram;

    /// <summary>Receive window, messages.</summary>
    public int ReceiveWindow;

    /// <summary>Features that I offers, of <see cref="WireFormat.KnownFeatures"/>.</summary>
    public int Features;

    /// <summary>The link to resume, 0 for a new one (13.4).</summary>
    public ulong LinkId;

    /// <summary>Next message number that I expects on this link.</summary>
    public uint NextExpected;

    /// <summary>I's ephemeral public key.</summary>
    public readonly byte[] PublicKey = new byte[WireFormat.PublicKeySize];

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        if (!WireFormat.IsZero(b, offset + 18, 2) || !WireFormat.IsZero(b, offset + 32, 16))
        {
            return DropCause.ReservedSet;
        }

        KeyId = BigEndian.ReadUInt64(b, offset);
        KeyExchangeId = BigEndian.ReadUInt16(b, offset + 8);
        MaxIterations = BigEndian.ReadUInt16(b, offset + 10);
        MaxDatagram = BigEndian.ReadUInt16(b, offset + 12);
        ReceiveWindow = BigEndian.ReadUInt16(b, offset + 14);

        // protocol.md 4.1 is silent on feature bits that version 1 does not know. Features are negotiated, so an offer that
        // this end cannot take up is passed over; SYN_ACK, which chooses, must not contain one.
        Features = BigEndian.ReadUInt16(b, offset + 16) & WireFormat.KnownFeatures;
        LinkId = BigEndian.ReadUInt64(b, offset + 20);
        NextExpected = BigEndian.ReadUInt32(b, offset + 28);
        Array.Copy(b, offset + 48, PublicKey, 0, WireFormat.PublicKeySize);
        return MaxIterations == 0 || MaxDatagram < WireFormat.LeastMaxDatagram ? DropCause.WrongField : DropCause.None;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        BigEndian.WriteUInt64(b, offset, KeyId);
        BigEndian.WriteUInt16(b, offset + 8, KeyExchangeId);
        BigEndian.WriteUInt16(b, offset + 10, (ushort)MaxIterations);
        BigEndian.WriteUInt16(b, offset + 12, (ushort)MaxDatagram);
        BigEndian.WriteUInt16(b, offset + 14, (ushort)ReceiveWindow);
        BigEndian.WriteUInt16(b, offset + 16, (ushort)Features);
        BigEndian.WriteUInt16(b, offset + 18, 0);
        BigEndian.WriteUInt64(b, offset + 20, LinkId);
        BigEndian.WriteUInt32(b, offset + 28, NextExpected);
        Array.Clear(b, offset + 32, 16);
        Array.Copy(PublicKey, 0, b, offset + 48, WireFormat.PublicKeySize);
    }
}
