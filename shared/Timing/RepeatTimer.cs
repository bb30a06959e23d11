using Hoplink.Parameters;

namespace Hoplink.Timing;

/// <summary>
/// When a request is transmitted again: after the RTO (200 ms at least), doubling up to 1 s, or the RTO if that is more (9.2).
/// </summary>
public sealed class RepeatTimer
{
    private long _interval;

    /// <summary>When the next transmission is due, us; <see cref="TimerTable.Never"/> while stopped.</summary>
    public long DueAt { get; private set; } = TimerTable.Never;

    /// <summary>Transmissions since the start.</summary>
    public int Transmissions { get; private set; }

    /// <summary>True between start and stop.</summary>
    public bool IsRunning
    {
        get { return DueAt != TimerTable.Never; }
    }

    /// <summary>Makes the first transmission due at once.</summary>
    public void Start(long now)
    {
        DueAt = now;
        Transmissions = 0;
        _interval = 0;
    }

    /// <summary>No more transmissions.</summary>
    public void Stop()
    {
        DueAt = TimerTable.Never;
    }

    /// <summary>Makes the next transmission due now: an answer arrived, so the path works, and another is wanted.</summary>
    public void Hasten(long now)
    {
        if (DueAt > now)
        {
            DueAt = now;
        }
    }

    /// <summary>A transmission was made: the next is due after the interval, which doubles.</summary>
    public void OnTransmitted(long now, long rtoMicros)
    {
        long floor = SpecConstants.MinRequestRepeatMs * SpecConstants.MicrosPerMs;
        long first = rtoMicros < floor ? floor : rtoMicros;
        long cap = SpecConstants.MaxRequestRepeatMs * SpecConstants.MicrosPerMs;
        if (cap < first)
        {
            cap = first;
        }

        _interval = Transmissions == 0 ? first : _interval * 2;
        if (_interval > cap)
        {
            _interval = cap;
        }

        Transmissions++;
        DueAt = now + _interval;
    }
}
