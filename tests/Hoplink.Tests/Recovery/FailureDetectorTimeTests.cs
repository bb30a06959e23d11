using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>When the conditions of time, port and network begin and end (8), and what cures them (9.3).</summary>
public sealed class FailureDetectorTimeTests
{
    private const long Ms = DetectorRig.Ms;
    private const long Second = DetectorRig.Second;

    // 8, condition 1
    [Theory]
    [InlineData(0, 50_000)]
    [InlineData(40_000, 70_000)]
    [InlineData(600_000, 350_000)]
    public void A_sample_off_by_more_than_50_ms_and_half_its_round_trip_is_a_clock_offset(long roundTrip, long limit)
    {
        var rig = new DetectorRig();
        foreach (int sign in (int[])[1, -1])
        {
            rig.Measure(sign * limit, roundTrip, 1 * Second);
            Assert.False(rig.Holds(FailureCondition.ClockOffset, 1 * Second));
            rig.Measure(sign * (limit + 1), roundTrip, 1 * Second);
            Assert.True(rig.Holds(FailureCondition.ClockOffset, 1 * Second));
        }

        rig.Measure(limit, roundTrip, 2 * Second);
        Assert.False(rig.Holds(FailureCondition.ClockOffset, 2 * Second));
    }

    // 8, condition 2
    [Fact]
    public void A_sample_older_than_60_s_is_overdue_until_the_next()
    {
        var rig = new DetectorRig();
        rig.Measure(0, 20 * Ms, 3 * Second);
        Assert.False(rig.Holds(FailureCondition.SyncOverdue, 63 * Second));
        Assert.Equal((63 * Second) + 1, rig.Detector.NextCheck);
        Assert.True(rig.Holds(FailureCondition.SyncOverdue, (63 * Second) + 1));
        rig.Measure(0, 2 * Second, 64 * Second); // any sample counts, however long it took (5.1)
        Assert.False(rig.Holds(FailureCondition.SyncOverdue, 64 * Second));
    }

    // 8, conditions 1 and 2 are I's.
    [Fact]
    public void The_responder_is_the_reference_and_has_neither_clock_offset_nor_overdue_sync()
    {
        var rig = new DetectorRig(initiator: false);
        rig.Measure(9 * Second, 0, 1);
        rig.Detector.OnFresh(true, 85 * Second);
        rig.Detector.Update(85 * Second);
        Assert.Equal(0, rig.Detector.Conditions);
    }

    // 8, condition 3 at I: three windows, and more than 3 RTO since the first.
    [Fact]
    public void Silence_over_three_windows_and_more_than_three_rto_is_a_port_mismatch()
    {
        var rig = new DetectorRig();
        rig.Detector.OnSentForAnswer(7, 1 * Second);
        rig.Detector.OnSentForAnswer(8, 2 * Second);
        rig.Detector.OnSentForAnswer(9, 3 * Second);
        Assert.Equal(1 * Second, rig.Rtt.BaseRto);
        Assert.False(rig.Holds(FailureCondition.PortMismatch, 4 * Second));
        Assert.Equal((4 * Second) + 1, rig.Detector.NextCheck);
        Assert.True(rig.Holds(FailureCondition.PortMismatch, (4 * Second) + 1));

        // What the other end sends of itself is no answer.
        rig.Detector.OnFresh(true, 5 * Second);
        Assert.True(rig.Holds(FailureCondition.PortMismatch, 5 * Second));
        rig.Detector.OnAnswered();
        Assert.False(rig.Holds(FailureCondition.PortMismatch, 5 * Second));
    }

    [Fact]
    public void Two_windows_make_no_port_mismatch_however_long_the_silence()
    {
        var rig = new DetectorRig();
        for (int i = 0; i < 20; i++)
        {
            rig.Detector.OnSentForAnswer(7 + (i / 10), i * Second);
            Assert.False(rig.Holds(FailureCondition.PortMismatch, i * Second));
        }

        rig.Detector.OnSentForAnswer(9, 20 * Second);
        Assert.True(rig.Holds(FailureCondition.PortMismatch, 20 * Second));
    }

