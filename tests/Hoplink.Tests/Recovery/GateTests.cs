using Hoplink.Recovery;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Tests.Recovery;

/// <summary>Which requests are served (9.4), which notices are heeded (9.5), and how often suspicion alone may start an L3 (D9).</summary>
public sealed class GateTests
{
    private const long Ms = 1000;
    private const long Second = 1_000_000;

    [Fact]
    public void A_nonce_of_0_is_refused()
    {
        Assert.Equal(RequestVerdict.NoNonce, Gate().Check(0, 100, 0));
    }

    // 2, 9.4: only with a packet number above that of the last one served.
    [Fact]
    public void A_new_request_needs_a_number_above_the_last_one_served()
    {
        var gate = Gate();
        Assert.Equal(RequestVerdict.New, gate.Check(1, 0xFFFFFFF0, 0));
        gate.Served(1, 0xFFFFFFF0);
        Assert.Equal(RequestVerdict.Stale, gate.Check(2, 0xFFFFFFF0, 0));
        Assert.Equal(RequestVerdict.Stale, gate.Check(2, 0xFFFFFFEF, 0));
        Assert.Equal(RequestVerdict.New, gate.Check(2, 5, 0)); // beyond the wrap
        Assert.Equal(RequestVerdict.New, gate.Check(3, 6, 0)); // not served yet, so nothing moved
        gate.Served(3, 6);
        Assert.Equal(RequestVerdict.Stale, gate.Check(2, 5, 0));
    }

    // 9.4: the last 4 are kept, and their answers given at most twice a second.
    [Fact]
    public void The_last_four_nonces_are_answered_from_cache_each_from_its_own_place()
    {
        var gate = Gate();
        int[] places = new int[6];
        for (uint nonce = 1; nonce <= 5; nonce++)
        {
            Assert.Equal(RequestVerdict.New, gate.Check(nonce, nonce, 0));
            places[nonce] = gate.Served(nonce, nonce);
        }

        for (uint nonce = 2; nonce <= 5; nonce++)
        {
            Assert.True(gate.IsAnswered(nonce));
            Assert.Equal(RequestVerdict.Cached, gate.Check(nonce, nonce, nonce * Second));
            Assert.Equal(places[nonce], gate.CacheIndex);
            Assert.False(gate.IsNewest); // a recorded one, or the same datagram again
        }

        Assert.False(gate.IsAnswered(1));
        Assert.False(gate.IsAnswered(0));
        Assert.Equal(RequestVerdict.Stale, gate.Check(1, 1, 20 * Second));
    }

    [Fact]
    public void Answers_from_cache_are_given_twice_a_second()
    {
        var gate = Gate();
        gate.Check(1, 1, 0);
        gate.Served(1, 1);
        Assert.Equal(RequestVerdict.Cached, gate.Check(1, 2, 100 * Ms));
        Assert.True(gate.IsNewest);
        Assert.Equal(RequestVerdict.Cached, gate.Check(1, 3, 200 * Ms));
        Assert.Equal(RequestVerdict.TooMany, gate.Check(1, 4, 300 * Ms));
        Assert.Equal(RequestVerdict.Cached, gate.Check(1, 4, 1100 * Ms));
    }

    // The repeated request moves the number as well: what was recorded before it is stale.
    [Fact]
    public void An_answer_from_cache_counts_as_served_for_the_numbers_to_come()
    {
        var gate = Gate();
        gate.Check(1, 10, 0);
        gate.Served(1, 10);
        Assert.Equal(RequestVerdict.Cached, gate.Check(1, 20, 0));
        Assert.Equal(RequestVerdict.Stale, gate.Check(2, 15, 0));
        Assert.Equal(RequestVerdict.Cached, gate.Check(1, 12, 2 * Second));
        Assert.Equal(RequestVerdict.Stale, gate.Check(2, 20, 2 * Second)); // an old one does not move it back
        Assert.Equal(RequestVerdict.New, gate.Check(2, 21, 2 * Second));
    }

    [Fact]
    public void Ten_new_requests_a_second_are_served()
    {
        var gate = Gate();
        for (uint nonce = 1; nonce <= 10; nonce++)
        {
            Assert.Equal(RequestVerdict.New, gate.Check(nonce, nonce, nonce));
            gate.Served(nonce, nonce);
        }

        Assert.Equal(RequestVerdict.TooMany, gate.Check(11, 11, 999 * Ms));
        Assert.Equal(RequestVerdict.New, gate.Check(11, 11, Second + 1));
    }

