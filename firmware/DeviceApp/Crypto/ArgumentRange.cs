using System;

namespace Hoplink.Device.Crypto;

/// <summary>Checks of arguments.</summary>
internal static class ArgumentRange
{
    /// <summary>Throws, naming the argument, unless the buffer holds the range.</summary>
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
