namespace Hoplink.Device.Configuration;

/// <summary>Bytes as hex digits.</summary>
internal static class Hex
{
    private const string Digits = "0123456789abcdef";

    /// <summary>The first bytes as twice as many lower-case digits.</summary>
    public static string Write(byte[] bytes, int count)
    {
        char[] digits = new char[2 * count];
        for (int i = 0; i < count; i++)
        {
            digits[2 * i] = Digits[bytes[i] >> 4];
            digits[(2 * i) + 1] = Digits[bytes[i] & 15];
        }

        return new string(digits);
    }

    /// <summary>
    /// Fills the bytes from twice as many digits, upper or lower case. Returns -1, or the index of the first character that is no digit.
    /// </summary>
    public static int Parse(string digits, byte[] bytes)
    {
        string lower = digits.ToLower();
        for (int i = 0; i < 2 * bytes.Length; i++)
        {
            int digit = Digits.IndexOf(lower[i]);
            if (digit < 0)
            {
                return i;
            }

            bytes[i / 2] = (byte)((bytes[i / 2] << 4) | digit);
        }

        return -1;
    }
}
