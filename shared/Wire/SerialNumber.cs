namespace Hoplink.Wire;

/// <summary>
/// Comparison of sequence, message and timestamp numbers modulo 2^32 (RFC 1982; D12).
/// </summary>
public static class SerialNumber
{
    /// <summary>
    /// Whether <paramref name="a"/> comes after <paramref name="b"/>. Of two numbers exactly 2^31 apart neither is newer.
    /// </summary>
    public static bool IsNewer(uint a, uint b)
    {
        return (int)(a - b) > 0;
    }

    /// <summary>
    /// How far it is from <paramref name="from"/> to <paramref name="to"/>: negative when <paramref name="to"/> is older, and
    /// <see cref="int.MinValue"/> when they are exactly 2^31 apart.
    /// </summary>
    public static int Distance(uint from, uint to)
    {
        return (int)(to - from);
    }
}
