using Hoplink.Delivery;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Scenarios;

/// <summary>A link goes on over its sessions (13.4), whatever ends them and whatever is on its way then.</summary>
public sealed class LinkResumptionTests : SimulationTest
{
    private static readonly Action<Pair>[] _endings =
    [
        s => s.OnDevice((link, now) => link.Faults.Terminate(now)),
        s => s.OnPeer((link, now) => link.Faults.Terminate(now)),
        s => s.OnDevice((link, now) => link.Faults.ForgetSession(now)),
        s => s.OnPeer((link, now) => link.Faults.ForgetSession(now)),
        s => s.ForgetSessions(),
    ];

    [Fact]
    public void Over_ten_sessions_each_message_arrives_once_and_in_order() // 13.4
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var s = new Pair(seed);
            SimRandom random = s.World.Random("endings");
            s.EachWay(BadPath);
            s.Connect();
            ulong link = s.Device.Link.LinkId;
            s.Traffic(3000, 10 * World.Millisecond);
            for (int session = 1; session < 10; session++)
            {
                s.World.RunFor(random.Between(500, 3000) * World.Millisecond);
                s.Await(() => s.IsConnected && IsInFlight(s), World.Minute, "nothing in flight");
                ulong ended = s.Device.Link.SessionId;
                _endings[random.Below(_endings.Length)](s);
                s.AwaitOtherSession(ended, 2 * World.Minute);
            }

