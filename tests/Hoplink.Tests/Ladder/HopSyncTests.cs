using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>HopSyncLost (protocol.md 8, 5.2): a network that lets only the rendezvous port through.</summary>
public sealed class HopSyncTests : LadderTest
{
    [Fact]
    public void A_network_that_closes_the_hop_ports_moves_all_traffic_to_the_rendezvous_port()
    {
        // In L1, three transmissions to port(w) go unanswered, and the rendezvous port answers. L2 may follow for messages that were
        // sent 8 times meanwhile.
        Pair s = WithTraffic(1, messages: 1000);
        using Tap firewall = CloseHopPorts(s);
        s.Await(() => s.Holds(s.Device, FailureCondition.HopSyncLost), 15 * World.Second, "HopSyncLost did not begin");
        Assert.Single(s.Device.Successes(RecoveryLevel.TimeSync));
        int blocked = firewall.Matches;
        s.World.RunFor(10 * World.Second);
        Assert.Equal(blocked, firewall.Matches);
        s.World.RunFor(20 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Single(s.Device.Events.Rungs(), RecoveryLevel.TimeSync);
        Assert.DoesNotContain(RecoveryLevel.SessionRekey, s.Device.Events.Rungs());
        AssertOneSession(s);
    }

    [Fact]
    public void While_it_holds_one_probe_in_30_s_tries_a_hop_port()
    {
        Pair s = WithTraffic(2);
        using var tries = new Recorder(s.Network, p => p.From == s.Device && p.Destination.Port != Rendezvous);
        using Tap firewall = CloseHopPorts(s);
        s.Await(() => s.Holds(s.Device, FailureCondition.HopSyncLost), 15 * World.Second, "HopSyncLost did not begin");
        s.World.RunFor(World.Minute);
        tries.Packets.Clear();
        long start = s.World.Now;
        s.World.RunFor(5 * World.Minute);
        Assert.Equal(10, tries.Packets.Count);
        Assert.All(tries.Packets, p => Assert.Equal(DatagramKind.Heartbeat, p.Kind));
        Assert.True(s.Holds(s.Device, FailureCondition.HopSyncLost));
        Assert.Empty(s.Device.Events.Rungs(start));
    }

    [Fact]
    public void It_ends_when_a_probe_to_a_hop_port_is_echoed_and_the_traffic_returns()
    {
        Pair s = WithTraffic(3, messages: 5000);
        Tap firewall = CloseHopPorts(s);
        s.Await(() => s.Holds(s.Device, FailureCondition.HopSyncLost), 15 * World.Second, "HopSyncLost did not begin");
        firewall.Dispose();
        long opened = s.World.Now;
        s.Await(() => !s.Holds(s.Device, FailureCondition.HopSyncLost), 31 * World.Second, "HopSyncLost did not end");
        using var after = new Recorder(s.Network, p => p.From == s.Device);
        s.World.RunFor(5 * World.Second);
        Assert.True(after.Packets.Count > 100);
        Assert.DoesNotContain(after.Packets, p => p.Destination.Port == Rendezvous);
        Assert.DoesNotContain(RecoveryLevel.TimeSync, s.Device.Events.Rungs(opened));
    }

    [Fact]
    public void It_is_a_state_that_starts_no_rung_and_lets_the_others_work()
    {
        // 8: a state, not a failure. L3 goes by the rendezvous port as well, and its new schedule is tried afresh (9.3).
        Pair s = WithTraffic(4, messages: 3000);
        using Tap firewall = CloseHopPorts(s);
        s.Await(() => s.Holds(s.Device, FailureCondition.HopSyncLost), 15 * World.Second, "HopSyncLost did not begin");
        s.World.RunFor(10 * World.Second);
        long settled = s.World.Now;
        s.World.RunFor(World.Minute);
        Assert.Empty(s.Device.Events.Rungs(settled));

        s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        AwaitSuccess(s, 5 * World.Second, RecoveryLevel.SessionRekey);
        Assert.False(s.Holds(s.Device, FailureCondition.HopSyncLost));
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(1u, s.EpochOf(s.Peer));
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(NatKind.FullCone)]
    [InlineData(NatKind.Symmetric)]
    public void An_hour_without_hop_ports_behind_a_NAT_that_rebinds_costs_no_message_and_no_rung_but_the_first(NatKind kind)
    {
        Pair s = Connected(6, o => o.Nat = kind);
        s.Network.Tap(p => IsHopPort((p.From == s.Device ? p.Destination : p.Source).Port), _ => Verdict.Drop);
        s.Traffic(3600, World.Second);
        s.World.Every(5 * World.Minute, () =>
        {
            s.Nat!.Rebind();
            return true;
        });
        s.World.RunFor(10 * World.Second);
        long settled = s.World.Now;
        Assert.Equal(RecoveryLevel.TimeSync, s.Device.Events.Rungs()[0]);
        s.World.RunFor(World.Hour);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.True(s.Holds(s.Device, FailureCondition.HopSyncLost));
        Assert.Empty(s.Device.Events.Rungs(settled));
        Assert.Empty(s.Peer.Events.Rungs(settled));
        AssertOneSession(s);
    }

    [Fact]
    public void An_answer_from_the_rendezvous_port_leaves_the_hop_ports_their_answers()
    {
        // 9.4: two answers a second from cache. The verifying exchange loses two answers from port(w), at 0 and 400 ms; the rendezvous port
        // answers at 200 ms. The third transmission to port(w) is answered, though it is the fourth in that second.
        Pair s = Connected(5);
        using Tap loss = s.Network.Tap(
            p => p.Kind == DatagramKind.TimeSyncResponse && p.Source.Port != Rendezvous, 2, 3, _ => Verdict.Drop);
        s.JumpClock(s.Device, 800 * Ms);
        AwaitSuccess(s, World.Minute);
        Assert.Equal(640 * Ms, s.Device.Successes(RecoveryLevel.TimeSync).Single().DurationMicros);
        Assert.False(s.Device.Began(FailureCondition.HopSyncLost));
        AssertHealed(s);
    }

    private static bool IsHopPort(int port) => port is >= 49152 and <= 50175;

    private static Tap CloseHopPorts(Pair s)
    {
        return s.Network.Tap(p => p.From == s.Device && p.Destination.Port != Rendezvous, _ => Verdict.Drop);
    }
}
