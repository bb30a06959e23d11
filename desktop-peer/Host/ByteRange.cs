using System.Runtime.CompilerServices;

namespace Hoplink.Host;

/// <summary>Ranges of byte arrays, checked so that an error names the argument.</summary>
internal static class ByteRange
{
    /// <summary>The range as a span.</summary>
    /// <exception cref="ArgumentNullException">The array is null.</exception>
    /// <exception cref="ArgumentException">The array does not hold the range.</exception>
    internal static Span<byte> Of(
        byte[] array, int offset, int count, [CallerArgumentExpression(nameof(array))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(array, name);
        if (offset < 0 || count < 0 || offset > array.Length - count)
        {
            throw new ArgumentException("the buffer does not hold the range", name);
        }

        return array.AsSpan(offset, count);
    }
}
