using Hoplink.Parameters;

namespace Hoplink.Timing;

/// <summary>
/// When something is transmitted again: after the RTO (200 ms at least), doubling sooner or later up to a limit, or the RTO if that is
/// more (9.2).
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

    /// <summary>
    /// A request or probe was transmitted: the next is due after the RTO, and after <see cref="OwnConstants.RepeatsAtRto"/> of these after
    /// an interval that doubles up to 1 s (9.2).
    /// </summary>
    public void OnTransmitted(long now, long rtoMicros)
    {
        OnTransmitted(now, rtoMicros, OwnConstants.RepeatsAtRto, SpecConstants.MaxRequestRepeatMs);
    }

    /// <summary>A transmission was made: the next is due after the interval, which doubles up to so many ms.</summary>
    public void OnTransmitted(long now, long rtoMicros, int maxIntervalMs)
    {
        OnTransmitted(now, rtoMicros, 1, maxIntervalMs);
    }

    private void OnTransmitted(long now, long rtoMicros, int repeatsAtRto, int maxIntervalMs)
    {
        long floor = SpecConstants.MinRequestRepeatMs * SpecConstants.MicrosPerMs;
        long first = rtoMicros < floor ? floor : rtoMicros;
        long cap = maxIntervalMs * SpecConstants.MicrosPerMs;
        if (cap < first)
        {
            cap = first;
        }

        _interval = Transmissions < repeatsAtRto ? first : _interval * 2;
        if (_interval > cap)
        {
            _interval = cap;
        }

        Transmissions++;
        DueAt = now + _interval;
    }
}
