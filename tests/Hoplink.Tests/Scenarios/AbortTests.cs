using Hoplink.Recovery;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>RST (13.1), and a link that its application ends at once.</summary>
public sealed class AbortTests : SimulationTest
{
    [Theory]
    [InlineData(true, 1024)]
    [InlineData(false, 1024)]
    [InlineData(true, 16384)]
    [InlineData(false, 16384)]
    public void An_abort_sends_RST_three_times_a_tenth_of_a_second_apart(bool deviceAborts, int ports) // 13.1
    {
        Pair s = NewPair(1, o => o.Peer.HopCount = ports);
        s.Connect();
        s.Traffic(100, 20 * World.Millisecond);
        s.World.RunFor(World.Second);
        List<Packet> resets = s.World.Record(p => p.Kind == DatagramKind.Rst && p.Info.IsUnderRecoveryKey);
        long start = s.World.Now;
        int unacknowledged = (deviceAborts ? s.Device.Link : s.PeerLink!).Unacknowledged;
        Abort(s, deviceAborts);
        EndNode aborted = deviceAborts ? s.Device : s.Peer;
        EventSnapshot closed = Assert.Single(aborted.Events.OfKind(LinkEventKind.Closed));
        Assert.Equal((unacknowledged, TerminationReason.ApplicationAbort), (closed.Count, closed.Reason));
        s.World.RunFor(World.Second);
        IEnumerable<long> sent = resets.Where(p => p.From == aborted).Select(p => p.SentAt - start);
        Assert.Equal([0, 100 * World.Millisecond, 200 * World.Millisecond], sent);
        Assert.Equal(LinkState.Closed, (deviceAborts ? s.Device.Link : s.PeerLink!).State);
    }

    [Fact]
    public void The_second_RST_of_the_device_goes_to_the_rendezvous_port() // 13.1
    {
        // protocol.md 13.1 is silent on ports; one of the three gets through where the hop ports do not.
        Pair s = NewPair(2);
        s.Connect();
        s.Network.Tap(p => p.From == s.Device && p.Destination.Port != Scenario.Rendezvous.Port, _ => Verdict.Drop);
        s.Device.Drive(() => s.Device.Link.Abort(s.Device.Clock.Now));
        s.World.RunFor(World.Second);
        Assert.True(s.Peer.Events.Has(LinkEventKind.Terminated));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RST_is_never_answered(bool deviceAborts) // 13.1
    {
        Pair s = NewPair(3);
        s.Connect();
        s.World.RunFor(World.Second);
        EndNode other = deviceAborts ? s.Peer : s.Device;
        List<Packet> answers = s.World.Record(p => p.From == other && p.Kind != DatagramKind.Syn);
        Abort(s, deviceAborts);
        s.World.RunFor(700 * World.Millisecond);
        Assert.Equal(TerminationReason.PeerReset, Assert.Single(other.Events.OfKind(LinkEventKind.Terminated)).Reason);
        Assert.Empty(answers);
    }

    [Fact]
    public void After_an_abort_of_the_peer_the_device_connects_to_a_new_link() // 13.1, 13.4
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.Connect();
            s.Traffic(20);
            s.RunUntilQuiet();
            ulong session = s.Device.Link.SessionId;
            Abort(s, device: false);
            s.Checker.Up.Send(5);
            s.Await(() => s.IsConnected && s.Device.Link.SessionId != session, World.Minute, "not connected");
            s.Require(!s.Device.Events.OfKind(LinkEventKind.Connected)[^1].Resumed, "an aborted link was resumed");
            s.Require(s.Device.Events.Has(LinkEventKind.LinkRestarted), "the device did not hear of it");
            s.Traffic(20);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
        }
    }

    [Fact]
    public void After_an_abort_of_the_device_its_next_link_works_and_brings_what_the_peer_held() // 13.1, 13.4
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.Connect();
            s.Traffic(20);
            s.RunUntilQuiet();
            Abort(s, device: true);
            s.World.RunFor(World.Second);
            s.Checker.Down.Send(5);
            s.Device.Restart(World.Second);
            s.Await(() => s.IsConnected, World.Minute, "not connected");
            s.Traffic(20);
            s.RunUntilQuiet();
            s.Require(s.Checker.Down.LostWithRam == 0 && s.Checker.Down.Expected == 45, "a message of the peer's was lost");
            s.Require(s.Checker.Up.Expected == 40, "a message of the device's was lost");
        }
    }

    [Fact]
    public void A_RST_of_another_session_ends_nothing() // 13.1
    {
        Pair s = NewPair(4);
        List<Packet> resets = s.Record(DatagramKind.Rst);
        s.Connect();
        ulong session = s.Device.Link.SessionId;
        s.OnDevice((link, now) => link.Faults.Terminate(now));
        s.AwaitOtherSession(session, World.Minute);
        int unknown = s.PeerDrops(DropCause.UnknownSession);
        Packet old = resets[0];
        byte[] renamed = (byte[])old.Bytes.Clone();
        BigEndian.WriteUInt64(renamed, WireFormat.SessionIdOffset, s.Device.Link.SessionId);
        s.Network.Inject(old.Source, old.Destination, old.Bytes);
        s.Network.Inject(old.Source, old.Destination, renamed);
        s.World.RunFor(World.Second);
        Assert.True(s.IsConnected);
        Assert.Equal(2, s.Sessions());
        Assert.Equal(1, s.PeerDrops(DropCause.BadTag));
        Assert.Equal(unknown + 1, s.PeerDrops(DropCause.UnknownSession));
    }

    [Fact]
    public void Nothing_more_is_sent_and_nothing_is_taken_after_an_abort() // 13.1
    {
        Pair s = NewPair(5);
        s.Connect();
        Abort(s, device: true);
        s.World.RunFor(World.Second);
        List<Packet> sent = s.World.Record(p => p.From == s.Device);
        Assert.Equal(SendStatus.Closed, s.Device.Send([1]));
        s.OnDevice((link, now) => link.Close(now));
        s.OnDevice((link, now) => link.Abort(now));
        s.World.RunFor(World.Hour);
        Assert.Empty(sent);
        Assert.Single(s.Device.Events.OfKind(LinkEventKind.Closed));
    }

    private static void Abort(Pair s, bool device)
    {
        s.On(device, (link, now) => link.Abort(now));
    }
}
