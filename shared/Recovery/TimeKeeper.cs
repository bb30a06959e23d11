using Hoplink.Delivery;
using Hoplink.Parameters;
using Hoplink.Timing;

namespace Hoplink.Recovery;

/// <summary>
/// What everything that measures time shares in a session: the clock, the log of transmissions, the last sample and the round-trip
/// estimate.
/// </summary>
public sealed class TimeKeeper
{
    private readonly TimeSample _candidate = new TimeSample();

    /// <summary>
    /// Starts with the handshake's offset and round trip, us: at I the first sample (5.1). R, the reference, has a round trip of 0.
    /// </summary>
    public TimeKeeper(long offset, long roundTrip, RttEstimator rtt, long now)
    {
        Clock.Set(offset, now);
        Rtt = rtt;
        if (roundTrip > 0)
        {
            rtt.Sample(roundTrip);
            Last.SetExact(roundTrip, now);
            Filter.Accept(Last);
        }
    }

    /// <summary>The session clock.</summary>
    public SessionClock Clock { get; } = new SessionClock();

    /// <summary>Transmissions that carried a t1.</summary>
    public TransmissionLog Log { get; } = new TransmissionLog();

    /// <summary>The last sample: what SyncOverdue and ClockOffset look at.</summary>
    public TimeSample Last { get; } = new TimeSample();

    /// <summary>Which routine samples may adjust the clock.</summary>
    public SampleFilter Filter { get; } = new SampleFilter();

    /// <summary>Round trips.</summary>
    public RttEstimator Rtt { get; }

    /// <summary>The t1 of a transmission: the session clock with the parts still pending (10), us.</summary>
    public long Stamp(long now)
    {
        return Clock.Read(now) + Clock.Pending.Remaining;
    }

    /// <summary>
    /// Takes the times of an answer. Null if it answers no transmission on record or its times contradict each other; else the sample,
    /// which is good until the next call.
    /// </summary>
    public TimeSample Measure(uint nonce, long t1, long t2, long t3, long now)
    {
        if (!Log.TryFind(nonce, t1) || !_candidate.Measure(Log.SentAt, t2, t3, now, Clock))
        {
            return null;
        }

        Rtt.Sample(_candidate.RoundTrip);
        return _candidate;
    }

    /// <summary>
    /// True if the sample took no longer than an attempt of L1 may: half of that bounds what somebody who delays exchanges can pull the
    /// clock by in all, however many he delays.
    /// </summary>
    public static bool MaySetClock(TimeSample sample)
    {
        return sample.RoundTrip <= OwnConstants.MaxSampleRoundTripMs * SpecConstants.MicrosPerMs;
    }

    /// <summary>Remembers a sample as the last one.</summary>
    public void Remember(TimeSample sample)
    {
        Last.CopyFrom(sample);
    }

    /// <summary>Moves the clock by the sample's offset at once.</summary>
    public void Apply(TimeSample sample, long now)
    {
        Clock.Shift(sample.Offset, now);
        Settle();
    }

    /// <summary>Moves the clock by the sample's offset in parts (10).</summary>
    public void Plan(TimeSample sample, long now)
    {
        Clock.Pending.Plan(Clock.Pending.Remaining + sample.Offset, now);
        Clock.ApplyPending(now);
        Settle();
    }

    /// <summary>The clock's offset, us, as a sample that was just taken would have it: what adjusts the clock meanwhile is not added to it.</summary>
    public long OffsetAfter(TimeSample sample, long now)
    {
        return Clock.OffsetAt(now) + Clock.Pending.Remaining + sample.Offset;
    }

    /// <summary>Steps the clock to an offset, us, however far, dropping pending parts (12.4).</summary>
    public void StepTo(long offset, long now)
    {
        Clock.Set(offset, now);
        Settle();
    }

    /// <summary>A routine sample (5.1, 7): up to 50 ms is applied at once.</summary>
    public void TakeRoutine(TimeSample sample, bool mayAdjust, long now)
    {
        Remember(sample);
        bool usable = Filter.Accept(sample) && MaySetClock(sample);
        if (usable && mayAdjust && sample.AbsoluteOffset() <= SpecConstants.TIME_SYNC_TOLERANCE_MS * SpecConstants.MicrosPerMs)
        {
            Apply(sample, now);
        }
    }

    // What the last sample said has been acted upon.
    private void Settle()
    {
        Last.Settle();
        Filter.OnClockSet();
    }
}
