namespace Hoplink.Timing;

/// <summary>
/// The session clock (5.1): microseconds since R received the SYN, on R's monotonic clock. Here it is this end's own monotonic clock plus
/// an offset: fixed at R, the reference; measured and adjusted at I.
/// </summary>
public sealed class SessionClock
{
    private const long Million = 1000000;

    private long _offset;
    private long _driftSince;
    private int _driftPartsPerMillion;

    /// <summary>Parts of a gradual adjustment still to come, us (10).</summary>
    public AdjustmentQueue Pending { get; } = new AdjustmentQueue();

    /// <summary>The session clock, us.</summary>
    public long Read(long now)
    {
        return _driftPartsPerMillion == 0 ? now + _offset : now + OffsetAt(now);
    }

    /// <summary>What is added to this end's clock, us, without the pending parts.</summary>
    public long OffsetAt(long now)
    {
        if (_driftPartsPerMillion == 0)
        {
            return _offset;
        }

        return _offset + ((now - _driftSince) / Million * _driftPartsPerMillion)
            + ((now - _driftSince) % Million * _driftPartsPerMillion / Million);
    }

    /// <summary>Sets the offset outright: at the handshake, and where a rekey steps the clock (12.4). Pending parts are dropped.</summary>
    public void Set(long offset, long now)
    {
        Pending.Clear();
        Shift(offset - OffsetAt(now), now);
    }

    /// <summary>Moves the clock at once by <paramref name="delta"/> us.</summary>
    public void Shift(long delta, long now)
    {
        _offset = OffsetAt(now) + delta;
        _driftSince = now;
    }

    /// <summary>Applies the parts of the pending adjustment that are due.</summary>
    public void ApplyPending(long now)
    {
        while (Pending.NextAt <= now)
        {
            Shift(Pending.TakePart(), now);
        }
    }

    /// <summary>Fault injection: from now on the clock runs fast by so many parts in a million, slow if negative.</summary>
    public void Drift(int partsPerMillion, long now)
    {
        Shift(0, now);
        _driftPartsPerMillion = partsPerMillion;
    }
}
