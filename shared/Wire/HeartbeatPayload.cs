using System;

namespace Hoplink.Wire;

/// <summary>Payload of HEARTBEAT (protocol.md 7).</summary>
public sealed class HeartbeatPayload
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 32;

    private const int HighestSyncState = 2;

    /// <summary>Names the probe; never 0. An echo carries its probe's.</summary>
    public uint Nonce;

    /// <summary>Whether this is an echo, not a probe.</summary>
    public bool IsEcho;

    /// <summary>0 synchronised, 1 adjusting, 2 not.</summary>
    public byte SyncState;

    /// <summary>Receive window, messages.</summary>
    public int ReceiveWindow;

    /// <summary>The probing end's clock at departure, us; an echo copies it.</summary>
    public long T1;

    /// <summary>In an echo: arrival of the probe, us; else 0.</summary>
    public long T2;

    /// <summary>In an echo: departure, us; else 0.</summary>
    public long T3;

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        Nonce = BigEndian.ReadUInt32(b, offset);
        int kind = b[offset + 4];
        IsEcho = kind == 1;
        SyncState = b[offset + 5];
        ReceiveWindow = BigEndian.ReadUInt16(b, offset + 6);
        T1 = BigEndian.ReadInt64(b, offset + 8);
        T2 = BigEndian.ReadInt64(b, offset + 16);
        T3 = BigEndian.ReadInt64(b, offset + 24);
        bool possible = Nonce != 0 && kind <= 1 && SyncState <= HighestSyncState && (IsEcho || (T2 == 0 && T3 == 0));
        return possible ? DropCause.None : DropCause.WrongField;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        BigEndian.WriteUInt32(b, offset, Nonce);
        b[offset + 4] = (byte)(IsEcho ? 1 : 0);
        b[offset + 5] = SyncState;
        BigEndian.WriteUInt16(b, offset + 6, (ushort)ReceiveWindow);
        BigEndian.WriteInt64(b, offset + 8, T1);
        BigEndian.WriteInt64(b, offset + 16, T2);
        BigEndian.WriteInt64(b, offset + 24, T3);
    }
}
