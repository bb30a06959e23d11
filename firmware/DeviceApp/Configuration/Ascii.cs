namespace Hoplink.Device.Configuration;

/// <summary>Text in bytes, compared and searched where a string would keep what it must not.</summary>
internal static class Ascii
{
    /// <summary>True if the bytes are this text.</summary>
    public static bool Is(byte[] bytes, int offset, int count, string text)
    {
        if (count != text.Length)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (bytes[offset + i] != text[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How many bytes come before the first of this value; all of them if there is none.</summary>
    public static int CountBefore(byte[] bytes, int offset, int count, char value)
    {
        for (int i = 0; i < count; i++)
        {
            if (bytes[offset + i] == value)
            {
                return i;
            }
        }

        return count;
    }

    /// <summary>Writes a text; returns how many bytes.</summary>
    public static int Write(string text, byte[] output, int offset)
    {
        for (int i = 0; i < text.Length; i++)
        {
            output[offset + i] = (byte)text[i];
        }

        return text.Length;
    }
}
