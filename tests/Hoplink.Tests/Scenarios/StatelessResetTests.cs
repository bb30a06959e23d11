using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>A peer that does not know a session says so (13.3).</summary>
public sealed class StatelessResetTests : SimulationTest
{
    [Fact]
    public void A_peer_that_restarts_with_its_secret_costs_one_round_trip_and_a_handshake() // 13.3
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var s = new Pair(seed, o =>
            {
                o.Delay = 50 * World.Millisecond;
                o.KeepTrace = true;
            });
            s.Connect();
            s.Traffic(500, 20 * World.Millisecond);
            s.World.RunFor(2 * World.Second);
            ulong session = s.Device.Link.SessionId;
            s.Peer.Restart(100 * World.Millisecond);
            long up = s.World.Now + 100 * World.Millisecond;
            s.AwaitOtherSession(session, World.Minute);

            // From the first datagram that it could answer: reset, SYN, SYN_ACK, agreement at either end, first datagram.
            TraceEntry first = s.World.Trace.Entries.First(e =>
                e.Time > up && e.Node == "peer" && e.Kind == TraceKind.Delivered && e.Info.Length > WireFormat.StatelessResetSize);
            long agreements = s.Device.JobMicros + s.Peer.JobMicros;
            s.Require(s.World.Now - first.Time <= 4 * 50 * World.Millisecond + agreements, "it took longer");
            s.Require(s.Device.Events.Rungs().Length == 0, "the ladder was climbed");
            s.World.RunFor(12 * World.Second);
            s.RunUntilQuiet();
            s.Require(s.Checker.Up.LostWithRam == 0, "a message of the device's was lost");
        }
    }

    [Fact]
    public void Without_the_secret_it_takes_the_ladder_and_termination() // 9.2, 13.3
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.Connect();
            s.Traffic(100, 20 * World.Millisecond);
            s.World.RunFor(World.Second);
            ulong session = s.Device.Link.SessionId;
            s.Peer.RestartWithoutResetSecret(World.Second);
            s.AwaitOtherSession(session, 5 * World.Minute);
            s.Require(s.Device.Events.Rungs().Length > 0, "no rung");
            s.Require(s.Device.Events.Rungs().All(r => r >= RecoveryLevel.TimeSync), "no rung");
            s.Require(s.Device.Events.OfKind(LinkEventKind.Terminated).Length == 1, "not terminated once");
            s.World.RunFor(10 * World.Second);
            s.RunUntilQuiet();
            s.Require(s.Checker.Up.LostWithRam == 0 && s.Checker.Up.Expected == 100, "a message of the device's was lost");
        }
    }

    [Fact]
    public void A_forged_reset_ends_nothing() // 13.3, D9
    {
        Pair s = NewPair(1);
        s.Connect();
        s.Traffic(600, 100 * World.Millisecond);
        SimRandom random = s.World.Random("forger");
        int forged = 0;
        s.World.Every(200 * World.Millisecond, () =>
        {
            byte[] reset = MakeReset(s.Device.Link.SessionId, random.Bytes(32));
            s.Network.Inject(Scenario.Rendezvous, new SimEndpoint(Pair.DeviceHost, s.Device.LocalPort), reset);
            s.Network.Inject(new SimEndpoint(Pair.DeviceHost, s.Device.LocalPort), Scenario.Rendezvous, reset);
            return ++forged < 300;
        });
        s.World.RunFor(62 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(1, s.Sessions());
        Assert.Equal(300, s.DeviceDrops(DropCause.BadTag));
        Assert.Equal(300, s.PeerDrops(DropCause.NotExpected));
        Assert.All(s.Device.Events.Rungs(), level => Assert.Equal(RecoveryLevel.SessionRekey, level));
        Assert.InRange(s.Device.Events.Rungs().Length, 0, 2);
    }

    [Fact]
    public void The_token_of_one_session_does_not_reset_another() // 13.3
    {
        Pair s = NewPair(2);
        s.Connect();
        ulong first = s.Device.Link.SessionId;
        List<Packet> resets = s.World.Record(p => p.Kind == DatagramKind.Rst && p.From == s.Peer);
        s.OnPeer((link, now) => link.Faults.ForgetSession(now));
        s.Checker.Up.Send(1);
        s.AwaitOtherSession(first, World.Minute);
        Assert.NotEmpty(resets);
        byte[] old = resets[0].Bytes;
        s.Network.Inject(resets[0].Source, resets[0].Destination, old);
        byte[] renamed = (byte[])old.Clone();
        BigEndian.WriteUInt64(renamed, WireFormat.SessionIdOffset, s.Device.Link.SessionId);
        s.Network.Inject(resets[0].Source, resets[0].Destination, renamed);
        s.World.RunFor(World.Second);
        Assert.True(s.IsConnected);
        Assert.Equal(2, s.Sessions());
        Assert.Equal(1, s.DeviceDrops(DropCause.UnknownSession));
        Assert.Equal(1, s.DeviceDrops(DropCause.BadTag));
    }

    [Fact]
    public void Each_address_gets_at_most_ten_resets_a_second() // 13.3
    {
        Pair s = NewPair(3);
        var first = new HostileNode(s.World, "first", Scenario.MakeAddress(1));
        var second = new HostileNode(s.World, "second", Scenario.MakeAddress(2));
        byte[] unknown = MakeUnknown(s, WireFormat.StatelessResetSize + 1);
        for (int i = 0; i < 100; i++)
        {
            // From port to port of one address, which is one address still.
            first.Send(1000 + i, Scenario.Rendezvous, unknown);
            second.Send(1000, Scenario.Rendezvous, unknown);
            s.World.RunFor(5 * World.Millisecond);
        }

        s.World.RunFor(400 * World.Millisecond);
        Assert.Equal(10, first.Received.Count);
        Assert.Equal(10, second.Received.Count);
        Assert.Equal(180, s.PeerDrops(DropCause.RateLimited));
        Assert.Equal(20, s.PeerDrops(DropCause.UnknownSession));
        s.World.RunFor(World.Second);
        first.Send(1000, Scenario.Rendezvous, unknown);
        s.World.RunFor(World.Second);
        Assert.Equal(11, first.Received.Count);
    }

    [Fact]
    public void Addresses_that_take_turns_get_no_more_than_ten_resets_a_second_each() // 13.3
    {
        Pair s = NewPair(4);
        HostileNode[] nodes = Enumerable.Range(1, 200).Select(i => new HostileNode(s.World, "n" + i, Scenario.MakeAddress(i))).ToArray();
        byte[] unknown = MakeUnknown(s, 100);
        for (int round = 0; round < 20; round++)
        {
            foreach (HostileNode node in nodes)
            {
                node.Send(1000, Scenario.Rendezvous, unknown);
            }

            s.World.RunFor(20 * World.Millisecond);
        }

        s.World.RunFor(100 * World.Millisecond);
        Assert.All(nodes, node => Assert.InRange(node.Received.Count, 0, 10));
        Assert.Contains(nodes, node => node.Received.Count == 10);
    }

    [Fact]
    public void A_datagram_no_longer_than_the_reset_gets_none() // 13.3
    {
        Pair s = NewPair(5);
        var node = new HostileNode(s.World, "node", Scenario.MakeAddress(1));
        for (int length = WireFormat.Overhead + DataPayload.HeaderSize + 1; length <= WireFormat.StatelessResetSize; length++)
        {
            node.Send(1000, Scenario.Rendezvous, MakeUnknown(s, length));
        }

        s.World.RunFor(World.Second);
        Assert.Empty(node.Received);
        node.Send(1000, Scenario.Rendezvous, MakeUnknown(s, WireFormat.StatelessResetSize + 1));
        s.World.RunFor(World.Second);
        Packet reset = Assert.Single(node.Received);
        Assert.Equal(WireFormat.StatelessResetSize, reset.Bytes.Length);
        Assert.Equal(Scenario.Rendezvous, reset.Source);
    }

    [Fact]
    public void Two_peers_that_know_nothing_of_each_other_do_not_go_on_answering() // 13.3
    {
        World world = NewWorld(6);
        var one = new PeerNode(world, "one", Pair.PeerHost, new ResponderOptions());
        var two = new PeerNode(world, "two", Scenario.MakeAddress(2), new ResponderOptions());
        List<Packet> sent = world.Record(_ => true);
        byte[] unknown = MakeUnknown(world, 200);
        world.Network.Inject(new SimEndpoint(two.Host, 40100), new SimEndpoint(one.Host, 40100), unknown);
        world.RunFor(World.Minute);
        Assert.Equal(DatagramKind.Rst, Assert.Single(sent).Kind);
        Assert.Equal(1, two.Responder.Drops.Of(DropCause.NotExpected));
    }

    [Fact]
    public void Nothing_of_the_reset_tells_the_token_before_it_is_sent() // 4.2, 13.3
    {
        Pair s = NewPair(7);
        List<Packet> all = s.World.Record(_ => true);
        s.Connect();
        int handshake = all.Count;
        s.OnPeer((link, now) => link.Faults.ForgetSession(now));
        s.Checker.Up.Send(1);
        s.Await(() => s.Device.Events.Has(LinkEventKind.Terminated), World.Minute, "no reset");
        Packet reset = all.Skip(handshake).First(p => p.Kind == DatagramKind.Rst);
        byte[] token = reset.Bytes[WireFormat.HeaderSize..^WireFormat.TagSize];
        Assert.All(all.Take(handshake), p => Assert.Equal(-1, p.Bytes.AsSpan().IndexOf(token)));
    }

    private static byte[] MakeUnknown(Pair s, int length) => MakeUnknown(s.World, length);

    /// <summary>DATA of a session that nobody has.</summary>
    private static byte[] MakeUnknown(World world, int length)
    {
        byte[] bytes = world.Random("unknown").Bytes(length);
        new Header
        {
            Type = PacketType.Data,
            Flags = PacketFlags.Ack | PacketFlags.Psh,
            SessionId = 0x1234567890ABCDEF,
            Sequence = 1,
            PayloadLength = length - WireFormat.Overhead,
        }.Write(bytes, 0);
        return bytes;
    }

    private static byte[] MakeReset(ulong sessionId, byte[] tokenAndTag)
    {
        byte[] bytes = new byte[WireFormat.StatelessResetSize];
        tokenAndTag.CopyTo(bytes, WireFormat.HeaderSize);
        new Header
        {
            Type = PacketType.Reset,
            Flags = PacketFlags.Rst,
            SessionId = sessionId,
            PayloadLength = WireFormat.ResetTokenSize,
        }.Write(bytes, 0);
        return bytes;
    }
}
