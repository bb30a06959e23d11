using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>When the conditions of authentication and state begin and end (8), and what cures them (9.3).</summary>
public sealed class FailureDetectorAuthenticationTests
{
    private const long Second = DetectorRig.Second;

    public static TheoryData<RecoveryLevel> AllLevels =>
        [RecoveryLevel.TimeSync, RecoveryLevel.SequenceRepair, RecoveryLevel.SessionRekey];

    // 8, condition 10; D9: counters reset on a valid datagram.
    [Fact]
    public void Three_bad_tags_since_the_last_valid_datagram_are_authentication_failures()
    {
        var rig = new DetectorRig();
        rig.Times(2, () => rig.Detector.OnTag(false));
        Assert.False(rig.Holds(FailureCondition.AuthFailures, 0));
        rig.Detector.OnTag(true);
        rig.Detector.OnFresh(true, 0);
        rig.Times(2, () => rig.Detector.OnTag(false));
        Assert.False(rig.Holds(FailureCondition.AuthFailures, 0));
        rig.Detector.OnTag(false);
        Assert.True(rig.Holds(FailureCondition.AuthFailures, 0));
        rig.Detector.OnTag(true);
        rig.Detector.OnFresh(true, 0);
        Assert.False(rig.Holds(FailureCondition.AuthFailures, 0));
    }

    // Head of the protocol: only a fresh one under a session key resets AuthFailures, and valid is not yet fresh.
    [Fact]
    public void Neither_the_recovery_key_nor_a_replay_resets_authentication_failures()
    {
        var rig = new DetectorRig();
        rig.Times(3, () => rig.Detector.OnTag(false));
        Assert.True(rig.Holds(FailureCondition.AuthFailures, 0));
        rig.Detector.OnTag(true);
        rig.Detector.OnFresh(false, 1 * Second);
        Assert.True(rig.Holds(FailureCondition.AuthFailures, 1 * Second));
        rig.Detector.OnTag(true);
        Assert.True(rig.Holds(FailureCondition.AuthFailures, 1 * Second));
    }

    [Fact]
    public void Authentication_failures_do_not_lapse_with_time()
    {
        var rig = new DetectorRig();
        rig.Times(2, () => rig.Detector.OnTag(false));
        rig.Detector.Update(1 * Second);
        rig.Detector.OnTag(false);
        Assert.True(rig.Holds(FailureCondition.AuthFailures, 50 * Second));
    }

    // 8, condition 11: more than 10 %, of the last 64, of at least 20.
    [Theory]
    [InlineData(19, 3, false)]
    [InlineData(20, 2, false)]
    [InlineData(20, 3, true)]
    [InlineData(50, 5, false)]
    [InlineData(50, 6, true)]
    [InlineData(64, 6, false)]
    [InlineData(64, 7, true)]
    public void More_than_a_tenth_of_bad_tags_is_a_failure_rate(int datagrams, int bad, bool holds)
    {
        var rig = new DetectorRig();
        for (int i = 0; i < datagrams; i++)
        {
            Tag(rig, i >= bad);
        }

        Assert.Equal(holds, rig.Holds(FailureCondition.HmacFailureRate, 0));
    }

    [Fact]
    public void Only_the_last_64_datagrams_count_for_the_failure_rate()
    {
        var rig = new DetectorRig();
        rig.Times(7, () => Tag(rig, false));
        rig.Times(57, () => Tag(rig, true));
        Assert.True(rig.Holds(FailureCondition.HmacFailureRate, 0));
        Tag(rig, true);
        Assert.False(rig.Holds(FailureCondition.HmacFailureRate, 0));
        rig.Times(200, () => Tag(rig, true));
        rig.Times(6, () => Tag(rig, false));
        Assert.False(rig.Holds(FailureCondition.HmacFailureRate, 0));
        Tag(rig, false);
        Assert.True(rig.Holds(FailureCondition.HmacFailureRate, 0));
    }

