using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Attacks;
using Hoplink.Tests.Scenarios;

namespace Hoplink.Tests.Ladder;

/// <summary>
/// The faults that the demo plays, each in 20 worlds that differ in the device's profile and speed, in round trip and jitter, and in the
/// moment of the fault. A message goes each way every 20 ms from before the fault until long after it: each fault heals within its bound,
/// by the rungs meant for it, and what it costs is reported to the message.
/// </summary>
public sealed class DemoFaultsTests : LadderTest
{
    private const int Worlds = 20;
    private const long Interval = 20 * Ms;
    private const int Messages = 1000;
    private const RecoveryLevel One = RecoveryLevel.TimeSync;
    private const RecoveryLevel Two = RecoveryLevel.SequenceRepair;
    private const RecoveryLevel Three = RecoveryLevel.SessionRekey;

    /// <summary>The longest round trip of these worlds.</summary>
    private const long LongestRoundTrip = 120 * Ms;

    public static TheoryData<ulong> Seeds() => [.. Enumerable.Range(1, Worlds).Select(seed => (ulong)seed)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Loss_of_10_percent_with_jitter_runs_nothing_above_L1(ulong seed)
    {
        // A message of the device's that is lost three times in a row looks as if the ports did not meet (8, PortMismatch).
        Pair s = Begin(seed);
        s.EachWay(lane =>
        {
            lane.Loss = 0.1;
            lane.KeepOrder = false;
            lane.Jitter = Jitter.Uniform(20 * Ms);
        });
        s.World.RunFor(10 * World.Second);
        s.EachWay(lane => lane.Loss = 0);
        AwaitHealed(s, 2 * World.Second);
        AssertWellToTheEnd(s);
        Assert.All(s.Device.Events.Rungs(), level => Assert.Equal(One, level));
        Assert.Empty(s.Peer.Events.Rungs());
        AssertOneSession(s);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_clock_that_jumps_by_3_s_is_corrected_by_L1_within_4_s(ulong seed)
    {
        // 10: six parts at most, in 2.5 s. Both ends count: the peer sees the wrong ports and asks.
        Pair s = Begin(seed);
        s.JumpClock(s.Device, 3 * World.Second);
        AwaitHealed(s, 4 * World.Second, () => s.Device.Successes(One).Length > 0);
        AssertWellToTheEnd(s);
        Assert.Equal([One], s.Device.Events.Rungs());
        Assert.Equal([One], s.Peer.Events.Rungs());
        Assert.InRange(s.ClockError(), -10 * Ms, 10 * Ms);
        AssertOneSession(s);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_clock_that_jumps_by_60_s_is_refused_by_L1_and_stepped_by_L3_within_2_s(ulong seed)
    {
        Pair s = Begin(seed);
        s.JumpClock(s.Device, 60 * World.Second);
        AwaitHealed(s, 2 * World.Second, () => s.Device.Successes(Three).Length > 0);
        AssertWellToTheEnd(s);
        Assert.Equal([One, Three], s.Device.Events.Rungs());
        Assert.Equal([RecoveryResult.TimeResyncOffsetTooLarge], Failures(s.Device, One));
        Assert.InRange(s.ClockError(), -LongestRoundTrip / 2, LongestRoundTrip / 2);
        AssertOneSession(s);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_device_that_forgets_what_it_has_sent_is_helped_by_L2_within_3_s_and_the_loss_is_told_to_the_message(ulong seed)
    {
        // What the device sends in 100 ms is lost, and forgotten after 60.
        Pair s = Begin(seed);
        s.EachWay(lane => lane.Blackhole = true);
        s.World.RunFor(60 * Ms);
        Assert.True(s.Do(s.Device, link => link.Faults.ForgetSendHistory()) > 0);
        long forgotten = s.Checker.Up.Accepted;
        s.World.RunFor(60 * Ms);
        s.EachWay(lane => lane.Blackhole = false);
        (long arrived, long gone) = (s.Checker.Up.Read, forgotten - s.Checker.Up.Read);
        AwaitHealed(s, 3 * World.Second, () => s.Peer.Successes(Two).Length > 0);

        EventSnapshot lost = Assert.Single(s.Peer.Events.OfKind(LinkEventKind.MessagesLost));
        Assert.InRange(gone, 1, 4);
        Assert.Equal((arrived, gone), (lost.First, lost.Count));
        AssertWellToTheEnd(s, lost: gone);
        Assert.Equal([Two], s.Peer.Events.Rungs());
        Assert.Empty(s.Device.Events.Rungs());
        AssertOneSession(s);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_damaged_session_key_is_replaced_by_L3_within_2_s(ulong seed)
    {
        Pair s = Begin(seed);
        Assert.True(s.Do(s.Device, link => link.Faults.DamageSessionKey()));
        AwaitHealed(s, 2 * World.Second, () => s.EpochOf(s.Device) == 1 && s.EpochOf(s.Peer) == 1);
        AssertWellToTheEnd(s);
        Assert.Equal([Three], s.Device.Events.Rungs());
        Assert.Equal([Three], s.Peer.Events.Rungs());
        AssertOneSession(s);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_blackout_of_12_s_is_over_2_s_after_its_end_and_runs_nothing_above_L1(ulong seed)
    {
        Pair s = Begin(seed);
        s.EachWay(lane => lane.Blackhole = true);
        s.World.RunFor(12 * World.Second);
        s.EachWay(lane => lane.Blackhole = false);
        AwaitHealed(s, 2 * World.Second);
        AssertWellToTheEnd(s);
        Assert.Equal([One, One], s.Device.Events.Rungs());
        Assert.Empty(s.Peer.Events.Rungs());
        AssertOneSession(s);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_flood_of_forged_datagrams_to_both_ends_makes_one_rekey_at_most_and_stops_no_traffic(ulong seed)
    {
        // An attacker on the path writes in the other end's name. A device that limits the bad tags it verifies (2) he could starve so;
        // that one he floods from elsewhere. Conditions end when the bad tags are no longer among the last 64 datagrams.
        Pair s = Begin(seed);
        var flooder = new Flooder(s);
        bool spoofed = s.Device.Options.BadTagsPerSecond == 0;
        (long up, long down) = (s.Checker.Up.Read, s.Checker.Down.Read);
        flooder.Flood(s.Device, Junk.Plausible, spoofed, 400, 2500 * Ms);
        flooder.Flood(s.Peer, Junk.Plausible, spoofed, 400, 2500 * Ms);
        s.World.RunFor(2500 * Ms);
        Assert.InRange(flooder.Sent, 1980, 2002);
        Assert.InRange(s.Checker.Up.Read - up, 100, 130);
        Assert.InRange(s.Checker.Down.Read - down, 100, 130);
        AwaitHealed(s, 2 * World.Second);
        AssertWellToTheEnd(s);
        Assert.Equal([Three], s.Device.Events.Rungs());
        Assert.Equal([Three], s.Peer.Events.Rungs());
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        AssertOneSession(s);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_peer_that_restarts_is_found_out_and_a_new_session_serves_within_2_s(ulong seed)
    {
        // 13.3, 13.4. Before it hears the reset the device may take the silence for a mismatch of ports.
        Pair s = Begin(seed);
        ulong session = s.Device.Link.SessionId;
        long fault = s.World.Now;
        s.Peer.Restart(300 * Ms);
        AwaitHealed(s, 2 * World.Second, () => s.Device.Link.SessionId != session);
        Assert.Equal(TerminationReason.StatelessReset, Assert.Single(s.Device.Events.OfKind(LinkEventKind.Terminated)).Reason);
        Assert.Single(s.Device.Events.OfKind(LinkEventKind.LinkRestarted));
        Assert.Single(s.Peer.Events.OfKind(LinkEventKind.LinkRestarted));
        AssertQuiet(s);

        // The device lost no RAM, so nothing of its own is gone. What the peer had accepted and not delivered is, which LinkRestarted
        // announces; all else arrived.
        Assert.Equal((0, 0), (s.Checker.Up.LostWithRam, s.Checker.Up.ReportedLost + s.Checker.Down.ReportedLost));
        Assert.InRange(s.Checker.Up.Repeated, 0, LongestRoundTrip / Interval + 1);
        Assert.Equal(0, s.Checker.Down.Repeated);
        Assert.All(s.Device.Events.OfKind(LinkEventKind.RungStarted), e => Assert.Equal(One, e.Level));
        Assert.Empty(s.Device.Events.Rungs(fault + 2 * World.Second));
        Assert.Empty(s.Peer.Events.Rungs());
        Assert.Equal(2, s.Device.Events.OfKind(LinkEventKind.Connected).Length);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_session_ended_by_RST_goes_on_in_another_within_2_s(ulong seed)
    {
        // 13.2: after 1 s, +20 % at most.
        Pair s = Begin(seed);
        ulong session = s.Device.Link.SessionId;
        s.Do(s.Device, (link, now) => Assert.True(link.Faults.Terminate(now)));
        AwaitHealed(s, 2 * World.Second, () => s.Device.Link.SessionId != session);
        AssertWellToTheEnd(s);
        AssertNoRung(s);
        Assert.Equal([false, true], s.Device.Events.OfKind(LinkEventKind.Connected).Select(e => e.Resumed));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_damaged_key_and_a_clock_off_by_3_s_at_once_are_healed_by_L3_alone_within_2_s(ulong seed)
    {
        // D15, 12.4: the rekey that the device asks for sets its clock as well.
        Pair s = Begin(seed);
        Assert.True(s.Do(s.Device, link => link.Faults.DamageSessionKey()));
        s.JumpClock(s.Device, 3 * World.Second);
        AwaitHealed(s, 2 * World.Second, () => s.EpochOf(s.Device) == 1 && s.EpochOf(s.Peer) == 1);
        AssertWellToTheEnd(s);
        Assert.Equal([Three], s.Device.Events.Rungs());
        Assert.Equal([Three], s.Peer.Events.Rungs());
        Assert.InRange(s.ClockError(), -LongestRoundTrip / 2, LongestRoundTrip / 2);
        AssertOneSession(s);
    }

    private Pair Begin(ulong seed)
    {
        SimRandom random = new SimRandom(seed).Split("world");
        bool small = random.Chance(0.5);
        Pair s = Connected(seed, o =>
        {
            o.Device = small ? LinkOptions.Device() : LinkOptions.Desktop();
            o.Device.Iterations = 1;
            o.Device.FaultInjection = true;
            o.DeviceJobMicros = random.Between(5 * Ms, 300 * Ms);
            o.Delay = random.Between(Ms, 50 * Ms);
        });
        long jitter = random.Below(10 * Ms);
        s.EachWay(lane =>
        {
            lane.Jitter = Jitter.Uniform(jitter);
            lane.KeepOrder = true;
        });
        s.Traffic(Messages, Interval);
        s.World.RunFor(World.Second + random.Below(World.Second));
        return s;
    }

    /// <summary>
    /// Runs until the fault is cured, nothing is wrong at either end, and all messages accepted until now have come through.
    /// </summary>
    private static void AwaitHealed(Pair s, long bound, Func<bool>? cured = null)
    {
        (long up, long down) = (s.Checker.Up.Accepted, s.Checker.Down.Accepted);
        s.Await(
            () => s.IsConnected && (cured == null || cured())
                && s.Device.Link.Level == RecoveryLevel.None && s.PeerLink!.Level == RecoveryLevel.None
                && (s.Device.Link.Conditions | s.PeerLink.Conditions) == 0
                && s.Checker.Up.Expected >= up && s.Checker.Down.Expected >= down,
            bound, $"not healed within {bound / Ms} ms");
    }

    /// <summary>Runs until all messages of the traffic have come through and a while beyond: no condition comes back.</summary>
    private static void AssertQuiet(Pair s)
    {
        long healed = s.World.Now;
        s.World.RunFor(Messages * Interval + 5 * World.Second - healed);
        s.RunUntilQuiet(World.Second);
        Assert.Equal((Messages, Messages), (s.Checker.Up.Accepted, s.Checker.Down.Accepted));
        Assert.Empty(s.Device.Events.OfKind(LinkEventKind.ConditionBegan, healed + 1));
        Assert.Empty(s.Peer.Events.OfKind(LinkEventKind.ConditionBegan, healed + 1));
    }

    /// <summary>As <see cref="AssertQuiet"/>; and every message was read once, but for so many of the device's.</summary>
    private static void AssertWellToTheEnd(Pair s, long lost = 0)
    {
        AssertQuiet(s);
        Assert.Equal((Messages - lost, Messages), (s.Checker.Up.Read, s.Checker.Down.Read));
        Assert.Equal((lost, 0), (s.Checker.Up.ReportedLost, s.Checker.Down.ReportedLost));
    }
}
