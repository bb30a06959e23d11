namespace Hoplink.SelfTest;

/// <summary>What a check expects.</summary>
internal static class Expect
{
    internal static void True(bool condition, string what)
    {
        if (!condition)
        {
            throw new CheckFailedException(what);
        }
    }

    internal static void Equal(long expected, long actual, string what)
    {
        if (expected != actual)
        {
            throw new CheckFailedException(what + " is " + actual.ToString() + ", not " + expected.ToString());
        }
    }

    /// <summary>The bytes from <paramref name="offset"/> on are the ones that <paramref name="hex"/> says.</summary>
    internal static void Bytes(string hex, byte[] actual, int offset, string what)
    {
        byte[] expected = Hex.Parse(hex);
        Expect.True(actual.Length - offset >= expected.Length, what + " is too short");
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] != actual[offset + i])
            {
                throw new CheckFailedException(what + " differs from byte " + i.ToString() + " on");
            }
        }
    }
}
