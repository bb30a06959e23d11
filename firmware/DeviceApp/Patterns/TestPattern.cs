using System;
using Hoplink.Device.Messages;
using Hoplink.Wire;

namespace Hoplink.Device.Patterns;

/// <summary>
/// Makes and reads TEST_PATTERN messages: an index, and bytes that follow from index and position, so that a receiver sees loss,
/// repetition, disorder, and bytes that moved or changed.
/// </summary>
public static class TestPattern
{
    /// <summary>Bytes of the smallest test pattern: type and index.</summary>
    public const int MinSize = 5;

    // An odd multiplier near 2^32 / golden ratio: neighbouring indexes start their bytes far apart.
    private const uint Spread = 0x9E3779B1;

    /// <summary>Writes the message number <paramref name="index"/>, <paramref name="size"/> bytes from index 0 of the buffer.</summary>
    /// <exception cref="ArgumentException">The size is below <see cref="MinSize"/> or beyond the buffer.</exception>
    public static void Write(byte[] buffer, uint index, int size)
    {
        if (size < MinSize || size > buffer.Length)
        {
            throw new ArgumentException("size: at least 5 bytes, at most the buffer's");
        }

        buffer[0] = (byte)MessageType.TestPattern;
        BigEndian.WriteUInt32(buffer, 1, index);
        uint first = (index * Spread) >> 24;
        for (int i = MinSize; i < size; i++)
        {
            buffer[i] = (byte)(first + (uint)i);
        }
    }

    /// <summary>True if the message has the type of a test pattern and room for its index.</summary>
    public static bool IsPattern(byte[] message, int offset, int count)
    {
        return count >= MinSize && message[offset] == (byte)MessageType.TestPattern;
    }

    /// <summary>The index of a message for which <see cref="IsPattern"/> holds.</summary>
    public static uint Index(byte[] message, int offset)
    {
        return BigEndian.ReadUInt32(message, offset + 1);
    }

    /// <summary>True if every byte after the index is as it was made.</summary>
    public static bool IsIntact(byte[] message, int offset, int count)
    {
        uint first = (Index(message, offset) * Spread) >> 24;
        for (int i = MinSize; i < count; i++)
        {
            if (message[offset + i] != (byte)(first + (uint)i))
            {
                return false;
            }
        }

        return true;
    }
}
