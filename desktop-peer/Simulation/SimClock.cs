namespace Hoplink.Simulation;

/// <summary>
/// A node's monotonic clock: world time, times a rate, plus an offset. It never runs backwards, whatever is done to it.
/// </summary>
public sealed class SimClock
{
    private const long Billion = 1_000_000_000;

    private readonly World _world;
    private long _worldBase;
    private long _localBase;
    private long _partsPerBillion;

    /// <summary>Makes a clock that shows <paramref name="start"/> us now.</summary>
    public SimClock(World world, long start)
    {
        _world = world;
        _worldBase = world.Now;
        _localBase = start;
    }

    /// <summary>Called when the clock was set or began to run at another rate.</summary>
    public Action? Changed { get; init; }

    /// <summary>What the clock shows, us.</summary>
    public long Now => _localBase + Scale(_world.Now - _worldBase, Billion + _partsPerBillion, Billion);

    /// <summary>Sets how much faster (or, below 0, slower) than world time it runs, parts per million, above -1,000,000.</summary>
    public void SetDrift(double partsPerMillion)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(partsPerMillion, -1_000_000);
        Rebase(Now);
        _partsPerBillion = (long)Math.Round(partsPerMillion * 1000);
        Changed?.Invoke();
    }

    /// <summary>Lets the clock jump forward by so many microseconds, from 0.</summary>
    public void Jump(long micros)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(micros);
        Rebase(Now + micros);
        Changed?.Invoke();
    }

    /// <summary>Starts it afresh, as a reboot does: it shows <paramref name="start"/> us now.</summary>
    public void Restart(long start) => Rebase(start);

    /// <summary>
    /// The first world time at which the clock shows at least <paramref name="local"/>, both us; long.MaxValue stays itself.
    /// </summary>
    public long ToWorld(long local)
    {
        if (local == long.MaxValue)
        {
            return long.MaxValue;
        }

        if (local <= _localBase)
        {
            return _worldBase;
        }

        long rate = Billion + _partsPerBillion;
        Int128 numerator = (Int128)(local - _localBase) * Billion;
        Int128 micros = (numerator + rate - 1) / rate;
        Int128 world = _worldBase + micros;
        return world > long.MaxValue ? long.MaxValue : (long)world;
    }

    private static long Scale(long value, long numerator, long denominator)
    {
        return numerator == denominator ? value : (long)((Int128)value * numerator / denominator);
    }

    private void Rebase(long local)
    {
        _worldBase = _world.Now;
        _localBase = local;
    }
}
