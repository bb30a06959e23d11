using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>Level 1 at R, which never adjusts but asks I to (protocol.md 9.5).</summary>
public sealed class TimeResyncByNoticeTests : LadderTest
{
    [Theory]
    [InlineData(3100)]
    [InlineData(-3100)]
    public void R_asks_by_notice_and_I_adjusts_though_it_was_Rs_clock_that_moved(long offsetMs)
    {
        Pair s = WithTraffic(1);
        s.JumpClock(s.Peer, offsetMs * Ms);
        long reference = ReferenceOf(s);
        AwaitSuccess(s, 10 * World.Second);

        Assert.Equal([RecoveryLevel.TimeSync], s.Peer.Events.Rungs());
        Assert.Single(s.Peer.Successes(RecoveryLevel.TimeSync));
        EventSnapshot started = Assert.Single(s.Device.Events.OfKind(LinkEventKind.RungStarted));
        Assert.True(ConditionSet.Has(started.Conditions, FailureCondition.PeerAsks));
        Assert.False(s.Holds(s.Device, FailureCondition.PeerAsks));
        Assert.Equal(reference, ReferenceOf(s));
        Assert.InRange(s.ClockError(), -100, 100);
        AssertHealed(s);
    }

    [Fact]
    public void R_names_timestamps_that_are_more_than_5_s_off()
    {
        Pair s = WithTraffic(2);
        using var notices = new Recorder(s.Network, p => p.Kind == DatagramKind.Recovery);
        s.JumpClock(s.Peer, 5100 * Ms);
        AwaitSuccess(s, 10 * World.Second, RecoveryLevel.SessionRekey);
        Assert.True(s.Peer.Began(FailureCondition.TimestampInvalid));
        Assert.All(notices.Packets, p => Assert.Equal((byte)RecoveryLevel.TimeSync, p.Bytes[26]));
        Assert.Equal((byte)FailureCondition.TimestampInvalid, notices.Packets[0].Bytes[27]);
    }

    [Fact]
    public void A_notice_is_repeated_until_a_datagram_shows_that_it_was_heeded()
    {
        // 9.2 step 2, 9.5: repeated at the RTO at first, here its least, 200 ms.
        Pair s = WithTraffic(3);
        using var notices = new Recorder(s.Network, p => p.Kind == DatagramKind.Recovery);
        using Tap tap = s.Network.DropNext(DatagramKind.Recovery, 3);
        s.JumpClock(s.Peer, 3100 * Ms);
        AwaitSuccess(s, 10 * World.Second);
        long start = s.Peer.Events.OfKind(LinkEventKind.RungStarted).Single().At;
        Assert.Equal([0, 200, 400, 600], notices.Packets.Select(p => (p.SentAt - start) / Ms));
    }

    [Fact]
    public void A_level_is_asked_for_in_vain_for_10_s_after_it_was_heeded()
    {
        Pair s = WithTraffic(4, messages: 3000);
        s.JumpClock(s.Peer, 3100 * Ms);
        AwaitSuccess(s, 10 * World.Second);
        s.World.RunFor(World.Second);
        s.JumpClock(s.Peer, -3100 * Ms);
        s.World.RunFor(30 * World.Second);
        long[] starts = s.Device.Events.OfKind(LinkEventKind.RungStarted)
            .Where(e => ConditionSet.Has(e.Conditions, FailureCondition.PeerAsks)).Select(e => e.At).ToArray();
        Assert.Equal(2, starts.Length);
        Assert.InRange(starts[1] - starts[0], 10 * World.Second, 20 * World.Second);
        Assert.InRange(s.ClockError(), -100, 100);
    }

    [Fact]
    public void R_ignores_a_notice_of_level_1()
    {
        // 9.5. An honest device never sends one; this one is made of a notice of level 2.
        Pair s = WithTraffic(5);
        using Tap tap = s.Network.Tap(
            p => p.Kind == DatagramKind.Recovery && p.From == s.Device, p => p.Forge(s.Device.Link, bytes => bytes[26] = 1));
        using Tap stall = s.Network.Tap(p => p.Kind == DatagramKind.Data && p.From == s.Device, _ => Verdict.Drop);
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), 2 * World.Minute, "the notice was heeded");
        Assert.True(tap.Matches > 3);
        Assert.False(s.Peer.Began(FailureCondition.PeerAsks));
        Assert.Empty(s.Peer.Events.Rungs());
    }

    /// <summary>What R adds to its own monotonic clock, us.</summary>
    private static long ReferenceOf(Pair s) => s.SessionOf(s.Peer).ReadClock(s.Peer.Clock.Now) - s.Peer.Clock.Now;
}