    [Fact]
    public void An_answer_since_the_first_transmission_begins_the_count_anew()
    {
        var rig = new DetectorRig();
        rig.Detector.OnSentForAnswer(1, 0);
        rig.Detector.OnSentForAnswer(2, 2 * Second);
        rig.Detector.OnAnswered();
        rig.Detector.OnSentForAnswer(3, 4 * Second);
        rig.Detector.OnSentForAnswer(4, 8 * Second);
        Assert.False(rig.Holds(FailureCondition.PortMismatch, 9 * Second));
        rig.Detector.OnSentForAnswer(5, 9 * Second);
        Assert.True(rig.Holds(FailureCondition.PortMismatch, 9 * Second));
    }

    // 8, conditions 3 (at R) and 4: three in 10 s.
    [Theory]
    [InlineData(FailureCondition.PortMismatch)]
    [InlineData(FailureCondition.TimestampInvalid)]
    public void Three_in_10_s_hold_until_the_window_no_longer_bears_them_out(FailureCondition condition)
    {
        var rig = new DetectorRig(initiator: false);
        Happen(rig, condition, 1 * Second);
        Happen(rig, condition, 4 * Second);
        Assert.False(rig.Holds(condition, 4 * Second));
        Happen(rig, condition, 11 * Second);
        Assert.True(rig.Holds(condition, 11 * Second));
        Assert.Equal((11 * Second) + 1, rig.Detector.NextCheck);
        Assert.False(rig.Holds(condition, (11 * Second) + 1));

        // With 4 s and 11 s another makes three again, and they last until the first of them is 10 s old.
        Happen(rig, condition, 12 * Second);
        Assert.True(rig.Holds(condition, 14 * Second));
        Assert.False(rig.Holds(condition, (14 * Second) + 1));
    }

    [Theory]
    [InlineData(FailureCondition.PortMismatch)]
    [InlineData(FailureCondition.TimestampInvalid)]
    public void Three_in_more_than_10_s_do_not_count(FailureCondition condition)
    {
        var rig = new DetectorRig(initiator: false);
        for (int i = 0; i < 10; i++)
        {
            Happen(rig, condition, i * (5 * Second + 1));
            Assert.False(rig.Holds(condition, i * (5 * Second + 1)));
        }
    }

    // 8, condition 16 (7)
    [Fact]
    public void More_than_90_s_without_a_fresh_datagram_is_a_partition()
    {
        var rig = new DetectorRig(initiator: false);
        rig.Detector.OnFresh(true, 1 * Second);
        Assert.False(rig.Holds(FailureCondition.Partition, 91 * Second));
        Assert.True(rig.Detector.NextCheck <= (91 * Second) + 1);
        Assert.True(rig.Holds(FailureCondition.Partition, (91 * Second) + 1));
        rig.Detector.OnTag(false);
        Assert.True(rig.Holds(FailureCondition.Partition, 92 * Second));
        rig.Detector.OnFresh(false, 93 * Second); // the recovery key will do
        Assert.False(rig.Holds(FailureCondition.Partition, 93 * Second));
    }

    // 8, condition 15: a state that L3 ends as well (9.3), and L1 does not.
    [Fact]
    public void Hop_sync_is_lost_until_a_hop_port_answers_or_a_rekey_changes_the_ports()
    {
        var rig = new DetectorRig();
        rig.Detector.OnHopSync(true);
        Assert.True(rig.Holds(FailureCondition.HopSyncLost, 0));
        rig.Detector.Cure(RecoveryLevel.TimeSync, false, 0);
        Assert.True(rig.Holds(FailureCondition.HopSyncLost, 0));
        rig.Detector.OnHopSync(false);
        Assert.False(rig.Holds(FailureCondition.HopSyncLost, 0));
        rig.Detector.OnHopSync(true);
        rig.Detector.Cure(RecoveryLevel.SessionRekey, false, 0);
        Assert.False(rig.Holds(FailureCondition.HopSyncLost, 0));
    }

