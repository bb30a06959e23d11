using Hoplink.Delivery;
using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>When the conditions of delivery begin and end (8), and what cures them (9.3).</summary>
public sealed class FailureDetectorSequenceTests
{
    private const long Ms = DetectorRig.Ms;
    private const long Second = DetectorRig.Second;

    // 8, condition 5
    [Theory]
    [InlineData(64, 64)]
    [InlineData(1000, 1000)]
    [InlineData(1200, 1000)]
    public void A_message_further_ahead_than_1000_or_the_capacity_is_a_sequence_gap(int capacity, uint limit)
    {
        var rig = new DetectorRig(capacity: capacity);
        rig.Receive(limit);
        Assert.False(rig.Holds(FailureCondition.SequenceGap, 0));
        rig.Receive(limit + 1);
        Assert.True(rig.Holds(FailureCondition.SequenceGap, 0));
        rig.Receive(0);
        Assert.False(rig.Holds(FailureCondition.SequenceGap, 0));
    }

    // 8, condition 6: max(4 RTO, 2 s)
    [Theory]
    [InlineData(0, 4000)]
    [InlineData(10, 2000)]
    [InlineData(100, 2000)]
    [InlineData(500, 6000)]
    public void What_is_missing_for_4_rto_but_at_least_2_s_times_out(long roundTripMs, long patienceMs)
    {
        var rig = new DetectorRig();
        if (roundTripMs > 0)
        {
            rig.Rtt.Sample(roundTripMs * Ms);
        }

        rig.Receive(2);
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 1 * Second));
        long due = (1 * Second) + (patienceMs * Ms);
        Assert.Equal(due, rig.Detector.NextCheck);
        Assert.False(rig.Holds(FailureCondition.GapTimeout, due - 1));
        Assert.True(rig.Holds(FailureCondition.GapTimeout, due));
        rig.Receive(0);
        rig.Receive(1);
        Assert.False(rig.Holds(FailureCondition.GapTimeout, due));
    }

    [Fact]
    public void The_next_hole_has_its_own_patience()
    {
        var rig = new DetectorRig();
        rig.Receive(1);
        rig.Receive(3);
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 0));
        rig.Receive(0); // now 2 is missing
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 3 * Second));
        Assert.False(rig.Holds(FailureCondition.GapTimeout, (7 * Second) - 1));
        Assert.True(rig.Holds(FailureCondition.GapTimeout, 7 * Second));
    }

    [Fact]
    public void More_that_is_held_beyond_a_hole_does_not_prolong_the_patience()
    {
        var rig = new DetectorRig();
        for (uint number = 1; number < 5; number++)
        {
            rig.Receive(number);
            Assert.False(rig.Holds(FailureCondition.GapTimeout, (number - 1) * Second));
        }

        Assert.True(rig.Holds(FailureCondition.GapTimeout, 4 * Second));
    }

    // 8: what holds already keeps no other condition from beginning, least of all a partition, which with another group means L4 (D1).
    [Fact]
    public void A_hole_times_out_during_a_partition_too()
    {
        var rig = new DetectorRig();
        Assert.True(rig.Holds(FailureCondition.Partition, 100 * Second));
        rig.Receive(1);
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 100 * Second));
        Assert.Equal(104 * Second, rig.Detector.NextCheck);
        Assert.True(rig.Holds(FailureCondition.GapTimeout, 104 * Second));
    }

    // 6.4: a waiting FIN counts as a later message held.
    [Fact]
    public void A_fin_that_waits_times_out_like_a_message_that_is_held()
    {
        var rig = new DetectorRig();
        rig.Detector.OnFinWaiting(true);
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 0));
        Assert.True(rig.Holds(FailureCondition.GapTimeout, 4 * Second));
        rig.Detector.OnFinWaiting(false);
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 4 * Second));
    }

    // protocol.md 6.4 is silent on it: messages may go on arriving, and never come to the number of a forged FIN.
    [Fact]
    public void A_fin_that_waits_for_90_s_while_messages_arrive_is_none_of_the_other_end()
    {
        var rig = new DetectorRig();
        rig.Detector.OnFinWaiting(true);
        Assert.False(rig.Holds(FailureCondition.StateCorrupt, 0));
        rig.Receive(0);
        rig.Detector.OnFinWaiting(true);
        Assert.False(rig.Holds(FailureCondition.StateCorrupt, (90 * Second) - 1));
        Assert.Equal(90 * Second, rig.Detector.NextCheck);
        Assert.True(rig.Holds(FailureCondition.StateCorrupt, 90 * Second));
        rig.Detector.OnFinWaiting(false);
        Assert.False(rig.Holds(FailureCondition.StateCorrupt, 90 * Second));
    }

    // 8, condition 6: not while the window that this end last offered was 0.
    [Fact]
    public void Nothing_times_out_while_the_window_last_offered_was_0()
    {
        var rig = new DetectorRig(capacity: 2, reorderLimit: 2);
        rig.Receive(0);
        rig.Receive(1);
        Assert.Equal(0, rig.Inbox.OfferWindow());
        rig.Detector.OnFinWaiting(true);
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 0));
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 60 * Second));

        rig.Inbox.Read(new byte[16], 0);
        rig.Detector.OnDeliveryChanged();
        Assert.False(rig.Holds(FailureCondition.GapTimeout, 60 * Second)); // read, but not offered yet
        rig.Inbox.OfferWindow();
        rig.Detector.OnDeliveryChanged();
        Assert.True(rig.Holds(FailureCondition.GapTimeout, 60 * Second));
    }

    // 8, condition 7
    [Fact]
    public void Ten_repeated_messages_in_10_s_count_and_nine_do_not()
    {
        var rig = new DetectorRig();
        rig.Times(9, () => rig.Detector.OnDuplicateMessage(1 * Second));
        Assert.False(rig.Holds(FailureCondition.DuplicateSequence, 1 * Second));
        rig.Detector.OnDuplicateMessage(11 * Second);
        Assert.True(rig.Holds(FailureCondition.DuplicateSequence, 11 * Second));
        Assert.False(rig.Holds(FailureCondition.DuplicateSequence, (11 * Second) + 1));
    }

    [Fact]
    public void Repeated_messages_do_not_count_once_next_expected_moves()
    {
        var rig = new DetectorRig();
        rig.Times(9, () => rig.Detector.OnDuplicateMessage(0));
        rig.Receive(0);
        rig.Times(9, () => rig.Detector.OnDuplicateMessage(1));
        Assert.False(rig.Holds(FailureCondition.DuplicateSequence, 1));
        rig.Detector.OnDuplicateMessage(1);
        Assert.True(rig.Holds(FailureCondition.DuplicateSequence, 1));
        rig.Receive(1);
        Assert.False(rig.Holds(FailureCondition.DuplicateSequence, 1));
    }

    // 8, condition 8
    [Fact]
    public void A_message_in_the_window_without_room_overflows_until_there_is_progress()
    {
        var rig = new DetectorRig(capacity: 8, reorderLimit: 2);
        rig.Receive(2);
        rig.Receive(3);
        Assert.False(rig.Holds(FailureCondition.ReorderOverflow, 0));
        Assert.Equal(ReceiveVerdict.NoRoom, rig.Receive(4));
        Assert.True(rig.Holds(FailureCondition.ReorderOverflow, 0));
        Assert.Equal(ReceiveVerdict.OutsideWindow, rig.Receive(8));
        rig.Receive(0);
        Assert.False(rig.Holds(FailureCondition.ReorderOverflow, 0));
    }

    // 6.3, 8 condition 9
    [Fact]
    public void Eight_retransmissions_without_progress_stall_delivery_until_the_message_is_acknowledged()
    {
        var rig = new DetectorRig();
        long now = rig.SendAndRepeat(7, 0);
        Assert.False(rig.Holds(FailureCondition.DeliveryStalled, now));
        now = rig.SendAndRepeat(1, now);
        Assert.True(rig.Holds(FailureCondition.DeliveryStalled, now));
        rig.Sender.OnAcknowledgment(1, 64, false, 0, now);
        rig.Detector.OnDeliveryChanged();
        Assert.False(rig.Holds(FailureCondition.DeliveryStalled, now));
    }

    // 6.3: while the window is open.
    [Fact]
    public void A_closed_window_is_no_stall()
    {
        var rig = new DetectorRig();
        long now = rig.SendAndRepeat(8, 0);
        rig.Sender.OnAcknowledgment(0, 0, false, 0, now);
        rig.Detector.OnDeliveryChanged();
        Assert.False(rig.Holds(FailureCondition.DeliveryStalled, now));
    }

    // 9.3: L2 cures the group with its counts; DeliveryStalled only when that message is acknowledged.
    [Theory]
    [InlineData(RecoveryLevel.TimeSync, false)]
    [InlineData(RecoveryLevel.SequenceRepair, true)]
    [InlineData(RecoveryLevel.SessionRekey, false)]
    public void A_repair_cures_what_is_wrong_with_the_sequence_and_no_other_rung_does(RecoveryLevel level, bool cured)
    {
        var rig = new DetectorRig(capacity: 8, reorderLimit: 2);
        long now = rig.SendAndRepeat(8, 0);
        rig.Receive(2);
        rig.Receive(3);
        rig.Receive(4);
        rig.Times(10, () => rig.Detector.OnDuplicateMessage(now));
        Assert.False(rig.Holds(FailureCondition.GapTimeout, now));
        Assert.True(rig.Holds(FailureCondition.GapTimeout, now + (4 * Second)));
        now += 4 * Second;
        Assert.True(rig.Holds(FailureCondition.ReorderOverflow, now));
        Assert.True(rig.Holds(FailureCondition.DuplicateSequence, now));

        rig.Detector.Cure(level, false, now);
        Assert.Equal(!cured, rig.Holds(FailureCondition.GapTimeout, now));
        Assert.Equal(!cured, rig.Holds(FailureCondition.ReorderOverflow, now));
        Assert.Equal(!cured, rig.Holds(FailureCondition.DuplicateSequence, now));
        Assert.True(rig.Holds(FailureCondition.DeliveryStalled, now));

        rig.Times(9, () => rig.Detector.OnDuplicateMessage(now));
        Assert.Equal(!cured, rig.Holds(FailureCondition.DuplicateSequence, now));
        Assert.Equal(!cured, rig.Holds(FailureCondition.GapTimeout, now + (4 * Second) - 1));
        Assert.True(rig.Holds(FailureCondition.GapTimeout, now + (4 * Second)));
    }

    // 11: after a repair, highest seen is the highest held.
    [Fact]
    public void A_repair_that_trims_the_highest_seen_ends_a_sequence_gap()
    {
        var rig = new DetectorRig();
        rig.Receive(5);
        rig.Receive(900);
        Assert.True(rig.Holds(FailureCondition.SequenceGap, 0));
        rig.Inbox.TrimHighestSeen();
        rig.Detector.Cure(RecoveryLevel.SequenceRepair, false, 0);
        Assert.False(rig.Holds(FailureCondition.SequenceGap, 0));
    }
}
