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
    private long _latestRoundTrip;

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
            NoteRoundTrip(roundTrip);
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

    /// <summary>
    /// The most that half a round trip may count for in the choice of a port (5.2), us: half a hop interval above half the smaller of the
    /// last two. protocol.md 5.2 is silent on a single long one, of a datagram that was stuck or a host that slept: the smoothed round trip
    /// keeps a part of it for minutes, and would lead to ports that R does not listen on yet.
    /// </summary>
    public long LeadLimit { get; private set; }

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
        NoteRoundTrip(_candidate.RoundTrip);
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

    /// <summary>
    /// The clock's offset, us, as a sample that was just taken would have it: what adjusts the clock meanwhile is not added to it.
    /// </summary>
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

    /// <summary>A routine sample (5.1, 7): up to 50 ms and half its round trip is applied at once.</summary>
    public void TakeRoutine(TimeSample sample, bool mayAdjust, long now)
    {
        Remember(sample);
        bool usable = Filter.Accept(sample) && MaySetClock(sample);

        // protocol.md 7 applies up to 50 ms, and 8 calls a clock off above 50 ms and half the round trip: what lies between would stay.
        long limit = (SpecConstants.TIME_SYNC_TOLERANCE_MS * SpecConstants.MicrosPerMs) + (sample.RoundTrip / 2);
        if (usable && mayAdjust && sample.AbsoluteOffset() <= limit)
        {
            Apply(sample, now);
        }
    }

    private void NoteRoundTrip(long roundTrip)
    {
        long smaller = _latestRoundTrip != 0 && _latestRoundTrip < roundTrip ? _latestRoundTrip : roundTrip;
        LeadLimit = (smaller + (SpecConstants.HOP_INTERVAL_MS * SpecConstants.MicrosPerMs)) / 2;
        _latestRoundTrip = roundTrip;
    }

    // What the last sample said has been acted upon.
    private void Settle()
    {
        Last.Settle();
        Filter.OnClockSet();
    }
}
