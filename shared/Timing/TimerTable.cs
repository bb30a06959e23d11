namespace Hoplink.Timing;

/// <summary>Deadlines by timer number, us.</summary>
public sealed class TimerTable
{
    /// <summary>A deadline that never comes.</summary>
    public const long Never = long.MaxValue;

    private readonly long[] _deadlines;

    /// <summary>Makes a table of <paramref name="count"/> timers, none of them set.</summary>
    public TimerTable(int count)
    {
        _deadlines = new long[count];
        ClearAll();
    }

    /// <summary>When each timer fires, us, or <see cref="Never"/>: the owner sets them here.</summary>
    public long[] Deadlines
    {
        get { return _deadlines; }
    }

    /// <summary>True once for a timer whose deadline has come; it is cleared.</summary>
    public bool Take(int timer, long now)
    {
        if (_deadlines[timer] > now)
        {
            return false;
        }

        _deadlines[timer] = Never;
        return true;
    }

    /// <summary>Clears every timer.</summary>
    public void ClearAll()
    {
        for (int i = 0; i < _deadlines.Length; i++)
        {
            _deadlines[i] = Never;
        }
    }
}
