using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Scenarios;

/// <summary>How long the peer keeps a link that has no session (13.4).</summary>
public sealed class LinkRetentionTests : SimulationTest
{
    [Fact]
    public void A_link_is_resumed_after_nearly_an_hour_without_a_session() // 13.4
    {
        Pair s = NewPair(1);
        s.Connect();
        s.Traffic(20);
        s.RunUntilQuiet();
        s.Cut();
        s.Traffic(5);
        s.OnPeer((link, now) => link.Faults.ForgetSession(now));
        s.World.RunFor(World.Hour - World.Minute);
        Assert.Equal(LinkState.Dormant, s.PeerLink!.State);
        s.Heal();
        s.Await(() => s.IsConnected, 50 * World.Second, "not connected");
        Assert.True(s.Device.Events.OfKind(LinkEventKind.Connected)[^1].Resumed);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();

        // The hour is that of the last time: this one does not end with the first one's.
        s.World.RunFor(2 * World.Minute);
        Assert.True(s.IsConnected);
    }

    [Fact]
    public void After_an_hour_without_a_session_the_link_expires_and_the_next_begins_anew() // 13.4
    {
        Pair s = NewPair(2);
        s.Connect();
        s.Traffic(20);
        s.RunUntilQuiet();
        s.Cut();
        s.Checker.Up.Send(5);
        s.Checker.Down.Send(3);
        s.OnPeer((link, now) => link.Faults.ForgetSession(now));
        long dormant = s.World.Now;
        Link expired = s.PeerLink!;
        s.World.RunFor(World.Hour + World.Second);
        EventSnapshot closed = Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Closed));
        Assert.Equal(dormant + World.Hour, closed.At);
        Assert.Equal((3, TerminationReason.Expired), (closed.Count, closed.Reason));
        Assert.Equal(LinkState.Closed, expired.State);
        Assert.Equal(SendStatus.Closed, expired.Send(new byte[1], 0, 1, s.Peer.Clock.Now));

        s.Heal();
        s.Await(() => s.IsConnected, World.Minute, "not connected");
        Assert.NotSame(expired, s.PeerLink);
        Assert.False(s.Device.Events.OfKind(LinkEventKind.Connected)[^1].Resumed);
        Assert.Equal(5, Assert.Single(s.Device.Events.OfKind(LinkEventKind.LinkRestarted)).Count);
        Assert.Single(s.Peer.Events.OfKind(LinkEventKind.LinkRestarted));
        s.Await(() => s.Checker.Up.IsDone, World.Minute, "what the device had unacknowledged did not arrive");
        Assert.Equal(25, s.Checker.Up.Read);
    }

    [Theory]
    [InlineData(-300)]
    [InlineData(-150)]
    [InlineData(-50)]
    [InlineData(50)]
    public void A_link_that_expires_while_the_device_comes_back_loses_nothing_of_the_devices(int answerBeforeEnd) // 13.4
    {
        Pair s = NewPair(3);
        s.Connect();
        s.Traffic(20);
        s.RunUntilQuiet();
        s.Cut();
        s.Checker.Up.Send(5);
        s.ForgetSessions();
        long end = s.World.Now + World.Hour;

        // One answer comes through, so many milliseconds before the hour is over; the device needs 200 for the agreement.
        s.World.RunFor(World.Hour - World.Minute);
        long at = end + answerBeforeEnd * World.Millisecond;
        Packet? answer = null;
        s.Up.Heal();
        s.Network.Tap(p => p.Kind == DatagramKind.SynAck && s.World.Now < at, p =>
        {
            answer = p.Copy();
            return Verdict.Drop;
        });
        s.World.RunFor(at - s.World.Now);
        s.Network.Inject(answer!.Source, answer.Destination, answer.Bytes);
        s.Down.Heal();
        s.Await(() => s.IsConnected, World.Minute, "not connected");
        s.Await(() => s.Checker.Up.IsDone && s.IsConnected, World.Minute, "what the device had unacknowledged did not arrive");
        Assert.Equal(25, s.Checker.Up.Read);
        s.Checker.Up.Send(10);
        s.RunUntilQuiet(10 * World.Second);
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void The_link_that_is_longest_without_a_session_makes_room_and_never_a_live_one() // 13.4
    {
        World world = NewWorld(4);
        var options = new ResponderOptions { MaxDormantLinks = 2, Link = WithFaults(LinkOptions.Desktop()) };
        var peer = new PeerNode(world, "peer", Pair.PeerHost, options);
        DeviceNode[] devices = Enumerable.Range(0, 5).Select(i => MakeDevice(world, peer, i)).ToArray();
        Array.ForEach(devices, d => d.Connect());
        Assert.True(world.RunUntil(() => devices.All(d => IsLive(peer, d)), World.Minute));

        PartWith(peer, devices[0]);
        PartWith(peer, devices[1]);
        Assert.Empty(Closed(peer));

        // The first comes back, and goes again: now the second has been without a session for longer.
        ComeBack(peer, devices[0]);
        Assert.True(devices[0].Events.OfKind(LinkEventKind.Connected)[^1].Resumed);
        PartWith(peer, devices[0]);
        PartWith(peer, devices[2]);
        Assert.Equal([devices[1].Link.KeyId], Closed(peer));
        PartWith(peer, devices[3]);
        Assert.Equal([devices[1].Link.KeyId, devices[0].Link.KeyId], Closed(peer));
        Assert.True(IsLive(peer, devices[4]));

        // What was kept is resumed, what was not begins anew.
        ComeBack(peer, devices[2]);
        Assert.True(devices[2].Events.OfKind(LinkEventKind.Connected)[^1].Resumed);
        ComeBack(peer, devices[1]);
        Assert.False(devices[1].Events.OfKind(LinkEventKind.Connected)[^1].Resumed);
    }

    [Fact]
    public void A_peer_that_is_to_keep_no_links_keeps_none() // 13.4
    {
        Pair s = NewPair(5, o => o.Peer.MaxDormantLinks = 0);
        s.Connect();
        ulong session = s.Device.Link.SessionId;
        s.OnPeer((link, now) => link.Faults.ForgetSession(now));
        Assert.True(s.Peer.Events.Has(LinkEventKind.Closed));
        s.Traffic(1);
        s.AwaitOtherSession(session, World.Minute);
        Assert.False(s.Device.Events.OfKind(LinkEventKind.Connected)[^1].Resumed);
    }

    private static LinkOptions WithFaults(LinkOptions options)
    {
        options.FaultInjection = true;
        options.Iterations = 1;
        return options;
    }

    private static DeviceNode MakeDevice(World world, PeerNode peer, int index)
    {
        byte[] psk = world.Random($"psk {index}").Bytes(32);
        peer.AddKey(psk);
        LinkOptions options = WithFaults(LinkOptions.Device());
        return new DeviceNode(world, $"device {index}", Pair.DeviceHost + (uint)index, options, psk, Pair.PeerHost) { JobMicros = 50_000 };
    }

    private static bool IsLive(PeerNode peer, DeviceNode device)
    {
        return device.IsConnected && peer.Links.TryGetValue(device.Link.KeyId, out Link? link) && link.SessionId == device.Link.SessionId;
    }

    private static ulong[] Closed(PeerNode peer) => peer.Events.OfKind(LinkEventKind.Closed).Select(e => e.KeyId).ToArray();

    /// <summary>The device is heard no more, and the peer gives its session up. Then a second passes.</summary>
    private static void PartWith(PeerNode peer, DeviceNode device)
    {
        World world = peer.World;
        world.Network.Lane(device, peer).Blackhole = true;
        world.Network.Lane(peer, device).Blackhole = true;
        peer.Drive(() => peer.Links[device.Link.KeyId].Faults.ForgetSession(peer.Clock.Now));
        device.Drive(() => device.Link.Faults.ForgetSession(device.Clock.Now));
        world.RunFor(World.Second);
    }

    private static void ComeBack(PeerNode peer, DeviceNode device)
    {
        World world = peer.World;
        world.Network.Lane(device, peer).Heal();
        world.Network.Lane(peer, device).Heal();
        Assert.True(world.RunUntil(() => IsLive(peer, device), World.Minute));
    }
}
