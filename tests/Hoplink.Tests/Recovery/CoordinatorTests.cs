using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>How a recovery goes on after success and failure (9.2, steps 3 to 5).</summary>
public sealed class CoordinatorTests
{
    private const long Second = CoordinatorRig.Second;

    // 9.2, step 3
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_rung_that_cures_all_that_holds_ends_the_recovery(int group)
    {
        var rig = new CoordinatorRig();
        rig.Begin(group);
        rig.Update();
        if (group == 2)
        {
            rig.End(2);
        }

        rig.Succeed();
        Assert.Equal([$"L{group} attempt 1", $"L{group} succeeded"], rig.Told);
        Assert.Equal(CoordinatorState.Idle, rig.Coordinator.State);
        Assert.Equal(RecoveryLevel.None, rig.Coordinator.Level);
        Assert.Equal(0, rig.Coordinator.Attempt);
        Assert.Equal(0, rig.Analytics.TotalAttempts);
        rig.Wait(50 * Second);
        Assert.Empty(rig.Told);
    }

    // 9.2, step 3: still holds though its own level was tried: the level above the one just run.
    [Fact]
    public void What_still_holds_after_its_own_rung_goes_to_the_level_above()
    {
        var rig = new CoordinatorRig();
        rig.Begin(1);
        rig.Update().Succeed();
        Assert.Equal(["L1 attempt 1", "L1 succeeded", "L1 to L2", "L2 attempt 1"], rig.Told);
        rig.Succeed();
        Assert.Equal(["L2 succeeded", "L2 to L3", "L3 attempt 1"], rig.Told); // above the one just run, not above L1
    }

    // 9.2, step 3: but from a successful L3 back to its own, never to L4.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_outlives_a_rekey_goes_back_to_its_own_level_and_never_to_l4(int group)
    {
        var rig = new CoordinatorRig();
        rig.Begin(group);
        rig.Update();
        SucceedUntilRekey(rig);

        for (int round = 0; round < 5; round++)
        {
            _ = rig.Told;
            rig.Succeed();
            Assert.Equal((RecoveryLevel)group, rig.Coordinator.Level);
            if (round > 0)
            {
                rig.WaitForNextAttempt();
            }

            Assert.Equal(["L3 succeeded", $"L{group} attempt 1"], rig.Told);
            SucceedUntilRekey(rig);
        }
    }

    // 9.2, step 3: any other starts at its own level.
    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    public void What_is_found_after_a_success_and_was_not_tried_starts_at_its_own_level(int first, int then)
    {
        var rig = new CoordinatorRig();
        rig.Begin(first);
        rig.Update();
        if (first < 3)
        {
            rig.End(first);
        }

        rig.Begin(then);
        rig.Succeed();
        Assert.Equal([$"L{first} attempt 1", $"L{first} succeeded", $"L{then} attempt 1"], rig.Told);
    }

    [Fact]
    public void What_was_tried_in_an_earlier_recovery_does_not_count_as_tried()
    {
        var rig = new CoordinatorRig();
        rig.Begin(1);
        rig.Update();
        rig.End(1);
        rig.Succeed();
        rig.Begin(2);
        rig.Update();
        rig.End(2);
        rig.Begin(1);
        _ = rig.Told;
        rig.Succeed();
        Assert.Equal(["L2 succeeded", "L1 attempt 1"], rig.Told);
    }

    // protocol.md 9.2 is silent on how fast: 4 s, then 8 s, within one recovery.
    [Fact]
    public void Going_back_from_a_rekey_is_immediate_once_then_waits_longer_each_time_and_afresh_in_the_next_recovery()
    {
        var rig = new CoordinatorRig();
        foreach (int seconds in (int[])[0, 4, 8, 0, 4])
        {
            rig.Begin(2);
            rig.Update();
            rig.Succeed();
            rig.Jitter(0);
            rig.Succeed();
            if (seconds == 0)
            {
                Assert.Equal(CoordinatorState.Attempting, rig.Coordinator.State);
                continue;
            }

            Assert.Equal(rig.Now + (seconds * Second), rig.Coordinator.NextTimer);
            rig.WaitForNextAttempt();
            if (seconds == 8)
            {
                rig.End(2);
                rig.Succeed();
                Assert.Equal(CoordinatorState.Idle, rig.Coordinator.State);
            }
        }
    }

    // 9.3: L3 cures time as well if it stepped the clock.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_rekey_that_stepped_the_clock_cures_time_as_well(bool stepped)
    {
        var rig = new CoordinatorRig();
        rig.Begin(3);
        rig.Update();
        rig.Delivery.Times(3, () => rig.Detector.OnWrongTimestamp(rig.Now));
        rig.Succeed(stepped);
        Assert.Equal(stepped ? CoordinatorState.Idle : CoordinatorState.Attempting, rig.Coordinator.State);
    }

