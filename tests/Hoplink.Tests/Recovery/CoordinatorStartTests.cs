using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>What runs, in which order (8), and what holds suspicion back (D9).</summary>
public sealed class CoordinatorStartTests
{
    private const long Second = CoordinatorRig.Second;

    // 8: time L1, sequence L2, auth L3.
    [Theory]
    [InlineData(new[] { 1 }, 1)]
    [InlineData(new[] { 2 }, 2)]
    [InlineData(new[] { 3 }, 3)]
    [InlineData(new[] { 2, 1 }, 1)]
    [InlineData(new[] { 3, 1 }, 1)]
    [InlineData(new[] { 3, 2 }, 2)]
    [InlineData(new[] { 3, 2, 1 }, 1)]
    public void The_lowest_rung_that_is_asked_for_runs_first(int[] groups, int level)
    {
        var rig = new CoordinatorRig();
        Assert.Equal(CoordinatorState.Idle, rig.Update().Coordinator.State);
        foreach (int group in groups)
        {
            rig.Begin(group);
        }

        rig.Update();
        Assert.Equal([$"L{level} attempt 1"], rig.Told);
        Assert.Same(rig[level], rig.Coordinator.Running);
        Assert.Equal(rig.Detector.Conditions, rig[level].Begun.Single().Conditions);
    }

    // D15: L1 and L2 stand on the very key that is in doubt.
    [Fact]
    public void Bad_tags_in_a_row_run_the_rekey_first_whatever_else_holds()
    {
        var rig = new CoordinatorRig();
        rig.Begin(1);
        rig.Begin(2);
        rig.Provoke();
        rig.Update();
        Assert.Equal(["L3 attempt 1"], rig.Told);
    }

    // 8, condition 18: in the group of the level that the peer asks for.
    [Theory]
    [InlineData(new[] { 1 }, 1)]
    [InlineData(new[] { 2 }, 2)]
    [InlineData(new[] { 2, 1 }, 1)]
    public void The_level_that_the_peer_asks_for_runs(int[] asked, int level)
    {
        var rig = new CoordinatorRig();
        foreach (int ask in asked)
        {
            rig.Detector.OnPeerAsks((RecoveryLevel)ask);
        }

        rig.Update();
        Assert.Equal([$"L{level} attempt 1"], rig.Told);
        rig.Succeed();
        Assert.Equal(asked.Length == 1 ? CoordinatorState.Idle : CoordinatorState.Attempting, rig.Coordinator.State);
    }

    // 8: HopSyncLost is a state, not a failure; a partition alone has nobody to hear a rung.
    [Fact]
    public void Neither_lost_hop_ports_nor_a_partition_alone_runs_anything()
    {
        var rig = new CoordinatorRig(initiator: false) { Heard = false };
        rig.Detector.OnHopSync(true);
        rig.Wait(600 * Second);
        Assert.True(ConditionSet.Has(rig.Detector.Conditions, FailureCondition.Partition));
        Assert.Empty(rig.Told);
        Assert.Equal(CoordinatorState.Idle, rig.Coordinator.State);
    }

    // 8, D1
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_partition_together_with_another_group_terminates(int group)
    {
        var rig = new CoordinatorRig(initiator: false) { Heard = false };
        rig.Wait(100 * Second);
        if (group == 1)
        {
            rig.Delivery.Times(3, () => rig.Detector.OnWrongPort(rig.Now));
        }
        else
        {
            rig.Begin(group);
        }

        rig.Update();
        Assert.Equal(["PartitionAndFailure at L4 after Success"], rig.Told);
        Assert.Equal(CoordinatorState.Ended, rig.Coordinator.State);
    }

    // 8: L4 is first in the order, so it waits for no attempt and for no backoff.
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Corrupt_state_terminates_at_once_even_during_a_recovery(bool attempting, bool backingOff)
    {
        var rig = new CoordinatorRig();
        if (attempting)
        {
            rig.Begin(1);
            rig.Update();
        }

        if (backingOff)
        {
            rig.Fail();
        }

        _ = rig.Told;
        rig.Detector.OnStateCorrupt();
        rig.Update();
        Assert.Single(rig.Told, t => t.StartsWith("StateCorrupt at L4", StringComparison.Ordinal));
        Assert.Equal(CoordinatorState.Ended, rig.Coordinator.State);
        Assert.NotEqual(RungStatus.Running, rig.L1.Status);
        Assert.Null(rig.Coordinator.Running);
    }

    // 9.2: one recovery at a time.
    [Fact]
    public void Nothing_else_begins_while_an_attempt_is_under_way()
    {
        var rig = new CoordinatorRig();
        rig.Begin(2);
        rig.Update();
        rig.Begin(1);
        rig.Begin(3);
        rig.Wait(1 * Second);
        Assert.Equal(["L2 attempt 1"], rig.Told);
    }

