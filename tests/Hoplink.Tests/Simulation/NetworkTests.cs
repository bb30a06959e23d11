namespace Hoplink.Tests.Simulation;

public sealed class NetworkTests : SimulationTest
{
    private static readonly uint _innerHost = SimEndpoint.Address(192, 168, 0, 2);
    private static readonly uint _natHost = SimEndpoint.Address(198, 51, 100, 1);
    private static readonly SimEndpoint _server = new(SimEndpoint.Address(203, 0, 113, 1), 40100);
    private static readonly SimEndpoint _otherServerPort = _server with { Port = 50000 };

    [Fact]
    public void A_node_that_moves_is_reached_at_its_new_address_alone()
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there) = Nodes(world);
        there.Send(new SimEndpoint(_innerHost, 1), [1]);
        world.RunFor(World.Millisecond);
        world.Network.Attach(here, _natHost);
        there.Send(new SimEndpoint(_natHost, 1), [2]);
        there.Send(new SimEndpoint(_innerHost, 1), [3]);
        world.RunFor(World.Second);
        Assert.Equal([2], here.Arrivals.Select(a => a.Packet.Bytes[0]));
        here.Send(_server, [4]);
        world.RunFor(World.Second);
        Assert.Equal(new SimEndpoint(_natHost, 1000), there.Arrivals.Single().Packet.Source);
    }

    [Fact]
    public void Two_nodes_cannot_have_one_address()
    {
        World world = NewWorld(1);
        Nodes(world);
        Assert.Throws<ArgumentException>(() => new TestNode(world, "third", _server.Host));
    }

    [Theory]
    [InlineData(NatKind.FullCone, true, true)]
    [InlineData(NatKind.PortRestricted, true, false)]
    [InlineData(NatKind.Symmetric, false, false)]
    public void A_NAT_keeps_to_its_kind(NatKind kind, bool onePort, bool openToStrangers)
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there, _) = BehindNat(world, kind);
        here.Send(_server, [1]);
        here.Send(_otherServerPort, [2]);
        world.RunFor(World.Second);
        SimEndpoint[] sources = there.Arrivals.Select(a => a.Packet.Source).ToArray();
        Assert.All(sources, s => Assert.Equal(_natHost, s.Host));
        Assert.Equal(onePort, sources[0] == sources[1]);

        there.Send(sources[0], [3], _server.Port);
        there.Send(sources[0], [4], localPort: 7);
        world.RunFor(World.Second);
        byte[] expected = openToStrangers ? [3, 4] : [3];
        Assert.Equal(expected, here.Arrivals.Select(a => a.Packet.Bytes[0]));
        Assert.All(here.Arrivals, a => Assert.Equal(1000, a.LocalPort));
    }

    [Fact]
    public void After_a_rebinding_the_old_port_is_dead_and_the_next_datagram_leaves_from_another()
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there, Nat nat) = BehindNat(world, NatKind.FullCone);
        here.Send(_server, [1]);
        world.RunFor(World.Second);
        SimEndpoint old = there.Arrivals[0].Packet.Source;
        there.Send(old, [2]);
        nat.Rebind();
        world.RunFor(World.Second);
        Assert.Empty(here.Arrivals);

        here.Send(_server, [3]);
        world.RunFor(World.Second);
        SimEndpoint fresh = there.Arrivals[1].Packet.Source;
        Assert.NotEqual(old, fresh);
        there.Send(old, [4]);
        there.Send(fresh, [5]);
        world.RunFor(World.Second);
        Assert.Equal([5], here.Arrivals.Select(a => a.Packet.Bytes[0]));
    }

    [Fact]
    public void A_NAT_can_rebind_periodically_and_when_idle()
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there, Nat nat) = BehindNat(world, NatKind.PortRestricted);
        nat.RebindEvery(10 * World.Second);
        SendEachSecond(world, here, 35);
        Assert.Equal(4, nat.Mappings);
        Assert.Equal(4, there.Arrivals.Select(a => a.Packet.Source).Distinct().Count());

        World other = NewWorld(1);
        (TestNode sleepy, _, Nat impatient) = BehindNat(other, NatKind.PortRestricted);
        impatient.IdleTimeout = 30 * World.Second;
        SendEachSecond(other, sleepy, 60);
        Assert.Equal(1, impatient.Mappings);
        other.RunFor(31 * World.Second);
        sleepy.Send(_server, [0]);
        Assert.Equal(2, impatient.Mappings);
    }

    [Fact]
    public void A_tap_counts_what_passes_its_filter_and_drops_the_nth()
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there) = Nodes(world);
        Tap tap = world.Network.DropNth(2, p => p.Bytes[0] % 2 == 0);
        SendNumbers(here, 8);
        world.RunFor(World.Second);
        Assert.Equal([1, 2, 3, 5, 6, 7, 8], Numbers(there));
        Assert.Equal(4, tap.Matches);
        tap.Dispose();
        SendNumbers(here, 8);
        Assert.Equal(4, tap.Matches);
    }

    [Fact]
    public void A_tap_sees_types_and_can_drop_the_first_of_one()
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there) = Nodes(world);
        world.Network.DropNext(DatagramKind.RekeyResponse, count: 2);
        DatagramKind[] kinds =
        [
            DatagramKind.Data, DatagramKind.RekeyResponse, DatagramKind.RekeyRequest,
            DatagramKind.RekeyResponse, DatagramKind.RekeyResponse,
        ];
        Array.ForEach(kinds, kind => here.Send(_server, TestNode.OfKind(kind, sequence: 1)));
        world.RunFor(World.Second);
        Assert.Equal(
            [DatagramKind.Data, DatagramKind.RekeyRequest, DatagramKind.RekeyResponse], there.Arrivals.Select(a => a.Packet.Kind));
    }

    [Fact]
    public void Taps_delay_duplicate_and_change_one_after_the_other()
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there) = Nodes(world);
        world.Network.Tap(p => Verdict.Change(p, bytes => bytes[0] += 10));
        world.Network.Tap(p => p.Bytes[0] == 11, _ => Verdict.Delay(5_000));
        world.Network.Tap(p => p.Bytes[0] == 12, _ => Verdict.Duplicate(copies: 2, spacing: 100_000));
        SendNumbers(here, 3);
        world.RunFor(World.Second);
        Assert.Equal(
            [(10_000, 12), (10_000, 13), (15_000, 11), (110_000, 12), (210_000, 12)],
            there.Arrivals.Select(a => (a.At, (int)a.Packet.Bytes[0])));
    }

    [Fact]
    public void A_recorder_replays_what_was_sent_even_if_it_was_lost()
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there) = Nodes(world);
        using var recorder = new Recorder(world.Network, p => p.From == here);
        world.Network.Tap(p => Verdict.Change(p, bytes => bytes[0] = 99));
        world.Network.Lane(here, there).Blackhole = true;
        SendNumbers(here, 3);
        recorder.Replay(2, delay: 50);
        recorder.Replay(0, delay: 70);
        world.RunFor(World.Second);
        Assert.Equal([3, 1], Numbers(there));
        Assert.All(there.Arrivals, a => Assert.Equal(new SimEndpoint(_innerHost, 1000), a.Packet.Source));
    }

    [Fact]
    public void A_hostile_node_sees_interferes_answers_and_sends_in_others_names()
    {
        World world = NewWorld(1);
        (TestNode here, TestNode there) = Nodes(world);
        var attacker = new Reverser(world, "attacker", SimEndpoint.Address(6, 6, 6, 6));
        here.Send(_server, [1, 2]);
        attacker.Send(7, _server, [3, 4]);
        attacker.Inject(new SimEndpoint(_innerHost, 1000), _server, [5, 6], delay: 20_000);
        there.Send(new SimEndpoint(attacker.Host, 7), [7, 8]);
        world.RunFor(World.Second);
        Assert.Equal([[2, 1], [3, 4], [5, 6]], there.Arrivals.Select(a => a.Packet.Bytes));
        Assert.Equal(there.Arrivals[0].Packet.Source, there.Arrivals[2].Packet.Source);
        Assert.Equal([8, 7], attacker.Received.Single().Bytes);
    }

    [Fact]
    public void The_trace_says_what_happened_to_each_datagram()
    {
        World world = NewWorld(1);
        (TestNode here, _) = Nodes(world);
        here.Send(_server, TestNode.OfKind(DatagramKind.TimeSyncRequest, sequence: 77));
        here.Send(new SimEndpoint(1, 1), [1]);
        world.RunFor(World.Second);
        string[] lines = world.DumpTrace().Split('\n');
        Assert.Contains(lines, l => l.Contains("TimeSyncRequest") && l.Contains("#77") && l.Contains("sends"));
        Assert.Contains(lines, l => l.Contains("drop") && l.Contains("nobody there"));
        Assert.Equal(2, world.DumpTrace(lines: 1).Split('\n').Length);
    }

    [Fact]
    public void The_ring_keeps_the_last_part_of_a_long_trace_and_all_of_it_is_kept_when_asked()
    {
        World world = NewWorld(1);
        World keeper = NewWorld(1);
        keeper.Trace.KeepAll = true;
        for (int i = 0; i < 2 * Trace.RingSize; i++)
        {
            world.Trace.Note("n", $"note {i}");
            keeper.Trace.Note("n", $"note {i}");
        }

        Assert.Equal(Enumerable.Range(Trace.RingSize, Trace.RingSize).Select(i => $"note {i}"), world.Trace.Entries.Select(e => e.Text));
        Assert.Equal(2 * Trace.RingSize, keeper.Trace.Entries.Count());
        Assert.Equal(world.Trace.Digest, keeper.Trace.Digest);
        keeper.Trace.Note("n", "one more");
        Assert.NotEqual(world.Trace.Digest, keeper.Trace.Digest);
    }

    private static (TestNode Here, TestNode There) Nodes(World world)
    {
        return (new TestNode(world, "here", _innerHost), new TestNode(world, "there", _server.Host));
    }

    private static (TestNode Here, TestNode There, Nat Nat) BehindNat(World world, NatKind kind)
    {
        (TestNode here, TestNode there) = Nodes(world);
        Nat nat = world.Network.AddNat("nat", _natHost, kind);
        world.Network.Attach(here, _innerHost, nat);
        return (here, there, nat);
    }

    private static void SendEachSecond(World world, TestNode node, int count)
    {
        for (int i = 0; i < count; i++)
        {
            node.Send(_server, [(byte)i]);
            world.RunFor(World.Second);
        }
    }

    private static void SendNumbers(TestNode node, int count)
    {
        for (int i = 1; i <= count; i++)
        {
            node.Send(_server, [(byte)i]);
        }
    }

    private static int[] Numbers(TestNode node) => node.Arrivals.Select(a => (int)a.Packet.Bytes[0]).ToArray();

    private sealed class Reverser(World world, string name, uint host) : HostileNode(world, name, host)
    {
        protected override Verdict Watch(Packet packet) => Verdict.Change(packet, Array.Reverse);
    }
}
