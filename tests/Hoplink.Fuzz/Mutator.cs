using System.Buffers.Binary;
using Hoplink.Wire;

namespace Hoplink.Fuzz;

/// <summary>Changes genuine inputs: some ways know the fields of a datagram (protocol.md 2), some know nothing.</summary>
internal sealed class Mutator(SimRandom random)
{
    private const int Longest = WireFormat.MaxDatagram + 40;
    private const int LengthOffset = 24;

    // Near 0, near the limits of the protocol, and near the sign, all of which matter in numbers modulo 2^32 too.
    private static readonly long[] _interesting =
    [
        0, 1, 2, 3, 4, 8, 10, 16, 32, 64, 127, 128, 255, 256, 999, 1000, 1001, 1023, 1024, 1025, 4095, 4096, 5000, 5001, 32767, 32768, 65534,
        65535, 65536, 65537, 1 << 24, (1L << 31) - 1, 1L << 31, (1L << 31) + 1, (1L << 32) - 1, long.MaxValue, long.MinValue,
    ];

    private static readonly (int Offset, int Size)[] _fields =
    [
        (0, 1), (1, 1), (2, 1), (3, 1), (4, 8), (12, 4), (16, 4), (20, 4), (24, 2), (26, 4), (30, 2), (30, 4), (32, 2), (34, 8), (42, 8), (50, 8),
    ];

    /// <summary>A value that tends to break things.</summary>
    public long Interesting()
    {
        long value = _interesting[random.Below(_interesting.Length)];
        return random.Chance(0.5) ? value : -value;
    }

    /// <summary>Changes an input in one to three places, wherever.</summary>
    public byte[] Change(byte[] input, byte[] other)
    {
        byte[] changed = (byte[])input.Clone();
        for (long i = random.Between(1, 3); i > 0; i--)
        {
            changed = random.Below(8) switch
            {
                0 => Resize(changed),
                1 => Splice(changed, other),
                2 or 3 => Flip(changed),
                _ => SetValue(changed, (int)random.Below(Math.Max(1, changed.Length)), 1 << (int)random.Below(4)),
            };
        }

        return changed;
    }

    /// <summary>Changes a datagram in one to three places, for the most part such that it still passes for one.</summary>
    public byte[] ChangeDatagram(byte[] datagram, byte[] other)
    {
        byte[] changed = (byte[])datagram.Clone();
        for (long i = random.Between(1, 3); i > 0; i--)
        {
            changed = random.Below(10) switch
            {
                0 => Resize(changed),
                1 => WithFittingLength(Resize(changed)),
                2 => WithFittingLength(Splice(changed, other)),
                3 => Flip(changed),
                4 => SetKind(changed),
                _ => SetField(changed),
            };
        }

        return changed;
    }

    /// <summary>Changes the payload of a datagram in one to three places, and its length where its type can have another.</summary>
    public byte[] ChangePayload(byte[] datagram, byte[] other)
    {
        byte[] changed = (byte[])datagram.Clone();
        bool isData = changed.Length > WireFormat.TypeOffset && changed[WireFormat.TypeOffset] == (byte)PacketType.Data;
        for (long i = random.Between(1, 3); i > 0; i--)
        {
            int payload = Math.Max(1, changed.Length - WireFormat.Overhead);
            int at = WireFormat.HeaderSize + (int)random.Below(payload);
            changed = random.Below(6) switch
            {
                0 when isData => WithFittingLength(Resize(changed)),
                1 when isData => WithFittingLength(Splice(changed, other)),
                0 or 1 or 2 => FlipAt(changed, at),
                3 => SetValue(changed, WireFormat.HeaderSize + (4 * (int)random.Below((payload + 3) / 4)), 4),
                _ => SetValue(changed, at, 1 << (int)random.Below(4)),
            };
        }

        return changed;
    }

    private byte[] FlipAt(byte[] bytes, int at)
    {
        if (at < bytes.Length)
        {
            bytes[at] ^= (byte)(1 << (int)random.Below(8));
        }

        return bytes;
    }

    private byte[] Flip(byte[] bytes)
    {
        return bytes.Length > 0 ? FlipAt(bytes, (int)random.Below(bytes.Length)) : bytes;
    }

    // To a length nearby, or any.
    private byte[] Resize(byte[] bytes)
    {
        int length = (int)(random.Chance(0.7) ? bytes.Length + random.Between(-20, 20) : random.Below(Longest));
        Array.Resize(ref bytes, Math.Clamp(length, 0, Longest));
        return bytes;
    }

    private byte[] Splice(byte[] bytes, byte[] other)
    {
        int from = (int)random.Below(other.Length + 1);
        int at = (int)random.Below(bytes.Length + 1);
        byte[] spliced = [.. bytes.AsSpan(0, at), .. other.AsSpan(from)];
        return spliced.Length <= Longest ? spliced : spliced[..Longest];
    }

    private byte[] SetField(byte[] bytes)
    {
        (int offset, int size) = _fields[random.Below(_fields.Length)];
        return SetValue(bytes, offset, size);
    }

    private byte[] SetKind(byte[] bytes)
    {
        if (bytes.Length > 3)
        {
            bytes[1] = (byte)random.Below(16);
            bytes[2] = (byte)random.Below(6);
            bytes[3] = (byte)random.NextULong();
        }

        return bytes;
    }

    private byte[] SetValue(byte[] bytes, int offset, int size)
    {
        if (offset + size > bytes.Length)
        {
            return bytes;
        }

        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(value, random.Chance(0.8) ? Interesting() : (long)random.NextULong());
        value[^size..].CopyTo(bytes.AsSpan(offset));
        return bytes;
    }

    private static byte[] WithFittingLength(byte[] bytes)
    {
        if (bytes.Length >= WireFormat.Overhead)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(LengthOffset), (ushort)(bytes.Length - WireFormat.Overhead));
        }

        return bytes;
    }
}
