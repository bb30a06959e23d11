using CsCheck;
using Hoplink.Timing;

namespace Hoplink.Tests.Timing;

/// <summary>Samples of the session clock and which of them may adjust it (5.1, 10).</summary>
public sealed class TimeSampleTests
{
    private const long Ms = 1000;

    // 5.1: a sample's error bound is half its round trip.
    [Fact]
    public void A_sample_is_off_by_half_its_round_trip_at_most()
    {
        Gen.Select(Gen.Long[-10_000_000, 10_000_000], Gen.Long[-10_000_000, 10_000_000], Gen.Long[0, 5_000_000], Gen.Long[0, 5_000_000], Gen.Long[0, 2_000_000])
            .Sample((reference, own, there, back, takes) =>
            {
                var clock = new SessionClock();
                clock.Set(own, 0);
                long t2 = 1000 + there + reference;
                long received = 1000 + there + takes + back;
                var sample = new TimeSample();
                return sample.Measure(1000, t2, t2 + takes, received, clock)
                    && sample.RoundTrip == there + back
                    && sample.TakenAt == received
                    && Math.Abs(sample.Offset - (reference - own)) <= (sample.RoundTrip / 2) + 1;
            });
    }

    [Fact]
    public void A_sample_over_a_path_alike_in_both_directions_is_exact()
    {
        var sample = new TimeSample();
        Assert.True(sample.Measure(100_000, 7_130_000, 7_135_000, 165_000, new SessionClock()));
        Assert.Equal(7_000_000, sample.Offset);
        Assert.Equal(60_000, sample.RoundTrip);
    }

    // 5.1, 10: parts still pending count in every sample.
    [Fact]
    public void Pending_parts_count_as_if_they_were_applied()
    {
        var clock = new SessionClock();
        clock.Pending.Plan(3_000_000, 0);
        clock.ApplyPending(0);
        var sample = new TimeSample();
        Assert.True(sample.Measure(0, 3_000_700, 3_000_700, 0, clock));
        Assert.Equal(700, sample.Offset);
    }

    // 5.1: where the offset changed between t1 and t4, t1 is corrected by the change.
    [Fact]
    public void A_shift_between_transmission_and_answer_does_not_spoil_the_sample()
    {
        var clock = new SessionClock();
        clock.Shift(2_000_000, 10_000);
        var sample = new TimeSample();
        Assert.True(sample.Measure(0, 2_010_300, 2_010_300, 20_000, clock));
        Assert.Equal(300, sample.Offset);
        Assert.Equal(20_000, sample.RoundTrip);
    }

    [Theory]
    [InlineData(10, 9, 100)] // departure before arrival
    [InlineData(10, 111, 100)] // the answerer held it longer than it was away
    public void Times_that_contradict_each_other_make_no_sample(long t2, long t3, long received)
    {
        var sample = new TimeSample();
        Assert.True(sample.Measure(0, 5, 5, 10, new SessionClock()));
        Assert.False(sample.Measure(0, t2, t3, received, new SessionClock()));
        Assert.Equal(10, sample.TakenAt);
        Assert.Equal(10, sample.RoundTrip);
    }

    // 5.1
    [Fact]
    public void A_round_trip_above_twice_the_smallest_of_the_last_eight_is_passed_over()
    {
        var filter = new SampleFilter();
        Assert.True(Accept(filter, 30, out _));
        Assert.True(Accept(filter, 60, out _));
        Assert.False(Accept(filter, 61, out _));
        Assert.Equal(30 * Ms, filter.SmallestRoundTrip());
        for (int i = 0; i < 5; i++)
        {
            Assert.True(Accept(filter, 60, out _));
        }

        Assert.Equal(30 * Ms, filter.SmallestRoundTrip());
        Assert.True(Accept(filter, 50, out _)); // the ninth: 30 ms no longer counts
        Assert.Equal(50 * Ms, filter.SmallestRoundTrip());
        Assert.True(Accept(filter, 100, out _));
        Assert.False(Accept(filter, 101, out _));
    }

    // 5.1: but the best of eight in a row never is.
    [Fact]
    public void The_best_of_eight_that_were_passed_over_in_a_row_is_used()
    {
        var filter = new SampleFilter();
        Assert.True(Accept(filter, 10, out _));
        int[] slow = [90, 80, 35, 95, 92, 91, 99, 93];
        for (int i = 0; i < 7; i++)
        {
            Assert.False(Accept(filter, slow[i], out _));
        }

        Assert.True(Accept(filter, slow[7], out TimeSample used));
        Assert.Equal(35 * Ms, used.RoundTrip);
        Assert.Equal(35, used.Offset);
    }

    [Fact]
    public void Setting_the_clock_forgets_what_was_passed_over()
    {
        var filter = new SampleFilter();
        Accept(filter, 10, out _);
        for (int i = 0; i < 5; i++)
        {
            Assert.False(Accept(filter, 30, out _));
        }

        filter.OnClockSet();
        Assert.False(Accept(filter, 80, out _));
        Assert.False(Accept(filter, 80, out _));
        Assert.True(Accept(filter, 61, out TimeSample used) == (61 <= 2 * 30));
        Assert.Equal(61 * Ms, used.RoundTrip);
    }

    // Whatever comes, of any eight in a row one is used.
    [Fact]
    public void No_eight_samples_in_a_row_are_passed_over()
    {
        Gen.Int[1, 5000].Array[1, 200].Sample(roundTrips =>
        {
            var filter = new SampleFilter();
            int passed = 0;
            foreach (int roundTrip in roundTrips)
            {
                passed = Accept(filter, roundTrip, out _) ? 0 : passed + 1;
                if (passed == 8)
                {
                    return false;
                }
            }

            return true;
        });
    }

    // The offset names the round trip, ms, so that the test can tell which sample was used.
    private static bool Accept(SampleFilter filter, int roundTripMs, out TimeSample sample)
    {
        sample = new TimeSample();
        long middle = (roundTripMs * Ms / 2) + roundTripMs;
        Assert.True(sample.Measure(0, middle, middle, roundTripMs * Ms, new SessionClock()));
        return filter.Accept(sample);
    }
}
