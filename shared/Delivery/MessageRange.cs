using System;
using Hoplink.Wire;

namespace Hoplink.Delivery;

/// <summary>Checks of what the caller says about an array.</summary>
internal static class MessageRange
{
    /// <summary>Throws unless <paramref name="count"/> bytes, at least one, stand at <paramref name="offset"/>.</summary>
    internal static void Check(byte[] source, int offset, int count)
    {
        if (source != null && offset >= 0 && count > 0 && count <= source.Length - offset)
        {
            return;
        }

        WireFormat.CheckRange(source, offset, count);
        if (count == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }
    }

    /// <summary>Throws unless <paramref name="length"/> bytes fit at <paramref name="offset"/>.</summary>
    internal static void CheckRoom(byte[] destination, int offset, int length)
    {
        if (destination == null)
        {
            throw new ArgumentNullException(nameof(destination));
        }

        if (offset < 0 || offset > destination.Length || destination.Length - offset < length)
        {
            throw new ArgumentException("The message does not fit.", nameof(destination));
        }
    }
}