    // 11: the repair that follows a successful L3 in the same recovery accepts any distance.
    [Fact]
    public void A_rung_is_told_of_a_rekey_in_the_same_recovery_and_not_of_one_before()
    {
        var rig = new CoordinatorRig();
        rig.Begin(3);
        rig.Update();
        rig.Begin(2);
        rig.Succeed();
        Assert.True(rig.L2.Begun.Single().AfterRekey);
        rig.End(2);
        rig.Succeed();
        Assert.Equal(CoordinatorState.Idle, rig.Coordinator.State);
        rig.Begin(2);
        rig.Update();
        Assert.False(rig.L2.Begun[^1].AfterRekey);
    }

    // 9.2, step 4; D18: 4 s, then 8 s, +-10 %; after 3 attempts the next level.
    [Theory]
    [InlineData(-1, 3_600_000, 7_200_000)]
    [InlineData(0, 4_000_000, 8_000_000)]
    [InlineData(1, 4_399_987, 8_799_975)]
    public void A_failed_attempt_is_repeated_after_4_s_and_8_s_and_then_the_next_level_is_tried(int jitter, long first, long second)
    {
        var rig = new CoordinatorRig();
        rig.Begin(2);
        rig.Update();
        foreach (long wait in (long[])[first, second])
        {
            rig.Jitter(jitter);
            rig.Fail();
            Assert.Equal(CoordinatorState.BackingOff, rig.Coordinator.State);
            Assert.Null(rig.Coordinator.Running);
            Assert.Equal(rig.Now + wait, rig.Coordinator.NextTimer);
            rig.Wait(wait - 1);
            Assert.Equal(CoordinatorState.BackingOff, rig.Coordinator.State);
            rig.Wait(1);
        }

        rig.Fail();
        Assert.Equal(
            ["L2 attempt 1", "L2 failed 1", "L2 attempt 2", "L2 failed 2", "L2 attempt 3", "L2 failed 3", "L2 to L3", "L3 attempt 1"],
            rig.Told);
    }

    // 9.2, step 4: a failure that cannot go differently next time escalates at once, and to L3 (D17).
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_final_failure_goes_to_the_rekey_at_once(int group)
    {
        var rig = new CoordinatorRig();
        rig.Begin(group);
        rig.Update().Fail(final: true);
        Assert.Equal([$"L{group} attempt 1", $"L{group} failed 1", $"L{group} to L3", "L3 attempt 1"], rig.Told);
    }

    // D4: resumes at the higher of this level and the one that detection now asks for.
    [Theory]
    [InlineData(2, 3, 3, 1)]
    [InlineData(1, 2, 2, 1)]
    [InlineData(2, 1, 2, 2)]
    [InlineData(3, 1, 3, 2)]
    public void A_recovery_resumes_at_the_higher_level(int first, int then, int level, int attempt)
    {
        var rig = new CoordinatorRig();
        rig.Begin(first);
        rig.Update().Fail();
        if (first < 3)
        {
            rig.End(first);
        }

        rig.Begin(then);
        _ = rig.Told;
        rig.WaitForNextAttempt();
        Assert.Equal($"L{level} attempt {attempt}", rig.Told[^1]);
    }

    // 9.2, step 4: attempts count afresh at a new level.
    [Fact]
    public void Attempts_count_afresh_at_a_new_level()
    {
        var rig = new CoordinatorRig();
        rig.Begin(1);
        rig.Update().FailLevel();
        rig.FailLevel();
        Assert.Equal(
            ["L1 to L2", "L2 attempt 1", "L2 failed 1", "L2 attempt 2", "L2 failed 2", "L2 attempt 3", "L2 failed 3", "L2 to L3", "L3 attempt 1"],
            rig.Told[^9..]);
    }

    // 9.2, step 4: if nothing holds any more, Idle.
    [Fact]
    public void A_backoff_at_whose_end_nothing_holds_ends_the_recovery()
    {
        var rig = new CoordinatorRig();
        rig.Begin(1);
        rig.Update().Fail();
        rig.End(1);
        _ = rig.Told;
        rig.Wait(10 * Second);
        Assert.Empty(rig.Told);
        Assert.Equal(CoordinatorState.Idle, rig.Coordinator.State);
        Assert.Equal(0, rig.Analytics.TotalAttempts);
    }

    // protocol.md 9.2 is silent: what no longer holds after the last attempt needs no higher rung, least of all L4.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_last_attempt_after_which_nothing_holds_does_not_escalate(int group)
    {
        var rig = new CoordinatorRig();
        rig.Begin(group);
        rig.Update().Fail().WaitForNextAttempt().Fail().WaitForNextAttempt();
        rig.End(group);
        _ = rig.Told;
        rig.Fail();
        Assert.Equal([$"L{group} failed 3"], rig.Told);
        Assert.Equal(CoordinatorState.Idle, rig.Coordinator.State);
    }

