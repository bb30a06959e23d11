namespace Hoplink.Device.Messages;

/// <summary>Big-endian integers in a message.</summary>
internal static class MessageBytes
{
    public static void Put16(byte[] buffer, int offset, int value)
    {
        buffer[offset] = (byte)(value >> 8);
        buffer[offset + 1] = (byte)value;
    }

    public static void Put32(byte[] buffer, int offset, uint value)
    {
        Put16(buffer, offset, (int)(value >> 16));
        Put16(buffer, offset + 2, (int)value);
    }

    public static void Put64(byte[] buffer, int offset, long value)
    {
        Put32(buffer, offset, (uint)(value >> 32));
        Put32(buffer, offset + 4, (uint)value);
    }

    public static int Get16(byte[] buffer, int offset)
    {
        return (buffer[offset] << 8) | buffer[offset + 1];
    }

    public static uint Get32(byte[] buffer, int offset)
    {
        return ((uint)Get16(buffer, offset) << 16) | (uint)Get16(buffer, offset + 2);
    }

    public static long Get64(byte[] buffer, int offset)
    {
        return (long)(((ulong)Get32(buffer, offset) << 32) | Get32(buffer, offset + 4));
    }

    /// <summary>The value, or the nearest that 32 unsigned bits hold.</summary>
    public static uint Saturate32(long value)
    {
        return value < 0 ? 0 : value > uint.MaxValue ? uint.MaxValue : (uint)value;
    }
}
