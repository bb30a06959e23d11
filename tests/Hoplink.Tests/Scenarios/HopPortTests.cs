using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Scenarios;

/// <summary>Hop ports that do not work (5.2, 8).</summary>
public sealed class HopPortTests : SimulationTest
{
    private static readonly int[] _allPorts = [.. Enumerable.Range(SpecConstants.DefaultHopFirst, SpecConstants.DefaultHopCount)];

    [Theory]
    [InlineData(20)]
    [InlineData(3)]
    public void Ports_that_cannot_be_bound_cost_time_and_no_message(int oneIn) // 5.2
    {
        int[] taken = [.. _allPorts.Where(p => p % oneIn == 0)];
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o => o.UnbindablePorts = taken);
            s.Require(s.Peer.Responder.UnavailablePorts == taken.Length, "they were not counted");
            s.Connect();
            s.Traffic(1500, 20 * World.Millisecond);
            s.World.RunFor(31 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "the session did not last");
            s.Require(s.Device.Events.Rungs().All(r => r == RecoveryLevel.TimeSync), "a rung above L1 ran");
        }
    }

    [Fact]
    public void A_port_that_cannot_be_bound_costs_its_window_and_no_more() // 5.2
    {
        // The device sends every 20 ms; what it sends to a closed port is sent again as soon as the next window comes.
        int[] taken = [.. _allPorts.Where(p => p % 20 == 0)];
        Pair s = NewPair(1, o => o.UnbindablePorts = taken);
        s.Connect();
        long last = s.World.Now;
        long longest = 0;
        s.Peer.MessageRead += (_, _) =>
        {
            longest = Math.Max(longest, s.World.Now - last);
            last = s.World.Now;
        };
        s.Checker.Up.SendEvery(20 * World.Millisecond, 3000);
        s.World.RunFor(61 * World.Second);
        s.RunUntilQuiet();

        // The window itself, and the doubled retransmission timer that began before its end.
        Assert.InRange(longest, 400 * World.Millisecond, 1100 * World.Millisecond);
        s.RequireNoRung();
    }

    [Fact]
    public void Without_any_hop_port_the_session_goes_on_over_the_rendezvous_port() // 5.2, 8
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o => o.UnbindablePorts = _allPorts);
            s.Connect();
            s.Traffic(2500, 50 * World.Millisecond);
            s.Await(() => Has(s, LinkEventKind.ConditionBegan), 20 * World.Second, "HopSyncLost does not begin");
            s.World.RunFor(World.Second);
            List<Packet> hops = s.World.Record(p => p.From == s.Device && p.Destination != Scenario.Rendezvous);
            s.World.RunFor(2 * World.Minute);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "the session did not last");
            s.Require(!Has(s, LinkEventKind.ConditionEnded), "HopSyncLost ended");

            // All traffic goes to the rendezvous port, but for one probe each thirty seconds.
            s.Require(hops.Count is >= 3 and <= 5 && hops.All(p => p.Kind == DatagramKind.Heartbeat), "other traffic on hop ports");
            s.Require(s.Device.Events.Rungs().Count(r => r == RecoveryLevel.TimeSync) == 1, "not one L1");
            s.Require(!s.Device.Events.Rungs().Concat(s.Peer.Events.Rungs()).Contains(RecoveryLevel.SessionRekey), "a rekey");
        }
    }

    [Fact]
    public void When_the_hop_ports_work_again_the_session_returns_to_them() // 8
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.Connect();
            s.Traffic(5000, 50 * World.Millisecond);
            s.World.RunFor(5 * World.Second);
            Tap firewall = s.Network.Tap(p => p.From == s.Device && p.Destination != Scenario.Rendezvous, _ => Verdict.Drop);
            s.World.RunFor(100 * World.Second);
            s.Require(Has(s, LinkEventKind.ConditionBegan) && !Has(s, LinkEventKind.ConditionEnded), "HopSyncLost does not hold");
            firewall.Dispose();
            s.Await(() => Has(s, LinkEventKind.ConditionEnded), 31 * World.Second, "HopSyncLost does not end");
            List<Packet> rendezvous = s.World.Record(p => p.From == s.Device && p.Destination == Scenario.Rendezvous);
            s.World.RunFor(2 * World.Minute);
            s.RunUntilQuiet(2 * World.Minute);
            s.Checker.AssertAllDelivered();
            s.Require(rendezvous.Count == 0, "still on the rendezvous port");
            s.Require(s.Sessions() == 1, "the session did not last");
        }
    }

    [Fact]
    public void A_firewall_that_lets_only_the_rendezvous_port_through_does_not_keep_a_device_from_connecting() // 4, 8
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var s = new Pair(seed);
            s.Network.Tap(p => p.From == s.Device && p.Destination != Scenario.Rendezvous, _ => Verdict.Drop);
            s.EachWay(lane => lane.Loss = 0.1);
            s.Connect(20 * World.Second);
            s.Traffic(100, 50 * World.Millisecond);
            s.World.RunFor(6 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "the session did not last");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rekey_succeeds_though_the_hop_ports_have_just_stopped_working(bool deviceAsks) // 9.3, 12
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.Connect();
            s.Traffic(200, 50 * World.Millisecond);
            s.World.RunFor(World.Second);
            s.Network.Tap(p => p.From == s.Device && p.Destination != Scenario.Rendezvous, _ => Verdict.Drop);
            s.On(deviceAsks, (link, now) => link.ReportKeyCompromise(now));
            s.World.RunFor(12 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "the session did not last");
            s.Require(s.Device.Link.Statistics.Rekeys == 1, "not one rekey");
            s.Require(!s.Device.Events.Concat(s.Peer.Events).Any(IsFailedRekey), "a rekey failed");
        }
    }

    private static bool IsFailedRekey(EventSnapshot e) => e.Kind == LinkEventKind.RungFailed && e.Level == RecoveryLevel.SessionRekey;

    private static bool Has(Pair s, LinkEventKind kind)
    {
        return s.Device.Events.OfKind(kind).Any(e => e.Condition == FailureCondition.HopSyncLost);
    }
}
