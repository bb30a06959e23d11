using System;

namespace Hoplink.Crypto;

/// <summary>Checks of arguments, for every provider: the same mistake throws the same on a board and on a computer.</summary>
public static class ArgumentRange
{
    /// <summary>Throws, naming the argument, unless the buffer holds the range.</summary>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentException">Offset or count leave the buffer.</exception>
    public static void Check(byte[] buffer, int offset, int count, string name)
    {
        if (buffer == null)
        {
            throw new ArgumentNullException(name);
        }

        if (offset < 0 || count < 0 || offset > buffer.Length - count)
        {
            throw new ArgumentException(name + ": the buffer does not hold the range");
        }
    }
}
