namespace Hoplink.Wire;

/// <summary>Integers in network byte order. The caller has checked that they lie inside the array.</summary>
public static class BigEndian
{
    /// <summary>Reads 2 bytes.</summary>
    public static ushort ReadUInt16(byte[] b, int o)
    {
        return (ushort)((b[o] << 8) | b[o + 1]);
    }

    /// <summary>Reads 4 bytes.</summary>
    public static uint ReadUInt32(byte[] b, int o)
    {
        return ((uint)b[o] << 24) | ((uint)b[o + 1] << 16) | ((uint)b[o + 2] << 8) | b[o + 3];
    }

    /// <summary>Reads 8 bytes.</summary>
    public static ulong ReadUInt64(byte[] b, int o)
    {
        return ((ulong)ReadUInt32(b, o) << 32) | ReadUInt32(b, o + 4);
    }

    /// <summary>Reads 8 bytes, two's complement.</summary>
    public static long ReadInt64(byte[] b, int o)
    {
        return (long)ReadUInt64(b, o);
    }

    /// <summary>Writes 2 bytes.</summary>
    public static void WriteUInt16(byte[] b, int o, ushort value)
    {
        b[o] = (byte)(value >> 8);
        b[o + 1] = (byte)value;
    }

    /// <summary>Writes 4 bytes.</summary>
    public static void WriteUInt32(byte[] b, int o, uint value)
    {
        b[o] = (byte)(value >> 24);
        b[o + 1] = (byte)(value >> 16);
        b[o + 2] = (byte)(value >> 8);
        b[o + 3] = (byte)value;
    }

    /// <summary>Writes 8 bytes.</summary>
    public static void WriteUInt64(byte[] b, int o, ulong value)
    {
        WriteUInt32(b, o, (uint)(value >> 32));
        WriteUInt32(b, o + 4, (uint)value);
    }

    /// <summary>Writes 8 bytes, two's complement.</summary>
    public static void WriteInt64(byte[] b, int o, long value)
    {
        WriteUInt64(b, o, (ulong)value);
    }
}
