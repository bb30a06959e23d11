using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder.Decisions;

/// <summary>How the ladder is climbed, where protocol.md 15 decides otherwise than the document, seen on whole links.</summary>
public sealed class ClimbingDecisionsTests : RepairTest
{
    private const RecoveryLevel One = RecoveryLevel.TimeSync;
    private const RecoveryLevel Two = RecoveryLevel.SequenceRepair;
    private const RecoveryLevel Three = RecoveryLevel.SessionRekey;

    [Fact]
    public void D1_two_failing_groups_climb_the_ladder_instead_of_ending_the_session()
    {
        Pair s = WithTraffic(1, messages: 1000);
        using Tap hole = Hole(s, s.Device, NextTo(s, s.Device));
        s.World.RunFor(1500 * Ms);
        s.JumpClock(s.Device, 3 * World.Second);
        s.Await(() => IsClockOff(s) && HasGap(s), 3 * World.Second, "the two do not coincide");
        s.Await(() => s.Device.Events.Rungs().Contains(Two), 5 * World.Second, "no L2");
        hole.Dispose();
        AwaitSuccess(s, World.Second, Two);
        AssertHealed(s);
        Assert.Equal([One, Two], s.Device.Events.Rungs());
    }

    [Fact]
    public void D1_a_partition_ends_the_session_only_when_a_second_group_fails_as_well()
    {
        Pair s = Connected(2);
        s.EachWay(lane => lane.Blackhole = true);
        s.World.RunFor(2 * World.Minute);
        Assert.True(s.Holds(s.Peer, FailureCondition.Partition));
        Assert.False(s.Peer.Events.Has(LinkEventKind.Terminated));

        s.Checker.Down.Send(1);
        s.Await(() => s.PeerLink!.Session == null, 5 * World.Minute, "no second group");
        Assert.True(s.Peer.Began(FailureCondition.DeliveryStalled));
        EventSnapshot end = Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Terminated));
        Assert.Equal((TerminationReason.PartitionAndFailure, s.World.Now), (end.Reason, end.At));
        Assert.Empty(s.Peer.Events.Rungs());
    }

    [Fact]
    public void D3_an_attempt_counts_once_and_the_count_is_cleared_once_all_is_well()
    {
        Pair s = WithTraffic(3, messages: 2000);
        RecoveryAnalytics analytics = s.Device.Link.Analytics;
        Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.TimeSyncResponse, _ => Verdict.Drop);
        s.JumpClock(s.Device, 3 * World.Second);
        for (int failed = 1; failed <= 2; failed++)
        {
            s.Await(() => Failures(s.Device, One).Length == failed, 15 * World.Second, "no failure");
            Assert.Equal(failed, analytics.TotalAttempts);
        }

        silence.Dispose();
        AwaitSuccess(s, 20 * World.Second);
        Assert.Equal((3, 0), (analytics.LifetimeAttemptsAt(One), analytics.TotalAttempts));
        AssertHealed(s);
    }

    [Fact]
    public void D4_a_retry_does_not_fall_back_below_the_level_that_failed()
    {
        Pair s = WithTraffic(4, messages: 1500);
        using Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RepairResponse, _ => Verdict.Drop);
        using Tap hole = Hole(s, s.Device, NextTo(s, s.Device));
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), 15 * World.Second, "L2 did not fail");
        s.JumpClock(s.Device, 20 * World.Second);
        s.Await(() => s.Device.Events.Rungs().Length == 2, 5 * World.Second, "no retry");

        EventSnapshot retry = s.Device.Events.OfKind(LinkEventKind.RungStarted)[1];
        Assert.Equal((Two, 2), (retry.Level, retry.Attempt));
        Assert.True(ConditionSet.Has(retry.Conditions, FailureCondition.TimestampInvalid), "L1 was not wanted");
        silence.Dispose();
        hole.Dispose();
        AssertHealed(s);
        Assert.Equal([Two, Two, One], s.Device.Events.Rungs()[..3]);
    }

    [Fact]
    public void D13_a_timeout_grows_while_its_own_level_fails_and_decays_back_and_another_level_leaves_it_alone()
    {
        // Analysed are the newest 100 attempts, from 10 on. Here two of three at L1 fail, and L2 is never tried.
        Pair s = Connected(13);
        s.Traffic(4000, 100 * Ms);
        RecoveryAnalytics analytics = s.Device.Link.Analytics;
        for (int round = 1; round <= 4; round++)
        {
            Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.TimeSyncResponse, _ => Verdict.Drop);
            s.JumpClock(s.Device, 3 * World.Second);
            s.Await(() => Failures(s.Device, One).Length == 2 * round, World.Minute, "L1 did not fail");
            silence.Dispose();
            s.Await(() => s.Device.Successes(One).Length == round, 20 * World.Second, "no L1");
        }

        Assert.InRange(analytics.TimeResyncTimeoutMs, 5500, 10_000);
        Assert.Equal((0, 8000), (analytics.AttemptsAt(Two), analytics.SequenceRepairTimeoutMs));
        while (s.Device.Successes(One).Length < 24)
        {
            int before = s.Device.Successes(One).Length;
            s.JumpClock(s.Device, 3 * World.Second);
            s.Await(() => s.Device.Successes(One).Length > before, 20 * World.Second, "no L1");
        }

        Assert.Equal((5000, 8000), (analytics.TimeResyncTimeoutMs, analytics.SequenceRepairTimeoutMs));
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D14_L4_is_no_attempt_that_is_made_again(bool device)
    {
        // Nobody can connect afterwards, so whatever else the end did, it would do now.
        Pair s = WithTraffic(14, o => o.Device.SlowKeyAgreement = false, 3000);
        EndNode end = s.End(device);
        using Tap silence = s.Network.Tap(p => p.Kind is DatagramKind.RekeyResponse or DatagramKind.SynAck, _ => Verdict.Drop);
        using var sent = new Recorder(s.Network, p => p.From == end);
        s.Do(end, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => end.Events.Has(LinkEventKind.Terminated), World.Minute, "no L4");
        long ended = s.World.Now;
        s.World.RunFor(5 * World.Minute);

        Assert.Single(end.Events.OfKind(LinkEventKind.Terminated));
        Assert.Equal(3, end.Events.Rungs().Length);
        Packet[] after = [.. sent.Packets.Where(p => p.SentAt >= ended && p.Info.IsUnderRecoveryKey)];
        Assert.Equal(Enumerable.Repeat(DatagramKind.Rst, 3), after.Select(p => p.Kind));
        Assert.DoesNotContain(sent.Packets, p => p.SentAt > ended && p.Info.IsUnderSessionKey);
        Assert.Equal(1, s.LinkOf(end).Analytics.LifetimeAttemptsAt(RecoveryLevel.ConnectionTerminate));
    }

    [Fact]
    public void D15_a_key_that_is_damaged_while_L1_fails_is_replaced_before_L1_is_tried_again()
    {
        // The device alone can notice: nothing that it seals under the session key gets through.
        Pair s = WithTraffic(15, messages: 1500);
        Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.TimeSyncResponse, _ => Verdict.Drop);
        s.JumpClock(s.Device, 3 * World.Second);
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), 10 * World.Second, "L1 did not fail");
        silence.Dispose();
        Assert.True(s.Do(s.Device, link => link.Faults.DamageSessionKey()));
        Tap mute = s.Network.Tap(p => p.From == s.Device && p.Info.IsUnderSessionKey && p.Info.KeyPhase == 0, _ => Verdict.Drop);
        s.Await(() => s.Device.Events.Rungs().Length == 2, 5 * World.Second, "no retry");

        EventSnapshot next = s.Device.Events.OfKind(LinkEventKind.RungStarted)[1];
        Assert.Equal(Three, next.Level);
        Assert.True(ConditionSet.Has(next.Conditions, FailureCondition.AuthFailures));
        Assert.True(ConditionSet.Has(next.Conditions, FailureCondition.PeerAsks), "L1 was no longer wanted");
        AwaitSuccess(s, 2 * World.Second, Three);
        mute.Dispose();
        AssertHealed(s);
    }

    [Theory]
    [InlineData(1, (int)DatagramKind.TimeSyncRequest)]
    [InlineData(2, (int)DatagramKind.RepairRequest)]
    [InlineData(3, (int)DatagramKind.RekeyRequest)]
    public void D16_a_request_that_is_lost_costs_one_RTO_and_no_attempt(int level, int request)
    {
        long duration = DurationOf((RecoveryLevel)level, null);
        long withLoss = DurationOf((RecoveryLevel)level, (DatagramKind)request);
        Assert.InRange(withLoss - duration, 200 * Ms - 100, 200 * Ms + 100);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D17_a_gap_too_wide_for_a_repair_costs_a_new_epoch_and_no_connection(bool atDevice)
    {
        Pair s = Connected(17);
        EndNode receiver = s.End(atDevice);
        using var terminal = new Recorder(s.Network, p => p.Kind is DatagramKind.Syn or DatagramKind.Rst);
        Lose(s, s.Other(receiver), 2500);
        s.Traffic(20);
        s.RunUntilQuiet(2 * World.Minute);
        Assert.Empty(terminal.Packets);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        EventSnapshot lost = Assert.Single(receiver.Events.OfKind(LinkEventKind.MessagesLost));
        Assert.Equal((0u, 2500), (lost.First, lost.Count));
        AssertOneSession(s);
    }

    [Fact]
    public void D18_an_attempt_that_cannot_succeed_is_not_made_again()
    {
        // Another of the same offset would be refused as well: the next level, without a pause.
        Pair s = WithTraffic(18);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.TimeSyncRequest);
        s.JumpClock(s.Device, 20 * World.Second);
        AwaitSuccess(s, 2 * World.Second, Three);
        Assert.Single(requests.Packets.Select(p => p.Info.Message).Distinct());
        Assert.Equal([One, Three], s.Device.Events.Rungs());
        AssertHealed(s);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void D18_two_ends_that_fail_together_do_not_try_again_together(ulong seed)
    {
        Pair s = Connected(seed);
        using Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RepairResponse, _ => Verdict.Drop);
        using Tap atDevice = Hole(s, s.Device, 3);
        using Tap atPeer = Hole(s, s.Peer, 3);
        s.Traffic(10);
        s.Await(() => PausesOf(s.Device).Length == 2 && PausesOf(s.Peer).Length == 2, World.Minute, "no three attempts");
        foreach ((long device, long peer, int pause) in PausesOf(s.Device).Zip(PausesOf(s.Peer), [4000, 8000]))
        {
            Assert.InRange(device, pause * 0.9 * Ms, pause * 1.1 * Ms);
            Assert.InRange(peer, pause * 0.9 * Ms, pause * 1.1 * Ms);
            Assert.NotInRange(device - peer, -Ms, Ms);
        }
    }

    /// <summary>How long a level takes to succeed at the device, in one attempt, if the first request of a kind is lost.</summary>
    private long DurationOf(RecoveryLevel level, DatagramKind? lost)
    {
        Pair s = WithTraffic(16, messages: 1000);
        using Tap? drop = lost is { } kind ? s.Network.DropNext(kind) : null;
        Tap? hole = null;
        switch (level)
        {
            case One:
                s.JumpClock(s.Device, 3 * World.Second);
                break;
            case Two:
                hole = Hole(s, s.Device, NextTo(s, s.Device));
                s.Await(() => s.Device.Began(FailureCondition.GapTimeout), 3 * World.Second, "no GapTimeout");
                hole.Dispose();
                break;
            default:
                s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
                break;
        }

        AwaitSuccess(s, 10 * World.Second, level);
        Assert.Equal([level], s.Device.Events.Rungs());
        return s.Device.Successes(level).Single().DurationMicros;
    }

    /// <summary>The number of the next message that a node will be sent.</summary>
    private static uint NextTo(Pair s, EndNode receiver) => (uint)StreamTo(s, receiver).Accepted;

    /// <summary>The peer says so: that counts as a condition of time (8, PeerAsks).</summary>
    private static bool IsClockOff(Pair s) => s.Holds(s.Device, FailureCondition.PeerAsks) && s.Device.Link.Level == One;

    private static bool HasGap(Pair s) => s.Holds(s.Device, FailureCondition.GapTimeout);

    /// <summary>The times between the failures of L2 and the attempts after them.</summary>
    private static long[] PausesOf(EndNode node)
    {
        EventSnapshot[] failures = node.Events.OfKind(LinkEventKind.RungFailed);
        IEnumerable<EventSnapshot> retries = node.Events.OfKind(LinkEventKind.RungStarted).Where(e => e.Attempt > 1);
        return [.. failures.Where(e => e.Level == Two).Zip(retries.Where(e => e.Level == Two), (failed, retried) => retried.At - failed.At)];
    }
}
