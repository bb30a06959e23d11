namespace Hoplink.Host;

/// <summary>The one timer of a host, set by times of <see cref="MonotonicClock"/>. Used under its host's lock.</summary>
public sealed class DeadlineTimer : IDisposable
{
    private readonly Timer _timer;
    private long _armedFor = long.MaxValue;

    /// <summary>Makes a timer that is not set.</summary>
    /// <param name="elapsed">
    /// Called on a thread of the pool, without a lock: takes the host's lock and calls <see cref="Elapsed"/>. It may come when nothing is
    /// due.
    /// </param>
    public DeadlineTimer(Action elapsed)
    {
        // A due time, if a distant one, makes the runtime start its timer thread now, while there is room for a thread.
        _timer = new Timer(_ => elapsed(), null, int.MaxValue, Timeout.Infinite);
    }

    /// <summary>The timer has fired: from now on <see cref="Arm"/> sets it anew.</summary>
    public void Elapsed()
    {
        _armedFor = long.MaxValue;
    }

    /// <summary>Sets the timer to an earlier time, us. A later one is left: the timer then fires for nothing and is set anew.</summary>
    public void Arm(long deadline)
    {
        if (deadline >= _armedFor)
        {
            return;
        }

        _armedFor = deadline;
        long micros = Math.Max(0, deadline - MonotonicClock.NowMicros);
        _timer.Change(Math.Min((micros + 999) / 1000, int.MaxValue), Timeout.Infinite);
    }

    /// <summary>Stops it.</summary>
    public void Dispose()
    {
        _timer.Dispose();
    }
}