            s.World.RunFor(30 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Checker.Up.Repeated + s.Checker.Down.Repeated == 0, "a message was read twice");
            EventSnapshot[] connected = s.Device.Events.OfKind(LinkEventKind.Connected);
            s.Require(connected.Length >= 10 && connected.Skip(1).All(e => e.Resumed), "a link began anew");
            s.Require(s.Device.Link.LinkId == link && s.PeerLink!.LinkId == link, "the link is another");
            s.Require(!s.Device.Events.Concat(s.Peer.Events).Any(e => e.Kind == LinkEventKind.LinkRestarted), "a link restarted");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_lost_its_memory_gets_what_the_device_has_unacknowledged_and_both_ends_hear_of_it(bool keepsSecret) // 13.3, 13.4
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.EachWay(BadPath);
            s.Connect();
            s.Traffic(400, 20 * World.Millisecond);
            s.World.RunFor(3 * World.Second);
            s.Await(() => s.Device.Link.Unacknowledged > 0, World.Second, "nothing in flight");
            Restart(s.Peer, keepsSecret, 500 * World.Millisecond);
            long restarted = s.World.Now;
            s.Await(() => s.IsConnected, 5 * World.Minute, "not connected again");
            s.World.RunFor(10 * World.Second);
            s.RunUntilQuiet();
            s.Require(s.Checker.Up.LostWithRam == 0 && s.Checker.Up.Expected == 400, "a message of the device's was lost");
            s.Require(s.Device.Events.OfKind(LinkEventKind.LinkRestarted, restarted).Length == 1, "the device did not hear of it");
            s.Require(s.Peer.Events.OfKind(LinkEventKind.LinkRestarted, restarted).Length == 1, "the peer did not hear of it");
            s.Require(s.Peer.Events.OfKind(LinkEventKind.LinkRestarted)[0].Count == 0, "the peer sends again what it lost");
        }
    }

    [Fact]
    public void A_device_that_lost_its_memory_gets_what_the_peer_has_unacknowledged_and_the_peer_hears_of_it() // 13.4
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed);
            s.EachWay(BadPath);
            s.Connect();
            s.Traffic(400, 20 * World.Millisecond);
            s.World.RunFor(3 * World.Second);
            s.Await(() => s.PeerLink!.Unacknowledged > 0, World.Second, "nothing in flight");
            long restarted = s.World.Now;
            s.Device.Restart(500 * World.Millisecond);
            s.Await(() => s.IsConnected, World.Minute, "not connected again");
            s.World.RunFor(10 * World.Second);
            s.RunUntilQuiet();
            s.Require(s.Checker.Down.LostWithRam == 0 && s.Checker.Down.Expected == 400, "a message of the peer's was lost");
            s.Require(s.Peer.Events.OfKind(LinkEventKind.LinkRestarted, restarted) is [{ Count: > 0 }], "the peer did not hear of it");
            s.Require(!s.Device.Events.Has(LinkEventKind.LinkRestarted, restarted), "the device had no link to restart");
            s.Require(!s.Device.Events.OfKind(LinkEventKind.Connected)[^1].Resumed, "a link was resumed that nobody knew");
        }
    }

    [Fact]
    public void LinkRestarted_counts_what_is_sent_again() // 13.4
    {
        Pair s = NewPair(1);
        s.Connect();
        RestartCutOff(s, s.Device, up: 5, down: 7);
        Assert.Equal(7, Assert.Single(s.Peer.Events.OfKind(LinkEventKind.LinkRestarted)).Count);

        RestartCutOff(s, s.Peer, up: 3, down: 0);
        Assert.Equal(3, Assert.Single(s.Device.Events.OfKind(LinkEventKind.LinkRestarted)).Count);
        s.RunUntilQuiet();
        Assert.Equal(0, s.Checker.Up.Repeated + s.Checker.Down.Repeated);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_the_other_end_expects_more_than_was_sent_the_numbers_move_up(bool deviceExpectsMore) // 13.4
    {
        Pair s = NewPair(2);
        s.Connect();
        s.Traffic(10);
        s.RunUntilQuiet();
        s.Cut();
        s.ForgetSessions();
        ReceiveBuffer ahead = deviceExpectsMore ? s.Device.Link.Inbox : s.PeerLink!.Inbox;
        ahead.SkipTo(ahead.NextExpected + 50);
        MessageStream behind = deviceExpectsMore ? s.Checker.Down : s.Checker.Up;
        behind.Send(4);
        s.Heal();
        s.Await(() => s.IsConnected, World.Minute, "not connected");
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(14, behind.Read);
        Assert.Equal(0, behind.Repeated);
        EndNode restarted = deviceExpectsMore ? s.Peer : s.Device;
        EndNode other = deviceExpectsMore ? s.Device : s.Peer;
        Assert.Single(restarted.Events.OfKind(LinkEventKind.LinkRestarted));
        Assert.Empty(other.Events.OfKind(LinkEventKind.LinkRestarted));
    }

    [Fact]
    public void What_the_SYN_says_takes_no_effect_unless_its_session_completes() // 13.4
    {
        Pair s = NewPair(3);
        s.Connect();
        s.Traffic(20);
        s.RunUntilQuiet();
        s.Cut();
        s.ForgetSessions();
        s.Checker.Down.Send(5);
        s.World.RunFor(2 * World.Second);
        var scripted = new ScriptedInitiator(s);
        scripted.Send(scripted.MakeSyn(p =>
        {
            p.LinkId = s.PeerLink!.LinkId;
            p.NextExpected = 25;
        }).Bytes);
        s.World.RunFor(World.Second);
        Assert.True(HandshakeTests.Read(scripted.Answers[0]).Resumed);
        Assert.Equal(20u, HandshakeTests.Read(scripted.Answers[0]).NextExpected);
        Assert.Equal(5, s.PeerLink!.Unacknowledged);
        s.Heal();
        s.Await(() => s.IsConnected, World.Minute, "not connected");
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    private static bool IsInFlight(Pair s) => s.Device.Link.Unacknowledged > 0 && s.PeerLink!.Unacknowledged > 0;

    internal static void BadPath(Lane lane)
    {
        lane.Loss = 0.05;
        lane.Jitter = Jitter.Uniform(10 * World.Millisecond);
        lane.Reordering = 0.02;
        lane.Duplication = 0.02;
    }

    // Messages are sent that do not arrive, an end loses its memory, and the two meet again.
    private static void RestartCutOff(Pair s, EndNode end, int up, int down)
    {
        s.Cut();
        s.Checker.Up.Send(up);
        s.Checker.Down.Send(down);
        s.World.RunFor(World.Second);
        end.Restart(World.Second);
        s.World.RunFor(2 * World.Second);
        s.Heal();
        s.Await(() => s.IsConnected, World.Minute, "not connected");
    }

    private static void Restart(PeerNode peer, bool keepsSecret, long downMicros)
    {
        if (keepsSecret)
        {
            peer.Restart(downMicros);
        }
        else
        {
            peer.RestartWithoutResetSecret(downMicros);
        }
    }
}