    // 9.4: for each session, so whatever the sub-types; what is answered from cache is counted apart.
    [Fact]
    public void The_sub_types_of_a_session_share_the_ten()
    {
        var shared = new RateLimit(10);
        var time = new RequestGate(shared);
        var repair = new RequestGate(shared);
        for (uint i = 1; i <= 5; i++)
        {
            Assert.Equal(RequestVerdict.New, time.Check(i, i, 0));
            time.Served(i, i);
            Assert.Equal(RequestVerdict.New, repair.Check(i, i, 0));
            repair.Served(i, i);
        }

        Assert.Equal(RequestVerdict.TooMany, time.Check(6, 6, 0));
        Assert.Equal(RequestVerdict.TooMany, repair.Check(6, 6, 0));
        Assert.Equal(RequestVerdict.Cached, time.Check(5, 6, 0));
    }

    [Fact]
    public void A_request_that_could_not_be_answered_is_not_kept()
    {
        var gate = Gate();
        gate.Check(1, 1, 0);
        gate.Forget(gate.Served(1, 1));
        Assert.False(gate.IsAnswered(1));
        Assert.Equal(RequestVerdict.Stale, gate.Check(1, 1, 0));
        Assert.Equal(RequestVerdict.New, gate.Check(1, 2, 0));
    }

    // 9.5: heeded once in 10 s for each level.
    [Fact]
    public void A_notice_of_each_level_is_heeded_once_in_10_s()
    {
        var gate = new NoticeGate();
        Assert.Equal(DropCause.None, gate.Check(RecoveryLevel.TimeSync, 1, 0));
        Assert.Equal(DropCause.RateLimited, gate.Check(RecoveryLevel.TimeSync, 2, (10 * Second) - 1));
        Assert.Equal(DropCause.None, gate.Check(RecoveryLevel.SequenceRepair, 3, (10 * Second) - 1));
        Assert.Equal(DropCause.None, gate.Check(RecoveryLevel.TimeSync, 4, 10 * Second));
        Assert.Equal(DropCause.RateLimited, gate.Check(RecoveryLevel.SequenceRepair, 5, 19 * Second));
    }

    // 2: notices are served only with a packet number above the last one served.
    [Fact]
    public void A_recorded_notice_is_not_heeded_however_late()
    {
        var gate = new NoticeGate();
        Assert.Equal(DropCause.None, gate.Check(RecoveryLevel.TimeSync, 0xFFFFFFFF, 0));
        Assert.Equal(DropCause.StaleRequest, gate.Check(RecoveryLevel.TimeSync, 0xFFFFFFFF, 100 * Second));
        Assert.Equal(DropCause.StaleRequest, gate.Check(RecoveryLevel.SequenceRepair, 7 + 0x80000000, 100 * Second));
        Assert.Equal(DropCause.None, gate.Check(RecoveryLevel.SequenceRepair, 0, 100 * Second));
    }

    // 8, D9: one attempt at most in 60 s, doubling to 16 min.
    [Fact]
    public void Suspicion_is_held_back_60_s_then_twice_as_long_each_time_up_to_16_min()
    {
        var limit = new SuspectLimit();
        long now = 5 * Second;
        Assert.False(limit.IsHeldBack(now));
        foreach (int seconds in (int[])[60, 120, 240, 480, 960])
        {
            limit.OnAttempt(now);
            Assert.True(limit.IsHeldBack(now));
            Assert.True(limit.IsHeldBack(now + (seconds * Second) - 1));
            now += seconds * Second;
            Assert.False(limit.IsHeldBack(now));
            Assert.Equal(now, limit.ReleasedAt);
        }
    }

    [Theory]
    [InlineData(959, 240)]
    [InlineData(960, 60)]
    public void After_16_min_without_one_it_is_60_s_again(int quietSeconds, int nextSeconds)
    {
        var limit = new SuspectLimit();
        limit.OnAttempt(0);
        limit.OnAttempt(60 * Second); // now 120 s
        long now = (60 + quietSeconds) * Second;
        limit.OnAttempt(now);
        Assert.Equal(now + (nextSeconds * Second), limit.ReleasedAt);
    }

    private static RequestGate Gate() => new(new RateLimit(10));
}
