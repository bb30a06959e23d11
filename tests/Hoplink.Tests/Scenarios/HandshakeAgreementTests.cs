using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>What the ends agree on, and how they do it when a key agreement takes long.</summary>
public sealed class HandshakeAgreementTests : SimulationTest
{
    [Theory]
    [InlineData(7, 5, 5)]
    [InlineData(3, 4096, 3)]
    [InlineData(1, 1, 1)]
    public void Both_ends_use_the_smaller_count_of_iterations(int device, int peer, int expected) // 4.2
    {
        Pair s = NewPair(1, o =>
        {
            o.Device.Iterations = device;
            o.Peer.Link.Iterations = peer;
        });
        List<Packet> answers = s.Record(DatagramKind.SynAck);
        s.Connect();
        Assert.Equal(expected, HandshakeTests.Read(answers[0]).Iterations);

        // A rekey derives with the same count, or its ends would not meet.
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.Traffic(20, 10 * World.Millisecond);
        s.World.RunFor(2 * World.Second);
        s.RunUntilQuiet();
        Assert.Equal(1u, Assert.Single(s.Device.Events.OfKind(LinkEventKind.Rekeyed)).Epoch);
        Assert.Equal(1u, Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Rekeyed)).Epoch);
    }

    [Theory]
    [InlineData(640, 1232, 640)]
    [InlineData(1232, 500, 500)]
    [InlineData(1232, 1232, 1232)]
    public void Both_ends_use_the_smaller_of_the_two_largest_datagrams(int device, int peer, int expected) // 4.2
    {
        Pair s = NewPair(2, o =>
        {
            o.Device.MaxDatagram = device;
            o.Peer.Link.MaxDatagram = peer;
        });
        List<Packet> data = s.Record(DatagramKind.Data);
        s.Connect();
        int longest = expected - WireFormat.Overhead - DataPayload.HeaderSize;
        Assert.Equal(longest, s.Device.Link.MaxMessageBytes);
        Assert.Equal(longest, s.PeerLink!.MaxMessageBytes);
        s.Checker.Up.Sizes = s.Checker.Down.Sizes = (longest, longest);
        s.Traffic(30);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.All(data, p => Assert.Equal(expected, p.Bytes.Length));
        Assert.Throws<ArgumentException>(() => s.Device.Send(new byte[longest + 1]));
        Assert.Throws<ArgumentException>(() => s.Peer.Send(s.KeyId, new byte[longest + 1]));
    }

    [Fact]
    public void A_device_that_takes_nine_seconds_for_an_agreement_connects() // 4, 4.1
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o => o.DeviceJobMicros = 9 * World.Second);
            s.EachWay(lane => lane.Loss = 0.2);
            s.Connect(World.Minute);
            s.Traffic(50, 20 * World.Millisecond);
            s.World.RunFor(2 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "more than one session");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_slow_device_rekeys_while_traffic_goes_on(bool deviceAsks) // 9.2, 12.1
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o => o.DeviceJobMicros = 9 * World.Second);
            s.EachWay(lane => lane.Loss = 0.05);
            s.Connect(World.Minute);
            s.World.RunFor(10 * World.Second);
            s.Traffic(1200, 50 * World.Millisecond);
            s.World.RunFor(World.Second);
            s.On(deviceAsks, (link, now) => link.ReportKeyCompromise(now));
            for (int second = 0; second < 8; second++)
            {
                (long up, long down) = (s.Checker.Up.Read, s.Checker.Down.Read);
                s.World.RunFor(2 * World.Second);
                s.Require(s.Checker.Up.Read >= up + 20 && s.Checker.Down.Read >= down + 20, "traffic stands still");
            }

            s.World.RunFor(50 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            EventSnapshot[] rekeyed = [.. s.Device.Events.OfKind(LinkEventKind.Rekeyed), .. s.Peer.Events.OfKind(LinkEventKind.Rekeyed)];
            s.Require(rekeyed.Length == 2 && rekeyed.All(e => e.Epoch == 1), "not one rekey at each end");
            EventLog asker = deviceAsks ? s.Device.Events : s.Peer.Events;
            s.Require(asker.Rungs() is [RecoveryLevel.SessionRekey], "the rekey took more than one attempt");
            s.Require(s.Sessions() == 1, "the session did not last");
        }
    }

    [Fact]
    public void Two_devices_with_one_key_take_turns_and_corrupt_nothing() // 4, 13.4
    {
        World world = NewWorld(1);
        _ = new WireRules(world);
        byte[] psk = world.Random("psk").Bytes(32);
        var peer = new PeerNode(world, "peer", Pair.PeerHost, new ResponderOptions());
        ulong keyId = peer.AddKey(psk);
        var twins = new[] { MakeTwin(world, psk, 1), MakeTwin(world, psk, 2) };
        var read = new List<string>();
        peer.MessageRead += (_, message) => read.Add(Convert.ToHexString(message));
        var heard = new List<string>();
        Array.ForEach(twins, twin => twin.MessageRead += (_, message) => heard.Add(Convert.ToHexString(message)));

        Array.ForEach(twins, twin => twin.Connect());
        var sent = new HashSet<string>();
        var told = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            world.RunFor(100 * World.Millisecond);
            Array.ForEach(twins, twin => Tell(world, sent, message => twin.Send(message)));
            Tell(world, told, message => peer.Send(keyId, message));
        }

        Assert.Subset(sent, read.ToHashSet());
        Assert.Subset(told, heard.ToHashSet());
        Assert.True(peer.Links[keyId].Statistics.Sessions > 2);

        // Left alone, one of them has the link to itself.
        twins[1].Pause(World.Hour);
        Assert.True(world.RunUntil(() => twins[0].IsConnected && twins[0].Link.SessionId == peer.Links[keyId].SessionId, World.Minute));
        Assert.True(world.RunUntil(() => twins[0].Link.Unacknowledged == 0, World.Minute));
        read.Clear();
        Tell(world, sent, message => twins[0].Send(message));
        Assert.True(world.RunUntil(() => twins[0].Link.Unacknowledged == 0, World.Minute));
        Assert.Single(read);
        Assert.Subset(sent, read.ToHashSet());
    }

    private static void Tell(World world, HashSet<string> accepted, Func<byte[], SendStatus?> send)
    {
        byte[] message = world.Random("message " + world.Now + accepted.Count).Bytes(40);
        if (send(message) == SendStatus.Accepted)
        {
            accepted.Add(Convert.ToHexString(message));
        }
    }

    private static DeviceNode MakeTwin(World world, byte[] psk, int number)
    {
        LinkOptions options = LinkOptions.Device();
        options.Iterations = 1;
        return new DeviceNode(world, "twin " + number, Pair.DeviceHost + (uint)number, options, psk, Pair.PeerHost) { JobMicros = 50_000 };
    }
}