    // 8, condition 13
    [Fact]
    public void Five_late_replays_in_10_s_are_a_pattern_and_four_are_not()
    {
        var rig = new DetectorRig();
        rig.Times(4, () => rig.Detector.OnReplay(1 * Second));
        Assert.False(rig.Holds(FailureCondition.ReplayPattern, 1 * Second));
        rig.Detector.OnReplay(11 * Second);
        Assert.True(rig.Holds(FailureCondition.ReplayPattern, 11 * Second));
        Assert.False(rig.Holds(FailureCondition.ReplayPattern, (11 * Second) + 1));
        rig.Times(3, () => rig.Detector.OnReplay(12 * Second));
        Assert.False(rig.Holds(FailureCondition.ReplayPattern, 12 * Second));
        rig.Detector.OnReplay(12 * Second);
        Assert.True(rig.Holds(FailureCondition.ReplayPattern, 12 * Second));
    }

    // 8, condition 17
    [Fact]
    public void Three_acknowledgments_of_what_was_never_sent_in_10_s_mean_corrupt_state()
    {
        var rig = new DetectorRig();
        rig.Times(2, () => rig.Detector.OnAckOfUnsent(1 * Second));
        Assert.False(rig.Holds(FailureCondition.StateCorrupt, 1 * Second));
        rig.Detector.OnAckOfUnsent((11 * Second) + 1);
        Assert.False(rig.Holds(FailureCondition.StateCorrupt, (11 * Second) + 1));
        rig.Times(2, () => rig.Detector.OnAckOfUnsent(12 * Second));
        Assert.True(rig.Holds(FailureCondition.StateCorrupt, 12 * Second));
    }

    // 8, condition 17; 9.3: no rung cures it.
    [Theory]
    [MemberData(nameof(AllLevels))]
    public void Corrupt_state_is_cured_by_nothing(RecoveryLevel level)
    {
        var rig = new DetectorRig();
        rig.Detector.OnStateCorrupt();
        Assert.True(rig.Holds(FailureCondition.StateCorrupt, 0));
        rig.Detector.Cure(level, true, 0);
        rig.Detector.OnFresh(true, 0);
        Assert.True(rig.Holds(FailureCondition.StateCorrupt, 0));
    }

    // 9.3: L3 cures authentication, with its counts (8).
    [Theory]
    [MemberData(nameof(AllLevels))]
    public void A_rekey_cures_authentication_and_no_other_rung_does(RecoveryLevel level)
    {
        const int Holding = ConditionSet.Authentication;
        var rig = new DetectorRig();
        rig.Times(20, () => rig.Detector.OnTag(false));
        rig.Times(5, () => rig.Detector.OnReplay(0));
        rig.Detector.OnKeyCompromise();
        rig.Detector.OnKeyWornOut();
        rig.Detector.Update(0);
        Assert.Equal(Holding, rig.Detector.Conditions);

        rig.Detector.Cure(level, false, 0);
        rig.Detector.Update(0);
        bool cured = level == RecoveryLevel.SessionRekey;
        Assert.Equal(cured ? 0 : Holding, rig.Detector.Conditions);

        rig.Times(2, () => rig.Detector.OnTag(false));
        rig.Times(4, () => rig.Detector.OnReplay(0));
        rig.Detector.Update(0);
        Assert.Equal(cured ? 0 : Holding, rig.Detector.Conditions);

        // Of 20 afresh, too.
        rig.Detector.OnTag(false);
        Assert.Equal(!cured, rig.Holds(FailureCondition.HmacFailureRate, 0));
    }

    // 8, conditions 12 and 14: what was once seen of a key stays true of it.
    [Fact]
    public void A_leaked_or_worn_out_key_stays_so_until_a_rekey()
    {
        var rig = new DetectorRig();
        rig.Detector.OnKeyCompromise();
        Assert.True(rig.Holds(FailureCondition.KeyCompromise, 0));
        Assert.False(rig.Holds(FailureCondition.KeyWornOut, 0));
        rig.Detector.OnKeyWornOut();
        for (int i = 1; i < 20; i++)
        {
            Tag(rig, true);
            Assert.True(rig.Holds(FailureCondition.KeyCompromise, i * Second));
            Assert.True(rig.Holds(FailureCondition.KeyWornOut, i * Second));
        }
    }

    // A good one is fresh, so that bad ones do not add up to AuthFailures.
    private static void Tag(DetectorRig rig, bool good)
    {
        rig.Detector.OnTag(good);
        if (good)
        {
            rig.Detector.OnFresh(true, rig.Detector.LastFreshAt);
        }

        rig.Detector.Update(rig.Detector.LastFreshAt);
    }
}
