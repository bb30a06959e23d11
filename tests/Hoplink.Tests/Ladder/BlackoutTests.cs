using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>Networks that fall silent and come back (protocol.md 6.3, 8, 9.2, 13.2).</summary>
public sealed class BlackoutTests : LadderTest
{
    /// <summary>
    /// However long nothing came through, so long after the end the ends are connected, no rung runs, no condition holds and the oldest
    /// message that waited has been read: a probe or a request is repeated each second or RTO, a SYN each 2 s (+20 %) at the worst, and
    /// a backoff that is under way, if the first fresh datagram finds one, holds up no message.
    /// </summary>
    private const long Bound = 5 * World.Second;

    public enum Traffic
    {
        BothWays,
        Up,
        Down,
        None,
    }

    public enum Silent
    {
        BothWays,
        Up,
        Down,
    }

    public static TheoryData<int, Traffic, Silent> Blackouts()
    {
        var data = new TheoryData<int, Traffic, Silent>();
        foreach (int seconds in new[] { 1, 10, 60, 600 })
        {
            foreach (Traffic traffic in Enum.GetValues<Traffic>())
            {
                foreach (Silent silent in Enum.GetValues<Silent>())
                {
                    data.Add(seconds, traffic, silent);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Blackouts))]
    public void A_blackout_is_healed_within_five_seconds_of_its_end_and_costs_no_message(int seconds, Traffic traffic, Silent silent)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            Pair s = Connected(seed);
            Send(s, traffic, seconds + 20);
            s.World.RunFor(5 * World.Second + (long)seed * 377 * Ms);
            SetBlackhole(s, silent, true);
            s.World.RunFor(seconds * World.Second);
            SetBlackhole(s, silent, false);
            (long up, long down) = (s.Checker.Up.Accepted, s.Checker.Down.Accepted);
            (long upRead, long downRead) = (s.Checker.Up.Read, s.Checker.Down.Read);
            s.Await(() => IsWell(s) && s.Checker.Up.Read >= Math.Min(up, upRead + 1) && s.Checker.Down.Read >= Math.Min(down, downRead + 1),
                Bound, $"{seconds} s of silence on {silent} with traffic {traffic}: not healed in time");
            s.World.RunFor(20 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            CheckHeight(s, seconds);
        }
    }

