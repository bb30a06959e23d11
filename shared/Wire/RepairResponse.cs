using System;

namespace Hoplink.Wire;

/// <summary>Payload of REPAIR_RESPONSE (protocol.md 11).</summary>
public sealed class RepairResponse
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 24;

    /// <summary>Bytes of the confirmation.</summary>
    public const int ConfirmationSize = 8;

    /// <summary>The request's.</summary>
    public uint Nonce;

    /// <summary>The lowest message number that the answerer can still deliver.</summary>
    public uint Current;

    /// <summary>Echo of the request's.</summary>
    public uint Window;

    /// <summary>Proof that the answerer holds the session key.</summary>
    public readonly byte[] Confirmation = new byte[ConfirmationSize];

    /// <summary>Reads the payload; the header has vouched for its size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than <see cref="Size"/> bytes stand at <paramref name="offset"/>.</exception>
    public DropCause Read(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        if (!WireFormat.IsZero(b, offset + 12, 4))
        {
            return DropCause.ReservedSet;
        }

        Nonce = BigEndian.ReadUInt32(b, offset);
        Current = BigEndian.ReadUInt32(b, offset + 4);
        Window = BigEndian.ReadUInt32(b, offset + 8);
        Array.Copy(b, offset + 16, Confirmation, 0, ConfirmationSize);
        return DropCause.None;
    }

    /// <summary>Writes the payload.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit at <paramref name="offset"/>.</exception>
    public void Write(byte[] b, int offset)
    {
        WireFormat.CheckRange(b, offset, Size);
        BigEndian.WriteUInt32(b, offset, Nonce);
        BigEndian.WriteUInt32(b, offset + 4, Current);
        BigEndian.WriteUInt32(b, offset + 8, Window);
        Array.Clear(b, offset + 12, 4);
        Array.Copy(Confirmation, 0, b, offset + 16, ConfirmationSize);
    }
}
