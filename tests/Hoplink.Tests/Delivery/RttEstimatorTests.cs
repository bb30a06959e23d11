using CsCheck;
using Hoplink.Delivery;

namespace Hoplink.Tests.Delivery;

/// <summary>RFC 6298, with the limits of protocol.md 6.3.</summary>
public sealed class RttEstimatorTests
{
    private const long Ms = 1000;

    [Fact]
    public void The_first_RTO_is_1_s_and_nothing_is_known()
    {
        RttEstimator rtt = new();
        Assert.Equal((1000 * Ms, 1000 * Ms, 0L, 0L, 0L), (rtt.Rto, rtt.BaseRto, rtt.SmoothedRtt, rtt.RttVariation, rtt.MinRtt));
    }

    [Fact]
    public void The_first_sample_sets_SRTT_and_half_of_it_as_variation()
    {
        RttEstimator rtt = new();
        rtt.Sample(200 * Ms);
        Assert.Equal((200 * Ms, 100 * Ms, 600 * Ms), (rtt.SmoothedRtt, rtt.RttVariation, rtt.Rto));
    }

    [Fact]
    public void Later_samples_weigh_an_eighth_and_a_quarter()
    {
        RttEstimator rtt = new();
        rtt.Sample(200 * Ms);
        rtt.Sample(280 * Ms);

        // RTTVAR = 3/4 * 100 + 1/4 * |200 - 280| = 95; SRTT = 7/8 * 200 + 1/8 * 280 = 210; RTO = 210 + 4 * 95.
        Assert.Equal((210 * Ms, 95 * Ms, 590 * Ms), (rtt.SmoothedRtt, rtt.RttVariation, rtt.Rto));
        rtt.Sample(130 * Ms);

        // RTTVAR = 3/4 * 95 + 1/4 * 80 = 91.25; SRTT = 7/8 * 210 + 1/8 * 130 = 200.
        Assert.Equal((200 * Ms, 91_250L, 565 * Ms), (rtt.SmoothedRtt, rtt.RttVariation, rtt.Rto));
        Assert.Equal(130 * Ms, rtt.MinRtt);
    }

    [Fact]
    public void A_steady_round_trip_keeps_the_granularity_of_the_clock_as_margin()
    {
        RttEstimator rtt = new();
        for (int i = 0; i < 100; i++)
        {
            rtt.Sample(500 * Ms);
        }

        Assert.Equal(501 * Ms, rtt.Rto);
    }

    [Theory]
    [InlineData(20, 200, 200)]
    [InlineData(300, 900, 900)]
    [InlineData(400, 1200, 1000)]
    [InlineData(1500, 4500, 3000)]
    [InlineData(9000, 27000, 4000)]
    public void A_request_is_repeated_at_the_RTO_or_after_a_second_or_two_round_trips_of_2_s_at_most(long rttMs, long rtoMs, long requestMs)
    {
        RttEstimator rtt = new();
        rtt.Sample(rttMs * Ms);
        Assert.Equal((rtoMs * Ms, requestMs * Ms, requestMs * Ms), (rtt.Rto, rtt.RequestTimeout, rtt.ProbeTimeout));
        rtt.Backoff();
        Assert.Equal(requestMs * Ms, rtt.RequestTimeout);
        Assert.Equal(Math.Max(requestMs, Math.Min(2 * rtoMs, 1000)) * Ms, rtt.ProbeTimeout);
        rtt.UndoBackoff();
        Assert.Equal(requestMs * Ms, rtt.ProbeTimeout);
    }

    [Fact]
    public void The_RTO_stays_between_200_ms_and_60_s()
    {
        RttEstimator quick = new();
        quick.Sample(0);
        Assert.Equal(200 * Ms, quick.Rto);
        RttEstimator slow = new();
        slow.Sample(50_000 * Ms);
        Assert.Equal(60_000 * Ms, slow.Rto);
    }

    [Fact]
    public void It_doubles_up_to_60_s_and_a_sample_or_the_caller_undoes_that()
    {
        RttEstimator rtt = new();
        rtt.Sample(100 * Ms);
        long[] expected = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 60000, 60000, 60000, 60000];
        foreach (long rto in expected)
        {
            Assert.Equal(rto * Ms, rtt.Rto);
            Assert.Equal(300 * Ms, rtt.BaseRto);
            rtt.Backoff();
        }

        rtt.UndoBackoff();
        Assert.Equal(300 * Ms, rtt.Rto);
        rtt.Backoff();
        rtt.Sample(100 * Ms);
        Assert.Equal(rtt.BaseRto, rtt.Rto);
    }

    [Fact]
    public void The_least_RTO_reaches_60_s_too()
    {
        RttEstimator rtt = new();
        rtt.Sample(1);
        for (int i = 0; i < 20; i++)
        {
            rtt.Backoff();
        }

        Assert.Equal(60_000 * Ms, rtt.Rto);
    }

    [Fact]
    public void No_sample_takes_it_out_of_its_limits_and_a_negative_one_changes_nothing()
    {
        Gen.Frequency((3, Gen.Long[-10, 1_000_000]), (1, Gen.Long)).Array[1, 40].Sample(samples =>
        {
            RttEstimator rtt = new();
            foreach (long sample in samples)
            {
                long srtt = rtt.SmoothedRtt;
                rtt.Sample(sample);
                Assert.InRange(rtt.Rto, 200 * Ms, 60_000 * Ms);
                Assert.InRange(rtt.SmoothedRtt, 0, 60_000 * Ms);
                Assert.True(sample >= 0 || rtt.SmoothedRtt == srtt);
            }
        });
    }
}
