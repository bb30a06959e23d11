using Hoplink.Recovery;
using static Hoplink.Tests.Recovery.AnalyticsRig;

namespace Hoplink.Tests.Recovery;

public sealed class AnalyticsFailureAnalysisTests
{
    private const long Now = 10 * Minute;

    private static readonly int _gap = Bits(FailureCondition.GapTimeout, FailureCondition.DeliveryStalled);

    private readonly RecoveryAnalytics _analytics = new(100);

    [Fact]
    public void It_says_in_words_all_that_led_to_the_end()
    {
        _analytics.Succeed(RecoveryLevel.TimeSync);
        _analytics.Fail(RecoveryLevel.SequenceRepair, 3, _gap);
        _analytics.Fail(RecoveryLevel.SessionRekey, 2);
        _analytics.RecordCondition(FailureCondition.ClockOffset, 1, Now - (6 * Minute));
        _analytics.RecordCondition(FailureCondition.GapTimeout, 12, Now - Minute);
        _analytics.RecordCondition(FailureCondition.DeliveryStalled, 8, Now - Minute);
        _analytics.RecordCondition(FailureCondition.GapTimeout, 17, Now);
        FailureAnalysis analysis = Make(_gap);

        Assert.Equal(
            """
            Session ended: RecoveryExhausted (1). Every level of recovery failed: the link reconnects by itself, and if this comes back follow the recommendations.
            Level reached: SessionRekey
            Last error: RekeyTimeout. No answer to the rekey request came in time: check that the peer runs, look for loss on the way, and let a slow board declare slow key agreement, which allows 30 s.
            Session age: 1 d 2 h 3 min 4 s
            Network: round trip 12.045 ms, jitter 0.900 ms, loss 8.3 %
            Conditions at the end: GapTimeout, DeliveryStalled
            Conditions of the last 5 minutes: GapTimeout x 2 (last measured: 17), DeliveryStalled x 1 (last measured: 8)
            Attempts: TimeSync 1 (1 succeeded), SequenceRepair 3 (0 succeeded), SessionRekey 2 (0 succeeded), ConnectionTerminate 0 (0 succeeded)
            Failure pattern, 3 attempts: GapTimeout, DeliveryStalled
            Failure pattern, 2 attempts: None
            Recommendation 1: The network loses or delays messages in bursts. Check the board's radio signal and the load of its channel, move the board or the access point, and send less at a time. (In 3 of 6 attempts on record.)
            Recommendation 2: A message stays unacknowledged after 8 retransmissions though the peer has room for it. Check that datagrams of full size pass the way to the peer (tunnel, VPN or firewall limits; Hoplink needs at most 1232 bytes), or lower the largest datagram in the options. (In 3 of 6 attempts on record.)
            Recommendation 3: Sequence repair often fails. Look for loss on the way, and for an end that restarts or is too busy to answer. (0 of 3 attempts on record succeeded; an attempt may now take 8000 ms.)
            """.ReplaceLineEndings("\n"),
            analysis.ToString());
    }

    [Fact]
    public void It_keeps_what_it_was_made_from()
    {
        _analytics.Succeed(RecoveryLevel.TimeSync, 101);
        _analytics.Fail(RecoveryLevel.TimeSync, 2, _gap);
        _analytics.RecordCondition(FailureCondition.GapTimeout, -17, Now);
        FailureAnalysis analysis = Make(Bits(FailureCondition.Partition));

        // What happens later does not change it.
        string text = analysis.ToString();
        _analytics.Fail(RecoveryLevel.TimeSync, 100);
        _analytics.ClearConditions();
        _analytics.Analyse(Now);
        analysis.Recommendations[0] = "changed";
        Assert.Equal(text, analysis.ToString());

        Assert.Equal(TerminationReason.RecoveryExhausted, analysis.Reason);
        Assert.Equal(RecoveryText.Advice(TerminationReason.RecoveryExhausted), analysis.ReasonText);
        Assert.Equal(RecoveryLevel.SessionRekey, analysis.LevelReached);
        Assert.Equal(RecoveryResult.RekeyTimeout, analysis.LastError);
        Assert.Equal(Bits(FailureCondition.Partition), analysis.ConditionsAtEnd);
        Assert.Equal(Bits(FailureCondition.GapTimeout), analysis.RecentConditions);
        Assert.Equal((1, -17), (analysis.CountOf(FailureCondition.GapTimeout), analysis.DetailsOf(FailureCondition.GapTimeout)));
        Assert.Equal((12_045, 83, 900), (analysis.RttMicros, analysis.LossPermille, analysis.JitterMicros));
        Assert.Equal(93_784_999_999, analysis.SessionAgeMicros);
        Assert.Equal((103, 101), (analysis.AttemptsAt(RecoveryLevel.TimeSync), analysis.SuccessesAt(RecoveryLevel.TimeSync)));
        Assert.Equal((0, 0), (analysis.AttemptsAt(RecoveryLevel.SessionRekey), analysis.SuccessesAt(RecoveryLevel.SessionRekey)));
        Assert.Equal(1, analysis.PatternCount);
        Assert.Equal((_gap, 2), (analysis.PatternConditions(0), analysis.PatternAttempts(0)));
        Assert.Equal(3, analysis.Recommendations.Length);
    }

