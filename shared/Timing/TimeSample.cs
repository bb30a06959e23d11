namespace Hoplink.Timing;

/// <summary>One measurement of the session clock at I (5.1, 10): four times, two clocks.</summary>
public sealed class TimeSample
{
    /// <summary>True once there was a measurement.</summary>
    public bool IsSet { get; private set; }

    /// <summary>How far the session clock, with pending parts, is behind the reference, us: what an adjustment would add.</summary>
    public long Offset { get; private set; }

    /// <summary>The offset as it was measured, us, whatever became of it.</summary>
    public long MeasuredOffset { get; private set; }

    /// <summary>Round trip without the answerer's own time, us; half of it bounds the error.</summary>
    public long RoundTrip { get; private set; }

    /// <summary>When it was taken, us of this end's monotonic clock.</summary>
    public long TakenAt { get; private set; }

    /// <summary>
    /// Takes a measurement: <paramref name="sentAt"/> and <paramref name="receivedAt"/> on this end's monotonic clock, t2 and t3 on
    /// the reference. Returns false, changing nothing, if the times contradict each other.
    /// </summary>
    public bool Measure(long sentAt, long t2, long t3, long receivedAt, SessionClock clock)
    {
        long roundTrip = receivedAt - sentAt - (t3 - t2);
        if (roundTrip < 0 || t3 < t2)
        {
            return false;
        }

        long reference = ((t2 - sentAt) + (t3 - receivedAt)) / 2;
        Offset = reference - clock.OffsetAt(receivedAt) - clock.Pending.Remaining;
        MeasuredOffset = Offset;
        RoundTrip = roundTrip;
        TakenAt = receivedAt;
        IsSet = true;
        return true;
    }

    /// <summary>The clock has just been set from a measurement with this round trip, us.</summary>
    public void SetExact(long roundTrip, long now)
    {
        Offset = 0;
        RoundTrip = roundTrip;
        TakenAt = now;
        IsSet = true;
    }

    /// <summary>Copies another sample.</summary>
    public void CopyFrom(TimeSample other)
    {
        IsSet = other.IsSet;
        Offset = other.Offset;
        MeasuredOffset = other.MeasuredOffset;
        RoundTrip = other.RoundTrip;
        TakenAt = other.TakenAt;
    }

    /// <summary>The clock has been moved by what this sample said: nothing is left of its offset.</summary>
    public void Settle()
    {
        Offset = 0;
    }

    /// <summary>The size of <see cref="Offset"/>, us.</summary>
    public long AbsoluteOffset()
    {
        return Offset < 0 ? -Offset : Offset;
    }
}
