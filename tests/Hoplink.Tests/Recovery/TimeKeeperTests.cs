using Hoplink.Delivery;
using Hoplink.Recovery;
using Hoplink.Timing;

namespace Hoplink.Tests.Recovery;

/// <summary>What becomes of time samples (5.1, 7, 10, 12.4).</summary>
public sealed class TimeKeeperTests
{
    private const long Ms = 1000;
    private const long Second = 1_000_000;

    // 5.1: the handshake gives the first sample.
    [Fact]
    public void The_handshake_is_the_initiators_first_sample()
    {
        var rtt = new RttEstimator();
        var time = new TimeKeeper(-7 * Second, 40 * Ms, rtt, 10 * Second);
        Assert.Equal(3 * Second, time.Clock.Read(10 * Second));
        Assert.Equal(10 * Second, time.Last.TakenAt);
        Assert.Equal(0, time.Last.Offset);
        Assert.Equal(40 * Ms, rtt.SmoothedRtt);
    }

    // 10: the requester's t1 includes parts still pending.
    [Fact]
    public void A_stamp_includes_what_is_still_pending()
    {
        TimeKeeper time = Make();
        time.Clock.Pending.Plan(2 * Second, 0);
        time.Clock.ApplyPending(0);
        Assert.Equal(2 * Second, time.Stamp(0));
        Assert.Equal((2 * Second) + 700, time.Stamp(700));
    }

    // 5.1: a sample never mixes transmissions.
    [Fact]
    public void Only_an_answer_to_a_known_transmission_makes_a_sample()
    {
        TimeKeeper time = Make();
        time.Log.Add(9, 100, 1000, true);
        time.Log.Add(9, 200, 5000, true);
        Assert.Null(time.Measure(8, 100, 0, 0, 9000));
        Assert.Null(time.Measure(9, 101, 0, 0, 9000));
        TimeSample sample = time.Measure(9, 200, 7000, 7000, 9000);
        Assert.Equal(4000, sample.RoundTrip);
        Assert.Equal(0, sample.Offset);
    }

    // 5.2: a single long one would lead to ports that R does not listen on yet; two in a row are the path.
    [Fact]
    public void One_long_round_trip_counts_half_a_hop_interval_at_most_in_the_choice_of_a_port()
    {
        TimeKeeper time = Make();
        TakeRoundTrip(20 * Ms);
        Assert.Equal(260 * Ms, time.LeadLimit);
        TakeRoundTrip(14 * Second);
        Assert.Equal(260 * Ms, time.LeadLimit);
        TakeRoundTrip(20 * Ms);
        Assert.Equal(260 * Ms, time.LeadLimit);
        TakeRoundTrip(4 * Second);
        TakeRoundTrip(3 * Second);
        Assert.Equal((3 * Second + (500 * Ms)) / 2, time.LeadLimit);

        void TakeRoundTrip(long roundTrip)
        {
            time.Log.Add(9, 100, 1000, true);
            Assert.NotNull(time.Measure(9, 100, 5000, 5000, 1000 + roundTrip));
        }
    }

    // 7: I applies a routine offset of up to 50 ms at once; up to half the round trip more, or what is no ClockOffset (8) would stay.
    [Theory]
    [InlineData(51_000, true, true)]
    [InlineData(-51_000, true, true)]
    [InlineData(51_001, true, false)]
    [InlineData(-51_001, true, false)]
    [InlineData(51_000, false, false)]
    public void A_routine_offset_that_is_no_failure_condition_is_applied_at_once(long offset, bool mayAdjust, bool applied)
    {
        TimeKeeper time = Make();
        TimeSample sample = Sample(time, offset, 2 * Ms, 100 * Ms);
        time.TakeRoutine(sample, mayAdjust, 100 * Ms);
        Assert.Equal(applied ? offset : 0, time.Clock.OffsetAt(100 * Ms));
        Assert.Equal(applied ? 0 : offset, time.Last.Offset);
        Assert.Equal(100 * Ms, time.Last.TakenAt); // for SyncOverdue any sample counts
    }

    // 5.1: for routine adjustment a slow sample is passed over; for SyncOverdue it counts.
    [Fact]
    public void A_routine_sample_that_took_too_long_counts_and_does_not_adjust()
    {
        TimeKeeper time = Make();
        time.TakeRoutine(Sample(time, 0, 20 * Ms, 1 * Second), true, 1 * Second);
        time.TakeRoutine(Sample(time, 15 * Ms, 60 * Ms, 2 * Second), true, 2 * Second);
        Assert.Equal(0, time.Clock.OffsetAt(2 * Second));
        Assert.Equal(2 * Second, time.Last.TakenAt);
    }

    // 10: a plan goes on from what is still pending, which the sample counted as applied.
    [Fact]
    public void A_second_plan_adds_to_what_is_pending()
    {
        TimeKeeper time = Make();
        time.Plan(Sample(time, 3 * Second, 0, 0), 0);
        Assert.Equal(500 * Ms, time.Clock.OffsetAt(0));
        TimeSample second = Sample(time, 3 * Second + 700, 0, 0);
        Assert.Equal(700, second.Offset);
        time.Plan(second, 0);
        time.Clock.ApplyPending(60 * Second);
        Assert.Equal((3 * Second) + 700, time.Clock.OffsetAt(60 * Second));
    }

    // 12.4: by any amount; pending parts are dropped, since the sample counted them as applied.
    [Fact]
    public void A_step_drops_pending_parts_and_lands_on_the_reference()
    {
        TimeKeeper time = Make();
        time.Plan(Sample(time, 5 * Second, 0, 0), 0);
        TimeSample sample = Sample(time, 3600 * Second, 0, 0);
        time.StepTo(time.OffsetAfter(sample, 0), 0);
        time.Clock.ApplyPending(60 * Second);
        Assert.Equal(3600 * Second, time.Clock.OffsetAt(60 * Second));
        Assert.Equal(0, time.Last.Offset);
    }

    private static TimeKeeper Make()
    {
        return new TimeKeeper(0, 0, new RttEstimator(), 0);
    }

    // The reference is so far ahead of this end's monotonic clock.
    private static TimeSample Sample(TimeKeeper time, long ahead, long roundTrip, long now)
    {
        long t2 = now - (roundTrip / 2) + ahead;
        time.Log.Add(77, now, now - roundTrip, true);
        TimeSample sample = time.Measure(77, now, t2, t2, now);
        Assert.NotNull(sample);
        return sample;
    }
}
