using Hoplink.Recovery;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Scenarios;

/// <summary>When the device reconnects (13.2).</summary>
public sealed class ReconnectTests : SimulationTest
{
    [Fact]
    public void A_session_that_ended_is_followed_by_another_after_about_a_second() // 13.2
    {
        var waits = new List<long>();
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var s = new Pair(seed);
            s.Connect();
            s.World.RunFor(World.Second);
            List<Packet> syns = s.Record(DatagramKind.Syn);
            long ended = s.World.Now;
            s.OnDevice((link, now) => link.Faults.Terminate(now));
            long wait = s.Device.Events.OfKind(LinkEventKind.Reconnecting)[0].DelayMicros;
            s.Await(() => syns.Count == 1, 10 * World.Second, "no SYN");
            s.Require(syns[0].SentAt == ended + wait, "the SYN did not come when it was announced");
            waits.Add(wait);
        }

        Assert.All(waits, wait => Assert.InRange(wait, 800 * World.Millisecond, 1200 * World.Millisecond));
        Assert.InRange(waits.Max() - waits.Min(), 200 * World.Millisecond, 400 * World.Millisecond);
    }

    [Theory]
    [InlineData(false, new[] { 1, 2, 2, 2, 2, 2, 2, 2, 2 })]
    [InlineData(true, new[] { 1, 2, 4, 8, 16, 32, 60, 60, 60 })]
    public void Waits_between_handshakes_that_fail_are_as_the_profile_says(bool battery, int[] seconds) // 13.2
    {
        Pair s = NewPair(1, o => o.Device.BatteryProfile = battery);
        s.Connect();
        s.Cut();
        s.OnDevice((link, now) => link.Faults.Terminate(now));
        s.World.RunFor(15 * World.Minute);
        EventSnapshot[] waits = s.Device.Events.OfKind(LinkEventKind.Reconnecting);
        for (int i = 0; i < seconds.Length; i++)
        {
            Assert.InRange(waits[i].DelayMicros, seconds[i] * 800 * World.Millisecond, seconds[i] * 1200 * World.Millisecond);
        }

        // Each handshake takes its thirty seconds in between.
        for (int i = 1; i < seconds.Length; i++)
        {
            Assert.Equal(waits[i - 1].At + waits[i - 1].DelayMicros + 30 * World.Second, waits[i].At);
        }

        Assert.True(waits.Select(w => w.DelayMicros).Distinct().Count() > seconds.Length / 2);

        // A session that comes about sets the waits back.
        s.Heal();
        s.Await(() => s.IsConnected, 2 * World.Minute, "not connected");
        s.OnDevice((link, now) => link.Faults.Terminate(now));
        long wait = s.Device.Events.OfKind(LinkEventKind.Reconnecting)[^1].DelayMicros;
        Assert.InRange(wait, 800 * World.Millisecond, 1200 * World.Millisecond);
    }

    [Fact]
    public void After_a_stateless_reset_it_reconnects_at_once_but_once_in_five_seconds() // 13.2
    {
        Pair s = NewPair(2);
        s.Connect();
        var waits = new List<long>();
        foreach (long pause in new[] { 10_000L, 1_000, 1_000, 10_000 })
        {
            s.World.RunFor(pause * World.Millisecond);
            ulong session = s.Device.Link.SessionId;
            s.OnPeer((link, now) => link.Faults.ForgetSession(now));
            s.Checker.Up.Send(1);
            s.AwaitOtherSession(session, 20 * World.Second);
            waits.Add(s.Device.Events.OfKind(LinkEventKind.Reconnecting)[^1].DelayMicros);
        }

        Assert.Equal(0, waits[0]);
        Assert.InRange(waits[1], 800 * World.Millisecond, 1200 * World.Millisecond);
        Assert.Equal(0, waits[3]);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void When_the_network_is_back_it_does_not_wait() // 13.2
    {
        Pair s = NewPair(3, o => o.Device.BatteryProfile = true);
        s.Connect();
        s.Cut();
        s.OnDevice((link, now) => link.Faults.Terminate(now));
        s.World.RunFor(10 * World.Minute);
        long tried = s.World.Now;
        s.Await(() => s.Device.Events.Has(LinkEventKind.Reconnecting, tried), 2 * World.Minute, "it does not wait");
        s.Heal();
        s.OnDevice((link, now) => link.NetworkAvailable(now));
        s.Await(() => s.IsConnected, World.Second, "it waited");
    }

    [Fact]
    public void When_the_network_is_back_the_next_SYN_does_not_wait_either() // 13.2
    {
        Pair s = NewPair(6, o => o.Device.BatteryProfile = true);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        s.Cut();
        s.Device.Connect();
        s.World.RunFor(8 * World.Second);
        Assert.Equal(4, syns.Count);
        s.Heal();
        s.OnDevice((link, now) => link.NetworkAvailable(now));
        s.Await(() => s.IsConnected, World.Second, "it waited");
        Assert.Equal(5, syns.Count);
    }

    [Fact]
    public void A_device_that_is_told_that_the_network_is_back_while_it_is_connected_does_nothing() // 13.2
    {
        Pair s = NewPair(4);
        s.Connect();
        List<Packet> syns = s.Record(DatagramKind.Syn);
        s.OnDevice((link, now) => link.NetworkAvailable(now));
        s.World.RunFor(World.Minute);
        Assert.Empty(syns);
        Assert.True(s.IsConnected);
    }

    [Fact]
    public void The_peer_gives_up_a_session_that_was_silent_for_ten_minutes_and_keeps_its_link() // 7, 13.4
    {
        Pair s = NewPair(5);
        s.Connect();
        s.Traffic(3);
        s.RunUntilQuiet();
        s.Cut();
        s.Device.Pause(World.Hour / 2);
        long cut = s.World.Now;
        s.World.RunFor(9 * World.Minute + 50 * World.Second);
        s.Await(() => s.PeerLink!.State == LinkState.Dormant, World.Minute, "not given up");
        Assert.InRange(s.World.Now - cut, 0, 10 * World.Minute);
        Assert.Equal(TerminationReason.Silence, Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Terminated)).Reason);
        s.Checker.Down.Send(2);
        s.Heal();
        s.World.RunFor(World.Hour / 2);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }
}
