namespace Hoplink.Wire;

/// <summary>Dropped datagrams by cause (protocol.md 2). A count that reaches <see cref="int.MaxValue"/> stays there.</summary>
public sealed class DropCounters
{
    private readonly int[] _counts = new int[(int)DropCause.Duplicate + 1];
    private int _total;

    /// <summary>Datagrams dropped for any cause.</summary>
    public int Total => _total;

    /// <summary>Counts one datagram; <see cref="DropCause.None"/> counts nothing.</summary>
    public void Count(DropCause cause)
    {
        if (cause == DropCause.None)
        {
            return;
        }

        if (_counts[(int)cause] != int.MaxValue)
        {
            _counts[(int)cause]++;
        }

        if (_total != int.MaxValue)
        {
            _total++;
        }
    }

    /// <summary>Datagrams dropped for this cause.</summary>
    public int Of(DropCause cause)
    {
        return _counts[(int)cause];
    }
}
