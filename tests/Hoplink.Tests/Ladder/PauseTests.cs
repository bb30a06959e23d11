using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>Ends that stand still for a while, as a suspended process does: what they received counts before their timers run.</summary>
public sealed class PauseTests : LadderTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pause_of_30_s_costs_no_message_and_no_session(bool device)
    {
        Pair s = WithTraffic(1, messages: 3000);
        EndNode end = s.End(device);
        end.Pause(30 * World.Second);
        s.World.RunFor(30 * World.Second);
        s.Await(() => s.Device.Link.Level == RecoveryLevel.None && s.PeerLink!.Level == RecoveryLevel.None, 10 * World.Second, "not healed");
        s.World.RunFor(30 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_100_s_an_end_that_was_written_to_sees_no_partition(bool device)
    {
        // 8, Partition: more than 90 s lie between the last datagram before the pause and the moment after it, but what waits in the
        // socket is fresh. The other end stands still from the 89th second on, until the answers wait in its own socket.
        Pair s = Connected(2);
        EndNode end = s.End(device);
        EndNode other = s.Other(end);
        end.Pause(100 * World.Second);
        s.World.RunFor(85 * World.Second);
        s.Traffic(3);
        s.World.RunFor(4 * World.Second);
        other.Pause(12 * World.Second);
        s.World.RunFor(13 * World.Second);
        Assert.False(end.Began(FailureCondition.Partition));
        Assert.False(other.Began(FailureCondition.Partition));
        s.RunUntilQuiet(20 * World.Second);
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_100_s_the_other_end_has_gone_and_the_link_goes_on_in_a_new_session(bool device)
    {
        // The RST, or a stateless reset, tells the end that slept; nothing is lost.
        Pair s = WithTraffic(3, messages: 6000);
        EndNode end = s.End(device);
        end.Pause(100 * World.Second);
        s.World.RunFor(100 * World.Second);
        s.Await(() => s.IsConnected, 10 * World.Second, "not connected");
        s.World.RunFor(30 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.False(end.Began(FailureCondition.StateCorrupt));
        Assert.InRange(s.Device.Events.OfKind(LinkEventKind.Connected).Length, 1, 2);
    }

    [Fact]
    public void A_device_that_sleeps_through_a_rekey_of_the_peers_takes_part_when_it_wakes()
    {
        // The request waits in its socket; the agreement follows, and with it the proof.
        Pair s = Connected(4);
        s.Device.Pause(5 * World.Second);
        s.Do(s.Peer, (link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(7 * World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        Assert.Equal([RecoveryLevel.SessionRekey], s.Peer.Events.Rungs());
        s.Traffic(10);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pauses_of_random_length_at_both_ends_cost_no_message(ulong seed)
    {
        Pair s = WithTraffic(seed, messages: 5000);
        SimRandom random = s.World.Random("pauses");
        for (int i = 0; i < 12; i++)
        {
            s.End(random.Chance(0.5)).Pause(random.Between(100 * Ms, 20 * World.Second));
            s.World.RunFor(random.Between(World.Second, 20 * World.Second));
        }

        s.World.RunFor(World.Minute);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }
}
