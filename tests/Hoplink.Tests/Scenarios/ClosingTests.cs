using Hoplink.Recovery;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>The graceful end of a link (6.4).</summary>
public sealed class ClosingTests : SimulationTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Everything_of_both_sides_arrives_before_the_link_ends(bool deviceCloses) // 6.4
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var s = new Pair(seed);
            List<Packet> fins = s.Record(DatagramKind.Fin);
            s.EachWay(LinkResumptionTests.BadPath);
            s.Connect();

            // As many as the links take: they are on their way, or wait, when one side closes.
            s.Traffic(12);
            Close(s, deviceCloses);
            s.Require(Send(s, deviceCloses) == SendStatus.Closed, "the closing side took another message");
            s.Await(() => BothClosed(s), World.Minute, "not closed");
            s.Checker.AssertAllDelivered();
            s.Require(s.Device.Events.OfKind(LinkEventKind.Closed) is [{ Count: 0, Reason: TerminationReason.None }], "the device's end");
            s.Require(s.Peer.Events.OfKind(LinkEventKind.Closed) is [{ Count: 0, Reason: TerminationReason.None }], "the peer's end");
            s.Require((deviceCloses ? s.Peer : (EndNode)s.Device).Events.Has(LinkEventKind.PeerClosing), "the other side was not told");

            // A FIN comes after all is acknowledged, and names the number after the last message.
            s.Require(fins.All(p => p.Info.Message == 12), "a FIN names another number");
            s.Require(s.Device.Link.SessionId == 0 && s.Sessions() == 1, "the session goes on");
        }
    }

    [Fact]
    public void A_FIN_is_sent_only_when_all_is_acknowledged() // 6.4
    {
        Pair s = NewPair(1);
        s.Connect();
        s.Network.DropNext(DatagramKind.Data);
        s.Checker.Up.Send(10);
        s.Device.Close();
        bool early = false;
        s.Network.Tap(p => p.Kind == DatagramKind.Fin && p.From == s.Device, _ =>
        {
            early |= s.Device.Link.Unacknowledged > 0;
            return Verdict.Pass;
        });
        s.Await(() => BothClosed(s), World.Minute, "not closed");
        Assert.False(early);
        s.Checker.AssertAllDelivered();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_FINs_and_answers_are_lost_both_ends_close(bool both) // 6.4
    {
        const int First = 2;
        for (int pattern = 0; pattern < 1 << (4 * First); pattern++)
        {
            var s = new Pair((ulong)pattern);
            s.Connect();
            s.Traffic(2);
            s.RunUntilQuiet();
            int lost = pattern;
            int[] seen = new int[4];
            s.Network.Tap(IsFinOrAnswer, p =>
            {
                int kind = (p.From == s.Device ? 0 : 1) + (p.Kind == DatagramKind.Fin ? 0 : 2);
                int number = seen[kind]++;
                return number < First && ((lost >> (kind * First + number)) & 1) != 0 ? Verdict.Drop : Verdict.Pass;
            });
            s.Device.Close();
            if (both)
            {
                Close(s, device: false);
            }

            s.Await(() => BothClosed(s), 20 * World.Second, "not closed");
            s.World.RunFor(20 * World.Second);
            s.Require(s.Device.Events.OfKind(LinkEventKind.Closed) is [{ Reason: TerminationReason.None }], "the device's end");
            s.Require(s.Peer.Events.OfKind(LinkEventKind.Closed) is [{ Reason: TerminationReason.None }], "the peer's end");
            s.Require(!s.Device.Events.Has(LinkEventKind.Terminated) && !s.Peer.Events.Has(LinkEventKind.Terminated), "a session broke");
            s.Require(s.Device.Events.Rungs().All(r => r == RecoveryLevel.TimeSync), "higher rungs ran");
            s.Require(s.Peer.Events.Rungs().Length == 0, "rungs ran");
        }
    }

    [Fact]
    public void A_FIN_without_answer_is_repeated_eight_times_and_then_the_link_ends() // 6.4
    {
        Pair s = NewPair(2);
        List<Packet> fins = s.Record(DatagramKind.Fin);
        s.Connect();
        s.Traffic(1);
        s.RunUntilQuiet();
        s.Cut();
        s.Device.Close();
        s.Await(() => s.Device.Link.State == LinkState.Closed, World.Minute, "not closed");
        Assert.Equal(9, fins.Count);
        s.World.RunFor(World.Minute);
        Assert.Equal(9, fins.Count);
        Assert.Equal(TerminationReason.FinUnanswered, Assert.Single(s.Device.Events.OfKind(LinkEventKind.Closed)).Reason);
        Assert.False(s.Device.Events.Has(LinkEventKind.Reconnecting));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(25)]
    public void A_blackout_of_many_seconds_at_closing_still_ends_in_a_graceful_close(int seconds) // 6.4
    {
        Pair s = NewPair(2);
        s.Connect();
        s.Traffic(1);
        s.RunUntilQuiet();
        s.Cut();
        s.Device.Close();
        s.World.RunFor(seconds * World.Second);
        s.Heal();
        s.Await(() => s.Device.Link.State == LinkState.Closed && s.Peer.Events.Has(LinkEventKind.Closed), 10 * World.Second, "not closed");
        Assert.Equal(TerminationReason.None, Assert.Single(s.Device.Events.OfKind(LinkEventKind.Closed)).Reason);
        Assert.Equal(TerminationReason.None, Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Closed)).Reason);
    }

    [Fact]
    public void An_end_answers_for_ten_seconds_after_closing() // 6.4
    {
        Pair s = NewPair(3);
        List<Packet> answers = s.World.Record(p => p.From == s.Device && p.Kind == DatagramKind.Ack && IsFinOrAnswer(p));
        s.Connect();
        s.Network.Tap(p => p.From == s.Device && p.Kind == DatagramKind.Ack && IsFinOrAnswer(p), _ => Verdict.Drop);

        // The peer repeats its FIN; two of the repetitions come just before the ten seconds are over, and just after.
        long closed = 0;
        var arrivals = new Queue<long>([9_990, 10_010]);
        s.Network.Tap(
            p => p.From == s.Peer && p.Kind == DatagramKind.Fin, 2, 3,
            _ => Verdict.Delay(closed + arrivals.Dequeue() * World.Millisecond - s.Down.Delay - s.World.Now));
        s.Network.Tap(p => p.From == s.Peer && p.Kind == DatagramKind.Fin, 4, int.MaxValue, _ => Verdict.Drop);
        s.Device.Close();
        s.Await(() => s.Device.Link.State == LinkState.Closed, World.Second, "not closed");
        closed = s.World.Now;
        s.World.RunFor(15 * World.Second);
        Assert.Equal([0, 9_990 * World.Millisecond], answers.Select(p => p.SentAt - closed));
        Assert.Equal(1, s.DeviceDrops(DropCause.UnknownSession));
    }

    [Fact]
    public void A_stateless_reset_after_the_FIN_means_closed() // 6.4
    {
        Pair s = NewPair(4);
        s.Connect();
        s.Traffic(5);
        s.RunUntilQuiet();
        s.Up.Blackhole = true;
        s.Device.Close();
        s.World.RunFor(100 * World.Millisecond);
        s.Peer.Restart(100 * World.Millisecond);
        s.World.RunFor(200 * World.Millisecond);
        s.Up.Heal();
        List<Packet> resets = s.Record(DatagramKind.Rst);
        s.Await(() => s.Device.Link.State == LinkState.Closed, 20 * World.Second, "not closed");
        Assert.NotEmpty(resets);
        Assert.False(s.Device.Events.Has(LinkEventKind.Reconnecting));
        EventSnapshot closed = Assert.Single(s.Device.Events.OfKind(LinkEventKind.Closed));
        Assert.Equal((0, TerminationReason.None), (closed.Count, closed.Reason));
        s.World.RunFor(World.Minute);
        Assert.Equal(1, s.Sessions());
    }

    [Fact]
    public void What_was_sent_before_closing_arrives_over_a_new_session_if_need_be() // 6.4, 13.4
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.Connect();
            s.Cut();
            s.Traffic(8);
            s.Device.Close();
            s.ForgetSessions();
            s.World.RunFor(5 * World.Second);
            s.Heal();
            s.Await(() => BothClosed(s), World.Minute, "not closed");
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 2, "not over a second session");
        }
    }

    [Fact]
    public void Nothing_is_sent_after_the_other_end_has_closed() // 6.4
    {
        Pair s = NewPair(5);
        s.Connect();
        s.Device.Close();
        s.Await(() => s.Peer.Events.Has(LinkEventKind.PeerClosing), World.Second, "no FIN");
        Assert.Equal(SendStatus.Closed, s.Peer.Send(s.KeyId, [1]));
        s.Await(() => BothClosed(s), World.Second, "not closed");
        Assert.Equal(SendStatus.Closed, s.Device.Send([1]));
        Assert.Equal(SendStatus.Closed, s.Peer.Send(s.KeyId, [1]));
    }

    [Fact]
    public void A_device_can_begin_a_new_link_after_closing_one() // 6.4, 13.4
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.Connect();
            s.Traffic(20);
            s.RunUntilQuiet();
            Link first = s.PeerLink!;
            s.Device.Close();
            s.Await(() => BothClosed(s), World.Second, "not closed");
            s.Device.Restart(World.Second);
            s.World.RunFor(2 * World.Second);
            s.Connect();
            s.Require(s.PeerLink != first, "the peer uses the old link");
            s.Require(!s.Peer.Events.Has(LinkEventKind.LinkRestarted), "a link that ended was restarted");
            s.Traffic(20);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
        }
    }

    [Fact]
    public void A_device_that_restarts_while_its_link_closes_gets_a_link_that_stays_open() // 6.4, 13.4
    {
        Pair s = NewPair(6);
        s.Connect();
        s.Network.Tap(p => p.From == s.Peer && IsFinOrAnswer(p), _ => Verdict.Drop);
        s.Device.Close();
        s.World.RunFor(300 * World.Millisecond);
        Assert.True(s.Peer.Events.Has(LinkEventKind.PeerClosing));
        s.Device.Restart(100 * World.Millisecond);
        s.World.RunFor(200 * World.Millisecond);
        s.Connect();
        s.Traffic(50, 100 * World.Millisecond);
        s.World.RunFor(30 * World.Second);
        s.RunUntilQuiet();
        Assert.Equal(50, s.Checker.Up.Read);
        Assert.Equal(50, s.Checker.Down.Read);
        Assert.False(s.Device.Events.Has(LinkEventKind.PeerClosing));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(16384)]
    public void The_peer_hears_a_FIN_that_comes_again_whatever_its_range_of_ports(int ports) // 5.2, 6.4
    {
        Pair s = NewPair(7, o => o.Peer.HopCount = ports);
        s.Connect();
        s.Network.Tap(p => p.From == s.Peer && p.Kind == DatagramKind.Ack && IsFinOrAnswer(p), 1, 4, _ => Verdict.Drop);
        Close(s, device: false);
        s.Await(() => BothClosed(s), 5 * World.Second, "the FIN was not answered");
        s.World.RunFor(World.Minute);
        Assert.Equal(ports > 1024 ? 1 : 1 + ports, s.Peer.BoundPorts.Count);
    }

    private static bool BothClosed(Pair s) => s.Device.Link.State == LinkState.Closed && s.PeerLink?.State == LinkState.Closed;

    private static bool IsFinOrAnswer(Packet p) => (p.Info.Flags & PacketFlags.Fin) != 0;

    private static void Close(Pair s, bool device)
    {
        if (device)
        {
            s.Device.Close();
        }
        else
        {
            s.OnPeer((link, now) => link.Close(now));
        }
    }

    private static SendStatus? Send(Pair s, bool device) => device ? s.Device.Send([1]) : s.Peer.Send(s.KeyId, [1]);
}
