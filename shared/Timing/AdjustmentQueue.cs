using Hoplink.Parameters;

namespace Hoplink.Timing;

/// <summary>
/// A gradual adjustment (10): equal parts, one each hop interval, that add up to the offset exactly. The parts are all alike, so the
/// document's queue is a count, not a list.
/// </summary>
public sealed class AdjustmentQueue
{
    private const long HopIntervalMicros = SpecConstants.HOP_INTERVAL_MS * SpecConstants.MicrosPerMs;

    private int _parts;
    private long _nextAt = TimerTable.Never;

    /// <summary>What is still to be applied, us, signed.</summary>
    public long Remaining { get; private set; }

    /// <summary>When the next part is due, us; <see cref="TimerTable.Never"/> if none is.</summary>
    public long NextAt => _nextAt;

    /// <summary>True if the ports may not meet until it is through: an interval or more is still to come (D2).</summary>
    public bool MissesPorts
    {
        get { return _parts != 0 && (Remaining >= HopIntervalMicros || Remaining <= -HopIntervalMicros); }
    }

    /// <summary>
    /// Plans an adjustment of <paramref name="offset"/> us in place of what was pending: below 10 ms in one part, else in
    /// min(10, max(1, |offset| div 500 ms)) parts, the first at once.
    /// </summary>
    public void Plan(long offset, long now)
    {
        long size = offset < 0 ? -offset : offset;
        long parts = size / HopIntervalMicros;
        if (parts > SpecConstants.MAX_ADJUSTMENT_STEPS)
        {
            parts = SpecConstants.MAX_ADJUSTMENT_STEPS;
        }

        _parts = parts < 1 ? 1 : (int)parts;
        Remaining = offset;
        _nextAt = now;
    }

    /// <summary>Drops what is pending.</summary>
    public void Clear()
    {
        _parts = 0;
        Remaining = 0;
        _nextAt = TimerTable.Never;
    }

    /// <summary>Takes the part that is due, us.</summary>
    internal long TakePart()
    {
        long part = Remaining / _parts;
        Remaining -= part;
        _parts--;
        _nextAt = _parts == 0 ? TimerTable.Never : _nextAt + HopIntervalMicros;
        return part;
    }
}
