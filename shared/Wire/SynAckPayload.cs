using System;

namespace Hoplink.Wire;

/// <summary>Payload of SYN_ACK (protocol.md 4.2).</summary>
public sealed class SynAckPayload
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 152;

    private const int ResumedBit = 1;
    private const int HighestPort = 65535;

    /// <summary>Echo of the SYN's.</summary>
    public ushort KeyExchangeId;

    /// <summary>PBKDF2 iterations chosen, 1 to 65535.</summary>
    public int Iterations;

    /// <summary>R's largest datagram, bytes, at least <see cref="WireFormat.LeastMaxDatagram"/>.</summary>
    public int MaxDatagram;

    /// <summary>Receive window, messages.</summary>
    public int ReceiveWindow;

    /// <summary>Features chosen, of <see cref="WireFormat.KnownFeatures"/>.</summary>
    public int Features;

    /// <summary>First hop port, 1 to 65535 (5.2).</summary>
    public int HopFirst;

    /// <summary>Number of hop ports, at least 1; the last of them is at most 65535.</summary>
    public int HopCount;

    /// <summary>Whether the link goes on; otherwise it begins anew (13.4).</summary>
    public bool Resumed;

    /// <summary>Next message number that R expects on this link.</summary>
    public uint NextExpected;

    /// <summary>Session clock at the SYN's arrival, us.</summary>
    public long T2;

    /// <summary>Session clock at the SYN_ACK's departure, us.</summary>
    public long T3;

    /// <summary>The session's stateless reset token XOR the mask of 4.2.</summary>
    public readonly byte[] MaskedToken = new byte[WireFormat.ResetTokenSize];

    /// <summary>R's verification hash (3.2).</summary>
    public readonly byte[] VerificationHash = new byte[WireFormat.HashSize];

    /// <summary>R's ephemeral public key.</summary>
    public readonly byte[] PublicKey = new byte[WireFormat.PublicKeySize];

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        int bits = BigEndian.ReadUInt16(b, offset + 14);
        Features = BigEndian.ReadUInt16(b, offset + 8);
        if ((bits & ~ResumedBit) != 0 || (Features & ~WireFormat.KnownFeatures) != 0 || !WireFormat.IsZero(b, offset + 20, 4))
        {
            return DropCause.ReservedSet;
        }

        KeyExchangeId = BigEndian.ReadUInt16(b, offset);
        Iterations = BigEndian.ReadUInt16(b, offset + 2);
        MaxDatagram = BigEndian.ReadUInt16(b, offset + 4);
        ReceiveWindow = BigEndian.ReadUInt16(b, offset + 6);
        HopFirst = BigEndian.ReadUInt16(b, offset + 10);
        HopCount = BigEndian.ReadUInt16(b, offset + 12);
        Resumed = bits != 0;
        NextExpected = BigEndian.ReadUInt32(b, offset + 16);
        T2 = BigEndian.ReadInt64(b, offset + 24);
        T3 = BigEndian.ReadInt64(b, offset + 32);
        Array.Copy(b, offset + 40, MaskedToken, 0, WireFormat.ResetTokenSize);
        Array.Copy(b, offset + 56, VerificationHash, 0, WireFormat.HashSize);
        Array.Copy(b, offset + 88, PublicKey, 0, WireFormat.PublicKeySize);
        bool possible = Iterations != 0 && MaxDatagram >= WireFormat.LeastMaxDatagram
            && HopFirst != 0 && HopCount != 0 && HopFirst + HopCount - 1 <= HighestPort;
        return possible ? DropCause.None : DropCause.WrongField;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        BigEndian.WriteUInt16(b, offset, KeyExchangeId);
        BigEndian.WriteUInt16(b, offset + 2, (ushort)Iterations);
        BigEndian.WriteUInt16(b, offset + 4, (ushort)MaxDatagram);
        BigEndian.WriteUInt16(b, offset + 6, (ushort)ReceiveWindow);
        BigEndian.WriteUInt16(b, offset + 8, (ushort)Features);
        BigEndian.WriteUInt16(b, offset + 10, (ushort)HopFirst);
        BigEndian.WriteUInt16(b, offset + 12, (ushort)HopCount);
        BigEndian.WriteUInt16(b, offset + 14, (ushort)(Resumed ? ResumedBit : 0));
        BigEndian.WriteUInt32(b, offset + 16, NextExpected);
        BigEndian.WriteUInt32(b, offset + 20, 0);
        BigEndian.WriteInt64(b, offset + 24, T2);
        BigEndian.WriteInt64(b, offset + 32, T3);
        Array.Copy(MaskedToken, 0, b, offset + 40, WireFormat.ResetTokenSize);
        Array.Copy(VerificationHash, 0, b, offset + 56, WireFormat.HashSize);
        Array.Copy(PublicKey, 0, b, offset + 88, WireFormat.PublicKeySize);
    }
}