    [Fact]
    public void It_lists_at_most_five_patterns_the_most_frequent_first()
    {
        for (int i = 1; i <= 7; i++)
        {
            _analytics.Fail(RecoveryLevel.SessionRekey, i, 1 << i);
        }

        FailureAnalysis analysis = Make(0);
        Assert.Equal(
            [(1 << 7, 7), (1 << 6, 6), (1 << 5, 5), (1 << 4, 4), (1 << 3, 3)],
            Enumerable.Range(0, analysis.PatternCount).Select(i => (analysis.PatternConditions(i), analysis.PatternAttempts(i))));
    }

    [Fact]
    public void What_held_at_the_end_is_answered_without_any_attempt()
    {
        FailureAnalysis analysis = Make(Bits(FailureCondition.StateCorrupt));

        string only = Assert.Single(analysis.Recommendations);
        Assert.StartsWith("An internal check failed", only, StringComparison.Ordinal);
        Assert.EndsWith("report it as a defect.", only, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_without_failures_or_samples_recommends_and_claims_nothing()
    {
        FailureAnalysis analysis = _analytics.MakeFailureAnalysis(
            (TerminationReason)77, RecoveryLevel.None, RecoveryResult.Success, 0, 0, 0, 0, 0, Now);

        Assert.Equal(
            """
            Session ended: unknown (77) (77). This release does not know this number: run the same release at both ends.
            Level reached: None
            Last error: Success. Nothing to do.
            Session age: 0 d 0 h 0 min 0 s
            Network: round trip not measured, jitter 0.000 ms, loss 0.0 %
            Conditions at the end: None
            Conditions of the last 5 minutes: None
            Attempts: TimeSync 0 (0 succeeded), SequenceRepair 0 (0 succeeded), SessionRekey 0 (0 succeeded), ConnectionTerminate 0 (0 succeeded)
            """.ReplaceLineEndings("\n"),
            analysis.ToString());
        Assert.Empty(analysis.Recommendations);
    }

    [Fact]
    public void Making_it_tunes_nothing()
    {
        _analytics.Fail(RecoveryLevel.TimeSync, 12);
        Make(0);
        Assert.Equal(5000, _analytics.TimeResyncTimeoutMs);
        Assert.Equal(-1, _analytics.LastAnalysisTime);
    }

    [Fact]
    public void Wrong_use_is_refused_by_name()
    {
        Assert.Throws<ArgumentOutOfRangeException>("conditions", () => Make(1));
        Assert.Throws<ArgumentOutOfRangeException>(
            "lossPermille",
            () => _analytics.MakeFailureAnalysis(
                TerminationReason.Silence, RecoveryLevel.None, RecoveryResult.Success, 0, 0, 1001, 0, 0, Now));

        _analytics.Fail(RecoveryLevel.TimeSync);
        FailureAnalysis analysis = Make(0);
        Assert.Throws<ArgumentOutOfRangeException>("level", () => analysis.AttemptsAt(RecoveryLevel.None));
        Assert.Throws<ArgumentOutOfRangeException>("level", () => analysis.SuccessesAt(RecoveryLevel.Failed));
        Assert.Throws<ArgumentOutOfRangeException>("condition", () => analysis.CountOf(FailureCondition.None));
        Assert.Throws<ArgumentOutOfRangeException>("condition", () => analysis.DetailsOf((FailureCondition)19));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => analysis.PatternConditions(1));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => analysis.PatternAttempts(-1));
    }

    private FailureAnalysis Make(int conditions)
    {
        long age = (((((24 + 2) * 60) + 3) * 60) + 4) * Second;
        return _analytics.MakeFailureAnalysis(
            TerminationReason.RecoveryExhausted,
            RecoveryLevel.SessionRekey,
            RecoveryResult.RekeyTimeout,
            conditions,
            12_045,
            83,
            900,
            age + 999_999,
            Now);
    }
}
