using Hoplink.Tests.Scenarios;

namespace Hoplink.Tests.Simulation;

public sealed class WireRulesTests : SimulationTest
{
    [Fact]
    public void A_malformed_datagram_of_an_ends_is_caught_and_a_hostile_nodes_is_not()
    {
        World world = NewWorld(1);
        _ = new WireRules(world);
        new HostileNode(world, "c", 3).Send(1, default, [1, 2, 3]);
        var e = Assert.Throws<SimulationException>(() => new TestNode(world, "a", 1).Send(default, [1, 2, 3]));
        Assert.Equal("a sent a malformed datagram: TooShort", e.What);
    }

    [Fact]
    public void A_packet_number_used_twice_under_one_key_is_caught()
    {
        AssertReuse(1, Data(5), Data(6), Data(5, tag: 1));
        AssertReuse(1, Data(5, phase: 1), Data(5, phase: 1, tag: 1));
        AssertReuse(1, Recovery(5), Recovery(5, tag: 1));
    }

    [Fact]
    public void A_repeated_datagram_another_session_another_key_and_another_direction_are_no_reuse()
    {
        AssertReuse(0, Data(5), Data(5));
        AssertReuse(0, Data(5), Data(5, session: 2, tag: 1));
        AssertReuse(0, Data(5), Data(5, phase: 1, tag: 1));
        AssertReuse(0, Data(5), Recovery(5, tag: 1));
        AssertReuse(0, Datagram(DatagramKind.Syn, 0), Datagram(DatagramKind.Syn, 0, tag: 1));
        World world = NewWorld(1);
        var rules = new WireRules(world) { OnlyCounts = true };
        new TestNode(world, "a", 1).Send(default, Data(5));
        new TestNode(world, "b", 2).Send(default, Data(5, tag: 1));
        new HostileNode(world, "c", 3).Send(1, default, Data(5, tag: 2));
        Assert.Equal(0, rules.Reuses);
    }

    [Fact]
    public void A_key_phase_that_comes_back_after_the_other_is_another_key()
    {
        World world = NewWorld(1);
        var rules = new WireRules(world) { OnlyCounts = true };
        var node = new TestNode(world, "a", 1);
        node.Send(default, Data(5));
        world.RunFor(World.Minute);
        node.Send(default, Data(5, tag: 1));
        Assert.Equal(1, rules.Reuses);
        node.Send(default, Data(5, phase: 1, tag: 2));
        world.RunFor(World.Minute);
        node.Send(default, Data(5, tag: 3));
        Assert.Equal(1, rules.Reuses);
    }

    // 14: each with a number of its own, so that no other rule says anything.
    [Fact]
    public void A_keystream_used_twice_is_caught_whoever_uses_it_and_under_whatever_number()
    {
        foreach (bool bySameNode in (bool[])[true, false])
        {
            World world = NewWorld(1);
            var rules = new WireRules(world);
            var node = new TestNode(world, "a", 1);
            var other = bySameNode ? node : new TestNode(world, "b", 2);
            node.Send(default, Data(5), keystream: Keystream(1));
            node.Send(default, Data(6), keystream: Keystream(2));
            node.Send(default, Data(7, session: 3));
            other.Send(default, Data(8, session: 3));
            var e = Assert.Throws<SimulationException>(() => other.Send(default, Data(9, session: 2, phase: 1), keystream: Keystream(1)));
            Assert.Contains(other.Name + " used a keystream twice", e.What, StringComparison.Ordinal);
            Assert.Equal(Invariant.PacketNumbers, e.Broken);
            Assert.Equal(0, rules.Reuses);
        }
    }

    [Fact]
    public void A_payload_in_clear_is_caught_where_the_session_is_encrypted()
    {
        World world = NewWorld(1);
        _ = new WireRules(world);
        var node = new TestNode(world, "a", 1);
        node.Send(default, Data(5));
        node.Send(default, Data(6), keystream: Keystream(1));
        var e = Assert.Throws<SimulationException>(() => node.Send(default, Data(7)));
        Assert.Contains("a sent a payload in clear", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_uses_its_packet_numbers_again_is_caught_by_its_keystream()
    {
        Pair s = NewPair(1);
        s.Rules.OnlyCounts = true;
        s.Connect();
        s.Traffic(20, 20 * World.Millisecond);
        s.World.RunFor(World.Second);
        s.RunUntilQuiet();

        // An end that knows what it has used would send nothing (14).
        s.OnDevice((link, _) =>
        {
            link.Faults.SetCountersBack(5);
            link.Session.Epochs.Current.KeystreamNext = long.MinValue;
        });
        var e = Assert.Throws<SimulationException>(() => s.Checker.Up.Send(1));
        Assert.Contains("device used a keystream twice", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Keystreams_of_other_numbers_directions_epochs_and_sessions_are_no_reuse()
    {
        Pair s = NewPair(2);
        s.EachWay(lane => lane.Loss = 0.1);
        s.Connect(World.Minute);
        s.Traffic(200, 20 * World.Millisecond);
        s.World.RunFor(2 * World.Second);
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(2 * World.Second);
        s.OnPeer((link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(2 * World.Second);
        s.OnDevice((link, now) => link.Faults.Terminate(now));
        s.World.RunFor(10 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(2, s.Sessions());
        Assert.True(s.Rules.Encrypted > 400, $"{s.Rules.Encrypted}");
    }

    private static byte[] Keystream(byte first) => [first, .. new byte[31]];

    private static byte[] Data(uint sequence, ulong session = 1, int phase = 0, byte tag = 0)
    {
        return TestNode.OfKind(DatagramKind.Data, sequence, session, phase, tag);
    }

    private static byte[] Recovery(uint sequence, byte tag = 0) => Datagram(DatagramKind.RekeyRequest, sequence, tag);

    private static byte[] Datagram(DatagramKind kind, uint sequence, byte tag = 0) => TestNode.OfKind(kind, sequence, tag: tag);

    private void AssertReuse(int reuses, params byte[][] datagrams)
    {
        World world = NewWorld(1);
        var rules = new WireRules(world) { OnlyCounts = true };
        var node = new TestNode(world, "a", 1);
        Array.ForEach(datagrams, bytes => node.Send(default, bytes));
        Assert.Equal(reuses, rules.Reuses);
        rules.OnlyCounts = false;
        if (reuses > 0)
        {
            var e = Assert.Throws<SimulationException>(() => node.Send(default, datagrams[^1]));
            Assert.Contains("twice under one key", e.What, StringComparison.Ordinal);
        }
    }
}