    // 9.2, step 5; D14: once; then Ended.
    [Fact]
    public void When_the_rekey_has_failed_the_session_is_terminated_once()
    {
        var rig = new CoordinatorRig();
        rig.Begin(3);
        rig.Update().FailLevel();
        Assert.Equal(["L3 to L4", "RecoveryExhausted at L4 after RekeyTimeout"], rig.Told[^2..]);
        Assert.Equal(CoordinatorState.Ended, rig.Coordinator.State);
        Assert.Equal(RecoveryLevel.Failed, rig.Coordinator.Level);
        Assert.Equal(Hoplink.Timing.TimerTable.Never, rig.Coordinator.NextTimer);
        Assert.Equal(1, rig.Analytics.AttemptsAt(RecoveryLevel.ConnectionTerminate));

        rig.Begin(1);
        rig.Detector.OnStateCorrupt();
        rig.Wait(600 * Second);
        Assert.Empty(rig.Told);
        Assert.Equal(1, rig.Analytics.AttemptsAt(RecoveryLevel.ConnectionTerminate));
    }

    // D3: each attempt counted once; cleared when the coordinator returns to Idle.
    [Fact]
    public void Each_attempt_is_recorded_once_and_the_total_is_cleared_by_idleness()
    {
        var rig = new CoordinatorRig();
        rig.Begin(2);
        rig.Update().FailLevel(); // 3 at L2
        rig.Fail(); // 1 at L3
        Assert.Equal(4, rig.Analytics.TotalAttempts);
        rig.WaitForNextAttempt();
        rig.End(2);
        rig.Succeed();
        Assert.Equal(CoordinatorState.Idle, rig.Coordinator.State);
        Assert.Equal(0, rig.Analytics.TotalAttempts);
        Assert.Equal(3, rig.Analytics.AttemptsAt(RecoveryLevel.SequenceRepair));
        Assert.Equal(2, rig.Analytics.AttemptsAt(RecoveryLevel.SessionRekey));
        Assert.Equal(1, rig.Analytics.SuccessesAt(RecoveryLevel.SessionRekey));
    }

    // 9.2, step 2: until the level's timeout. Nobody answers.
    [Fact]
    public void An_attempt_that_nobody_answers_fails_at_its_deadline()
    {
        var rig = new CoordinatorRig();
        rig.L2.TimeoutMicros = 8 * Second;
        rig.Begin(2);
        rig.Update();
        Assert.Equal(8 * Second, rig.Coordinator.NextTimer);
        rig.Wait((8 * Second) - 1);
        Assert.Equal(CoordinatorState.Attempting, rig.Coordinator.State);
        rig.Wait(1);
        Assert.Equal(["L2 attempt 1", "L2 failed 1"], rig.Told);
        Assert.Equal(RecoveryResult.SequenceRepairTimeout, rig.Coordinator.LastError);
        Assert.Equal(RungStatus.Idle, rig.L2.Status); // given up, with whatever secrets it held
        Assert.False(rig.L2.Repeat.IsRunning);
    }

    // A rung may know its end as it begins: a repair window above 1000 (D17).
    [Fact]
    public void An_attempt_that_ends_as_it_begins_is_followed_up_in_the_same_turn()
    {
        var rig = new CoordinatorRig();
        rig.L2.AtBegin = () => rig.L2.EndBadly(final: true);
        rig.Begin(2);
        rig.Update();
        Assert.Equal(["L2 attempt 1", "L2 failed 1", "L2 to L3", "L3 attempt 1"], rig.Told);
    }

    // From nothing answered at all to L4: how long the ladder is, with the default timeouts and no jitter.
    [Fact]
    public void The_whole_ladder_from_l1_takes_three_attempts_at_each_level_and_ends()
    {
        var rig = new CoordinatorRig(initiator: false);
        rig.L2.TimeoutMicros = 8 * Second;
        rig.L3.TimeoutMicros = 10 * Second;
        rig.Detector.OnPeerAsks(RecoveryLevel.TimeSync); // stays until L1 succeeds
        for (int backoff = 0; backoff < 6; backoff++)
        {
            rig.Jitter(0);
        }

        rig.Update();
        while (rig.Coordinator.State != CoordinatorState.Ended)
        {
            rig.Wait(rig.Coordinator.NextTimer - rig.Now);
        }

        Assert.Equal(((3 * (5 + 8 + 10)) + (3 * (4 + 8))) * Second, rig.Now);
        Assert.Equal(9, rig.Told.Count(t => t.Contains("attempt", StringComparison.Ordinal)));
        Assert.Equal(SpecConstants.MAX_RECOVERY_ATTEMPTS_PER_LEVEL, rig.L3.Begun.Count);
    }

    [Fact]
    public void Ending_the_session_gives_the_attempt_up_and_nothing_follows()
    {
        var rig = new CoordinatorRig();
        rig.Begin(1);
        rig.Update();
        rig.Coordinator.End();
        Assert.Equal(RungStatus.Idle, rig.L1.Status);
        _ = rig.Told;
        rig.Wait(60 * Second);
        Assert.Empty(rig.Told);
        Assert.Equal(CoordinatorState.Ended, rig.Coordinator.State);
    }

    private static void SucceedUntilRekey(CoordinatorRig rig)
    {
        for (int rungs = 0; rungs < 3 && rig.Coordinator.Level != RecoveryLevel.SessionRekey; rungs++)
        {
            rig.Succeed();
        }

        Assert.Equal(RecoveryLevel.SessionRekey, rig.Coordinator.Level);
    }
}