    // D9: on a session that is well, one attempt in 60 s, and its failure does not escalate.
    [Fact]
    public void Bad_tags_on_a_session_that_is_well_make_one_attempt_and_no_escalation()
    {
        var rig = new CoordinatorRig();
        rig.Provoke();
        rig.Wait(1 * Second).Fail();
        Assert.Equal(["L3 attempt 1", "L3 failed 1"], rig.Told);
        Assert.Equal(CoordinatorState.Idle, rig.Coordinator.State);
        Assert.Equal(61 * Second, rig.Coordinator.NextTimer);

        rig.Wait((60 * Second) - 1);
        Assert.Empty(rig.Told);
        rig.Wait(1).Fail();
        Assert.Equal(["L3 attempt 1", "L3 failed 1"], rig.Told);
        Assert.Equal((61 + 120) * Second, rig.Coordinator.NextTimer); // doubling
    }

    [Theory]
    [InlineData(FailureCondition.HmacFailureRate)]
    [InlineData(FailureCondition.ReplayPattern)]
    public void Other_things_that_anybody_can_provoke_are_held_back_as_well(FailureCondition condition)
    {
        var rig = new CoordinatorRig();
        for (int attempt = 0; attempt < 2; attempt++)
        {
            for (int i = 0; i < 20; i++)
            {
                rig.Detector.OnTag(condition != FailureCondition.HmacFailureRate || i % 3 != 0);
                rig.Detector.OnFresh(true, rig.Now);
            }

            rig.Delivery.Times(condition == FailureCondition.ReplayPattern ? 5 : 0, () => rig.Detector.OnReplay(rig.Now));
            rig.Wait(1 * Second);
            Assert.Equal(ConditionSet.Of(condition), rig.Detector.Conditions);
            Assert.Equal(attempt == 0 ? ["L3 attempt 1"] : [], rig.Told);
            if (attempt == 0)
            {
                rig.Succeed();
                _ = rig.Told;
            }
        }
    }

    // D9: while it is held back, those conditions do not count; others do.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_held_back_does_not_keep_other_conditions_from_their_own_rung(int group)
    {
        var rig = new CoordinatorRig();
        rig.Provoke();
        rig.Update().Fail();
        _ = rig.Told;
        rig.Begin(group);
        rig.Update();
        Assert.Equal([$"L{group} attempt 1"], rig.Told);
        Assert.False(ConditionSet.HasAny(rig[group].Begun[^1].Conditions, ConditionSet.Provocable));
        rig.Fail();
        Assert.Equal(CoordinatorState.BackingOff, rig.Coordinator.State); // a recovery like any other
    }

    // D15 runs L3 because of the bad tags alone: what holds besides does not lift D9's limit.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Another_condition_does_not_lift_the_limit_on_what_anybody_can_provoke(int group)
    {
        var rig = new CoordinatorRig();
        rig.Begin(group);
        rig.Provoke();
        rig.Update();
        Assert.Equal(["L3 attempt 1"], rig.Told);
        rig.Fail();
        Assert.Equal("L3 failed 1", rig.Told[0]);

        // What is left runs its own ladder; the suspicion stays held back.
        rig.Update();
        Assert.Equal((RecoveryLevel)group, rig.Coordinator.Level);
        Assert.False(ConditionSet.HasAny(rig[group].Begun[^1].Conditions, ConditionSet.Provocable));
    }

    // D9 is about a session that is well: a fresh datagram within 5 s, or nothing due.
    [Theory]
    [InlineData(false, 50, false)]
    [InlineData(true, 5, false)]
    [InlineData(true, 6, true)]
    public void On_a_session_that_hears_nothing_the_rekey_is_tried_three_times_and_escalates(bool answerDue, int silenceSeconds, bool escalates)
    {
        var rig = new CoordinatorRig { AnswerDue = answerDue, Heard = false };
        rig.Wait(1 * Second);
        rig.Hear();
        rig.Provoke();
        rig.Wait(silenceSeconds * Second).Fail();
        Assert.Equal(escalates ? CoordinatorState.BackingOff : CoordinatorState.Idle, rig.Coordinator.State);
        if (escalates)
        {
            rig.WaitForNextAttempt().Fail().WaitForNextAttempt().Fail();
            Assert.Equal("RecoveryExhausted at L4 after RekeyTimeout", rig.Told[^1]);
        }
    }

    [Fact]
    public void What_was_held_back_runs_once_the_session_is_no_longer_well()
    {
        var rig = new CoordinatorRig { Heard = false };
        rig.Provoke();
        rig.Update().Fail();
        _ = rig.Told;
        rig.AnswerDue = true;
        rig.Wait(5 * Second);
        Assert.Empty(rig.Told);
        rig.Wait(1);
        Assert.Equal(["L3 attempt 1"], rig.Told);
    }

    [Fact]
    public void An_attempt_that_began_in_silence_is_no_suspicion_even_if_the_session_is_heard_before_it_fails()
    {
        var rig = new CoordinatorRig { AnswerDue = true, Heard = false };
        rig.Provoke();
        rig.Wait(6 * Second);
        Assert.Equal(["L3 attempt 1"], rig.Told);
        rig.Hear();
        rig.Fail();
        Assert.Equal(CoordinatorState.BackingOff, rig.Coordinator.State);
    }

    // D9 spares nobody who says that the key leaked.
    [Fact]
    public void A_leaked_key_is_no_suspicion()
    {
        var rig = new CoordinatorRig();
        rig.Provoke();
        rig.Begin(3);
        rig.Update().Fail();
        Assert.Equal(CoordinatorState.BackingOff, rig.Coordinator.State);
    }
}
