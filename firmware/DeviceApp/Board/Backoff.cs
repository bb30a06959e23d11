using System;

namespace Hoplink.Device.Board;

/// <summary>Delays between attempts that double up to a limit.</summary>
public sealed class Backoff
{
    private readonly int _firstMillis;
    private readonly int _mostMillis;
    private int _nextMillis;

    /// <summary>Starts at the first delay, ms, 1 or more, and ends at the most, at most 2^30.</summary>
    /// <exception cref="ArgumentException">A delay is out of range.</exception>
    public Backoff(int firstMillis, int mostMillis)
    {
        if (firstMillis < 1 || mostMillis < firstMillis || mostMillis > 1 << 30)
        {
            throw new ArgumentException("firstMillis: 1 to mostMillis, which is at most 2^30");
        }

        _firstMillis = firstMillis;
        _mostMillis = mostMillis;
        _nextMillis = firstMillis;
    }

    /// <summary>The delay before the next attempt, ms.</summary>
    public int Next()
    {
        int delay = _nextMillis;
        _nextMillis = delay > _mostMillis / 2 ? _mostMillis : 2 * delay;
        return delay;
    }

    /// <summary>An attempt succeeded: the first delay comes next.</summary>
    public void Reset()
    {
        _nextMillis = _firstMillis;
    }
}