    [Theory]
    [InlineData(Silent.Up)]
    [InlineData(Silent.Down)]
    public void An_end_that_hears_the_other_all_the_while_learns_by_an_echo_that_its_own_way_is_open_again(Silent silent)
    {
        // 6.3: its RTO doubles up to 32 s meanwhile, and no silence ends. A probe each second does it (7).
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Pair s = Connected(seed);
            s.World.RunFor(5 * World.Second);
            EndNode mute = silent == Silent.Up ? s.Device : s.Peer;
            MessageStream waiting = silent == Silent.Up ? s.Checker.Up : s.Checker.Down;
            s.Network.Tap(p => p.Kind is not (DatagramKind.Data or DatagramKind.Ack or DatagramKind.Heartbeat), _ => Verdict.Drop);
            Tap dark = s.Network.Tap(p => p.From == mute, _ => Verdict.Drop);
            waiting.Send(1);

            // What the other end says it repeats, so that there is always something fresh.
            (silent == Silent.Up ? s.Checker.Down : s.Checker.Up).SendEvery(100 * Ms, 600);
            s.World.RunFor(40 * World.Second);
            dark.Dispose();
            s.Await(() => waiting.Read == 1, World.Second + 100 * Ms, "the oldest message waits for a doubled RTO");
        }
    }

    [Fact]
    public void After_a_blackout_neither_end_waits_for_an_RTO_that_doubled_meanwhile()
    {
        // 6.3: both wait for 26 s at least when it ends, and neither has anything to say but what waits.
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Pair s = Connected(seed);
            s.Network.Tap(p => p.Kind is not (DatagramKind.Data or DatagramKind.Ack or DatagramKind.Heartbeat), _ => Verdict.Drop);
            s.EachWay(lane => lane.Blackhole = true);
            s.Traffic(1);
            s.World.RunFor(26 * World.Second);
            s.EachWay(lane => lane.Blackhole = false);
            s.Await(() => s.Checker.AllDelivered, World.Second + 200 * Ms, "a message waits for a doubled RTO");
        }
    }

    [Fact]
    public void A_device_in_the_dark_climbs_the_ladder_to_L4_and_ends_the_session_90_s_after_it_heard_its_last()
    {
        // 8, 9.2: PortMismatch after a second, L1 and L2 in vain, L3; Partition at 90 s ends it, since another group fails as well.
        Pair s = WithTraffic(1, messages: 200);
        s.EachWay(lane => lane.Blackhole = true);
        long last = s.World.Now;
        s.Await(() => s.Device.Events.Has(LinkEventKind.Terminated), 2 * World.Minute, "no L4");
        Assert.InRange(s.World.Now - last, 90 * World.Second, 90 * World.Second + 20 * Ms);
        EventSnapshot end = Assert.Single(s.Device.Events.OfKind(LinkEventKind.Terminated));
        Assert.Equal((TerminationReason.PartitionAndFailure, RecoveryLevel.ConnectionTerminate), (end.Reason, end.Level));
        Assert.Equal([1, 2, 3], s.Device.Events.Rungs().Select(level => (int)level).Distinct());
    }

    [Fact]
    public void A_peer_in_the_dark_with_nothing_to_send_probes_at_45_s_and_ends_the_session_after_10_minutes()
    {
        // 7: Partition alone starts no rung.
        Pair s = Connected(2);
        using var probes = new Recorder(s.Network, p => p.From == s.Peer);
        s.EachWay(lane => lane.Blackhole = true);
        long last = s.World.Now;
        s.World.RunFor(598 * World.Second);
        long heard = probes.Packets[0].SentAt - 45 * World.Second;
        Assert.InRange(heard, 0, last);
        Assert.All(probes.Packets, p => Assert.Equal(DatagramKind.Heartbeat, p.Kind));
        Assert.True(s.Holds(s.Peer, FailureCondition.Partition));
        Assert.Empty(s.Peer.Events.Rungs());

        s.World.RunFor(2 * World.Second);
        EventSnapshot end = Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Terminated));
        Assert.Equal((TerminationReason.Silence, heard + 600 * World.Second), (end.Reason, end.At));
    }

    [Fact]
    public void Junk_does_not_end_the_session_of_a_peer_in_the_dark()
    {
        // 8, D9: what anybody can bring about may start an L3, and must not do more: it is no second group beside Partition.
        Pair s = Connected(2);
        using var sent = new Recorder(s.Network, p => p.From == s.Device && p.Info.IsUnderSessionKey);
        s.World.RunFor(31 * World.Second);
        Packet packet = sent.Packets[^1];
        s.EachWay(lane => lane.Blackhole = true);
        s.World.RunFor(100 * World.Second);
        Assert.True(s.Holds(s.Peer, FailureCondition.Partition));
        byte[] junk = [.. packet.Bytes];
        junk[^1]++;
        for (int i = 0; i < 10; i++)
        {
            s.Network.Inject(packet.Source, packet.Destination, junk, i * Ms);
        }

        s.World.RunFor(20 * Ms);
        Assert.True(s.Holds(s.Peer, FailureCondition.AuthFailures));
        Assert.Equal([RecoveryLevel.SessionRekey], s.Peer.Events.Rungs());
        s.World.RunFor(World.Minute);
        Assert.False(s.Peer.Events.Has(LinkEventKind.Terminated));
    }

    [Fact]
    public void A_peer_in_the_dark_with_messages_to_deliver_ends_the_session_by_L4()
    {
        // D1: Partition and a second group, here DeliveryStalled.
        Pair s = Connected(3);
        s.EachWay(lane => lane.Blackhole = true);
        s.Checker.Down.Send(5);
        s.Await(() => s.Peer.Events.Has(LinkEventKind.Terminated), 5 * World.Minute, "no L4");
        Assert.Equal(TerminationReason.PartitionAndFailure, s.Peer.Events.OfKind(LinkEventKind.Terminated).Single().Reason);
        Assert.True(s.Peer.Began(FailureCondition.DeliveryStalled));
        s.EachWay(lane => lane.Heal());
        s.RunUntilQuiet(10 * World.Second);
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void A_blackout_that_comes_and_goes_every_few_seconds_costs_no_message()
    {
        Pair s = WithTraffic(4, messages: 3000);
        bool dark = false;
        s.World.Every(3700 * Ms, () =>
        {
            dark = !dark && s.World.Now < World.Minute;
            s.EachWay(lane => lane.Blackhole = dark);
            return s.World.Now < World.Minute;
        });
        s.World.RunFor(62 * World.Second);
        s.RunUntilQuiet(30 * World.Second);
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    private static void Send(Pair s, Traffic traffic, int seconds)
    {
        if (traffic is Traffic.BothWays or Traffic.Up)
        {
            s.Checker.Up.SendEvery(100 * Ms, seconds * 10);
        }

        if (traffic is Traffic.BothWays or Traffic.Down)
        {
            s.Checker.Down.SendEvery(100 * Ms, seconds * 10);
        }
    }

    private static void SetBlackhole(Pair s, Silent silent, bool dark)
    {
        s.Up.Blackhole = dark && silent != Silent.Down;
        s.Down.Blackhole = dark && silent != Silent.Up;
    }

    private static bool IsWell(Pair s)
    {
        return s.IsConnected && s.Device.Link.Level == RecoveryLevel.None && s.PeerLink!.Level == RecoveryLevel.None
            && (s.Device.Link.Conditions | s.PeerLink.Conditions) == 0;
    }

    /// <summary>Nobody climbs higher than the silence is long: L4 wants 90 s of it, L2 and L3 three attempts below.</summary>
    private static void CheckHeight(Pair s, int seconds)
    {
        RecoveryLevel[] rungs = [.. s.Device.Events.Rungs(), .. s.Peer.Events.Rungs()];
        RecoveryLevel highest = seconds <= 1 ? RecoveryLevel.TimeSync : seconds <= 10 ? RecoveryLevel.SequenceRepair : RecoveryLevel.SessionRekey;
        Assert.All(rungs, level => Assert.InRange(level, RecoveryLevel.TimeSync, highest));
        Assert.Equal(seconds < 90 ? 1 : 2, s.Device.Events.OfKind(LinkEventKind.Connected).Length);
    }
}