    // 9.3: L1 cures time; what L3 cures of it, it cures by stepping the clock.
    [Theory]
    [InlineData(RecoveryLevel.TimeSync, false, true)]
    [InlineData(RecoveryLevel.SequenceRepair, false, false)]
    [InlineData(RecoveryLevel.SessionRekey, false, false)]
    [InlineData(RecoveryLevel.SessionRekey, true, true)]
    public void Wrong_timestamps_are_cured_with_their_count_by_what_sets_the_clock(RecoveryLevel level, bool stepped, bool cured)
    {
        var rig = new DetectorRig();
        rig.Times(3, () => rig.Detector.OnWrongTimestamp(0));
        Assert.True(rig.Holds(FailureCondition.TimestampInvalid, 0));
        rig.Detector.Cure(level, stepped, 0);
        Assert.Equal(!cured, rig.Holds(FailureCondition.TimestampInvalid, 0));

        rig.Times(2, () => rig.Detector.OnWrongTimestamp(0));
        Assert.Equal(!cured, rig.Holds(FailureCondition.TimestampInvalid, 0));
        rig.Detector.OnWrongTimestamp(0);
        Assert.True(rig.Holds(FailureCondition.TimestampInvalid, 0));
    }

    // 9.3
    [Fact]
    public void A_port_mismatch_of_the_initiator_is_cured_by_a_resync_and_counts_afresh()
    {
        var rig = new DetectorRig();
        for (int window = 0; window < 3; window++)
        {
            rig.Detector.OnSentForAnswer(window, 0);
        }

        Assert.True(rig.Holds(FailureCondition.PortMismatch, 5 * Second));
        rig.Detector.Cure(RecoveryLevel.TimeSync, false, 5 * Second);
        Assert.False(rig.Holds(FailureCondition.PortMismatch, 5 * Second));
        rig.Detector.OnSentForAnswer(10, 6 * Second);
        rig.Detector.OnSentForAnswer(11, 7 * Second);
        Assert.False(rig.Holds(FailureCondition.PortMismatch, 30 * Second));
    }

    // 9.5, 8 condition 18, cures: 9.3
    [Fact]
    public void The_peer_asks_for_a_level_until_that_level_has_succeeded()
    {
        var rig = new DetectorRig();
        Assert.Equal(RecoveryLevel.None, rig.Detector.AskedLevel);
        rig.Detector.OnPeerAsks(RecoveryLevel.SequenceRepair);
        Assert.True(rig.Holds(FailureCondition.PeerAsks, 0));
        Assert.Equal(RecoveryLevel.SequenceRepair, rig.Detector.AskedLevel);
        rig.Detector.OnPeerAsks(RecoveryLevel.TimeSync);
        Assert.Equal(RecoveryLevel.TimeSync, rig.Detector.AskedLevel); // what runs first (8)

        rig.Detector.Cure(RecoveryLevel.TimeSync, false, 0);
        Assert.True(rig.Holds(FailureCondition.PeerAsks, 0));
        Assert.Equal(RecoveryLevel.SequenceRepair, rig.Detector.AskedLevel);
        rig.Detector.Cure(RecoveryLevel.SessionRekey, false, 0);
        Assert.True(rig.Holds(FailureCondition.PeerAsks, 0));
        rig.Detector.Cure(RecoveryLevel.SequenceRepair, false, 0);
        Assert.False(rig.Holds(FailureCondition.PeerAsks, 0));
        Assert.Equal(RecoveryLevel.None, rig.Detector.AskedLevel);
    }

    private static void Happen(DetectorRig rig, FailureCondition condition, long now)
    {
        rig.Detector.OnFresh(true, now);
        if (condition == FailureCondition.PortMismatch)
        {
            rig.Detector.OnWrongPort(now);
        }
        else
        {
            rig.Detector.OnWrongTimestamp(now);
        }
    }
}
