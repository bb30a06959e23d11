using Hoplink.Parameters;

namespace Hoplink.Tests.Simulation;

public sealed class PairTests : SimulationTest
{
    [Fact]
    public void A_clean_path_connects_within_two_round_trips_and_the_key_agreements()
    {
        Pair s = NewPair(1, o => o.Delay = 30 * World.Millisecond);
        long took = s.Connect();

        // Each end makes a key pair and an agreement, which the options below say the length of.
        long jobs = 2 * (s.Device.JobMicros + s.Peer.JobMicros);
        Assert.InRange(took, 3 * 30 * World.Millisecond, 4 * 30 * World.Millisecond + jobs);
        Assert.Single(s.Device.Events.OfKind(LinkEventKind.Connected));
        Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Connected));
    }

    [Fact]
    public void A_thousand_messages_each_way_cross_a_clean_path()
    {
        Pair s = NewPair(2);
        s.Connect();
        s.Traffic(1000);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(1000, s.Checker.Up.Read);
        Assert.Equal(1000, s.Checker.Down.Read);
        Assert.Equal(0, s.Device.Link.Statistics.Retransmissions);
        Assert.Empty(s.Device.Events.Rungs());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_thousand_messages_each_way_cross_a_bad_path(ulong seed)
    {
        Pair s = NewPair(seed);
        s.EachWay(BadPath);
        s.Connect();
        s.Traffic(1000);
        s.RunUntilQuiet(10 * World.Minute);
        s.Checker.AssertAllDelivered();
        Assert.Equal(2000, s.Checker.Up.Read + s.Checker.Down.Read);
    }

    [Fact]
    public void An_idle_hour_causes_no_rung()
    {
        Pair s = NewPair(3, o => o.DeviceDrift = 40);
        s.Connect();
        s.World.RunFor(World.Hour);
        Assert.True(s.IsConnected);
        Assert.Empty(s.Device.Events.Rungs());
        Assert.Empty(s.Peer.Events.Rungs());
        Assert.Single(s.Device.Events.OfKind(LinkEventKind.Connected));
        s.Traffic(1);
        s.RunUntilQuiet(World.Second);
    }

    [Fact]
    public void A_run_repeats_from_its_seed_to_the_byte()
    {
        Pair first = Busy(seed: 4);
        Pair second = Busy(seed: 4);
        Pair other = Busy(seed: 5);
        Assert.Equal(first.World.DumpTrace(), second.World.DumpTrace());
        Assert.Equal(Sent(first), Sent(second));
        Assert.Equal(first.World.Trace.Digest, second.World.Trace.Digest);
        Assert.NotEqual(first.World.Trace.Digest, other.World.Trace.Digest);
    }

    [Fact]
    public void One_peer_serves_many_devices()
    {
        World world = NewWorld(6);
        _ = new WireRules(world);
        var peer = new PeerNode(world, "peer", Pair.PeerHost, new ResponderOptions());
        Checker[] checkers = Enumerable.Range(0, 5).Select(i => NewDevice(world, peer, i)).ToArray();
        Assert.True(world.RunUntil(() => checkers.All(c => c.AllDelivered), World.Minute));
        Array.ForEach(checkers, c => c.AssertAllDelivered());
        Assert.Equal(5, peer.Links.Count);
        Assert.Equal(100, checkers.Sum(c => c.Up.Read));
    }

    [Fact]
    public void Ports_that_cannot_be_bound_are_not_listened_on_and_cost_no_message()
    {
        int[] occupied = Enumerable.Range(SpecConstants.DefaultHopFirst, SpecConstants.DefaultHopCount).Where(p => p % 10 == 0).ToArray();
        Pair s = NewPair(7, o => o.UnbindablePorts = occupied);
        Assert.DoesNotContain(s.Peer.BoundPorts, occupied.Contains);
        Assert.Equal(1 + SpecConstants.DefaultHopCount - occupied.Length, s.Peer.BoundPorts.Count);
        s.Connect();
        s.Traffic(100, interval: 50 * World.Millisecond);
        s.World.RunFor(6 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void Of_a_large_hop_range_only_the_ports_of_the_hour_are_bound()
    {
        Pair s = NewPair(7, o =>
        {
            o.Peer.HopCount = 8192;
            o.UnbindablePorts = Enumerable.Range(SpecConstants.DefaultHopFirst, 8192).Where(p => p % 10 == 0).ToArray();
        });
        Assert.Equal([SpecConstants.DefaultRendezvousPort], s.Peer.BoundPorts);
        s.Connect();
        s.Traffic(200, interval: 50 * World.Millisecond);
        var seen = new HashSet<int>();
        for (int i = 0; i < 110; i++)
        {
            s.World.RunFor(100 * World.Millisecond);
            seen.UnionWith(s.Peer.BoundPorts);
            Assert.InRange(s.Peer.BoundPorts.Count, 2, 6);
        }

        Assert.InRange(seen.Count, 15, 30);
        Assert.DoesNotContain(seen, s.Peer.UnbindablePorts.Contains);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    [Theory]
    [InlineData(NatKind.PortRestricted)]
    [InlineData(NatKind.Symmetric)]
    public void A_device_behind_a_NAT_that_rebinds_stays_connected(NatKind kind)
    {
        Pair s = NewPair(8, o => o.Nat = kind);
        s.Connect();
        s.Nat!.RebindEvery(7 * World.Second);
        s.Traffic(600, interval: 100 * World.Millisecond);
        s.World.RunFor(61 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Single(s.Device.Events.OfKind(LinkEventKind.Connected));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_a_restart_of_either_end_the_messages_are_delivered_or_accounted_for(bool deviceRestarts)
    {
        Pair s = NewPair(9);
        s.Connect();
        s.Traffic(400, interval: 50 * World.Millisecond);
        s.World.RunFor(10 * World.Second);
        (deviceRestarts ? (EndNode)s.Device : s.Peer).Restart(World.Second);
        s.World.RunFor(15 * World.Second);
        s.RunUntilQuiet();
        Assert.Equal(400, s.Checker.Up.Accepted);
        Assert.Equal(400, s.Checker.Down.Accepted);
        Assert.Equal(2, s.Device.Events.OfKind(LinkEventKind.Connected).Length);
    }

    [Fact]
    public void The_checker_says_what_is_missing()
    {
        Pair s = NewPair(11);
        s.Connect();
        s.Up.Blackhole = true;
        s.Traffic(3);
        Assert.False(s.Checker.AllDelivered);
        Assert.False(s.IsQuiet);
        Assert.Throws<SimulationException>(s.Checker.AssertAllDelivered);
        s.Checker.AssertNothingLost();
        var e = Assert.Throws<SimulationException>(() => s.RunUntilQuiet(World.Second));
        Assert.Contains("not quiet", e.What, StringComparison.Ordinal);
        s.Device.Restart(0);
        s.Up.Heal();
        s.RunUntilQuiet();
        Assert.Throws<SimulationException>(s.Checker.AssertNothingLost);
        Assert.Throws<SimulationException>(s.Checker.AssertAllDelivered);
    }

    [Fact]
    public void Nothing_is_read_until_the_application_wants_it()
    {
        Pair s = NewPair(10);
        s.Device.ReadsAtOnce = false;
        s.Connect();
        s.Checker.Down.Send(5);
        s.World.RunFor(World.Second);
        Assert.Equal(0, s.Checker.Down.Read);
        s.Device.ReadAll();
        Assert.Equal(5, s.Checker.Down.Read);
    }

    internal static void BadPath(Lane lane)
    {
        lane.Loss = 0.1;
        lane.Jitter = Jitter.Uniform(20 * World.Millisecond);
        lane.Reordering = 0.05;
        lane.Duplication = 0.05;
    }

    private static string[] Sent(Pair s)
    {
        return s.World.Trace.Entries.Where(e => e.Kind == TraceKind.Sent).Select(e => Convert.ToHexString(e.Packet!.Bytes)).ToArray();
    }

    private static Checker NewDevice(World world, PeerNode peer, int index)
    {
        byte[] psk = world.Random($"psk {index}").Bytes(32);
        LinkOptions options = LinkOptions.Device();
        options.Iterations = 1;
        uint host = Pair.DeviceHost + (uint)index;
        ulong keyId = peer.AddKey(psk);
        var device = new DeviceNode(world, $"device {index}", host, options, psk, Pair.PeerHost);
        var checker = new Checker(device, peer, keyId);
        checker.Up.Send(20);
        checker.Down.Send(20);
        device.Connect();
        return checker;
    }

    private Pair Busy(ulong seed)
    {
        Pair s = NewPair(seed, o => o.KeepTrace = true);
        s.EachWay(BadPath);
        s.EachWay(lane => lane.Corruption = 0.01);
        s.Connect();
        s.Traffic(200, interval: 20 * World.Millisecond);
        s.World.RunFor(5 * World.Second);
        return s;
    }
}
