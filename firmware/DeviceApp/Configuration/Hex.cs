namespace Hoplink.Device.Configuration;

/// <summary>
/// Bytes as hex digits, in arrays: a string cannot be overwritten, and the bytes may be a key. Hence also no branch and no index that
/// depends on a digit.
/// </summary>
internal static class Hex
{
    /// <summary>Writes the first bytes as twice as many lower-case digits.</summary>
    public static void Write(byte[] bytes, int count, byte[] digits, int offset)
    {
        for (int i = 0; i < count; i++)
        {
            digits[offset + (2 * i)] = DigitOf(bytes[i] >> 4);
            digits[offset + (2 * i) + 1] = DigitOf(bytes[i] & 15);
        }
    }

    /// <summary>
    /// Fills the bytes from twice as many digits, upper or lower case. Returns -1, or the index of the first character that is no digit.
    /// </summary>
    public static int Parse(byte[] digits, int offset, byte[] bytes)
    {
        int wrong = -1;
        for (int i = 0; i < 2 * bytes.Length; i++)
        {
            int value = ValueOf(digits[offset + i]);
            wrong = value < 0 && wrong < 0 ? i : wrong;
            bytes[i / 2] = (byte)((bytes[i / 2] << 4) | (value & 15));
        }

        return wrong;
    }

    private static byte DigitOf(int value)
    {
        // -1 from ten on, else 0.
        int isLetter = (9 - value) >> 31;
        return (byte)('0' + value + (isLetter & ('a' - '0' - 10)));
    }

    /// <summary>0 to 15, or -1.</summary>
    private static int ValueOf(int digit)
    {
        int number = digit - '0';
        int letter = (digit | 32) - 'a';

        // -1 outside of 0 to 9, of a to f; else 0.
        int isNoNumber = (number | (9 - number)) >> 31;
        int isNoLetter = (letter | (5 - letter)) >> 31;
        return (number & ~isNoNumber) | ((letter + 10) & ~isNoLetter) | (isNoNumber & isNoLetter);
    }
}
