using CsCheck;
using Hoplink.Recovery;
using static Hoplink.Tests.Recovery.AnalyticsRig;

namespace Hoplink.Tests.Recovery;

public sealed class AnalyticsRecommendationTests
{
    private readonly RecoveryAnalytics _analytics = new(100);

    [Theory]
    [InlineData(FailureCondition.ClockOffset, "clock drifts", "sleep")]
    [InlineData(FailureCondition.SyncOverdue, "older than 60 s", "Wi-Fi power save")]
    [InlineData(FailureCondition.PortMismatch, "do not meet", "hop port range")]
    [InlineData(FailureCondition.TimestampInvalid, "timestamps", "suspended")]
    [InlineData(FailureCondition.SequenceGap, "run ahead", "reorder limit")]
    [InlineData(FailureCondition.GapTimeout, "in bursts", "radio signal")]
    [InlineData(FailureCondition.DuplicateSequence, "arrived already", "NAT")]
    [InlineData(FailureCondition.ReorderOverflow, "run ahead", "reorder limit")]
    [InlineData(FailureCondition.DeliveryStalled, "unacknowledged", "full size")]
    [InlineData(FailureCondition.AuthFailures, "junk", "pre-shared keys")]
    [InlineData(FailureCondition.HmacFailureRate, "junk", "pre-shared keys")]
    [InlineData(FailureCondition.KeyCompromise, "exposed", "new pre-shared key")]
    [InlineData(FailureCondition.ReplayPattern, "replays", "bridging loop")]
    [InlineData(FailureCondition.KeyWornOut, "2^30", "why rekeys fail")]
    [InlineData(FailureCondition.HopSyncLost, "rendezvous port only", "hop port range")]
    [InlineData(FailureCondition.Partition, "90 s", "access point")]
    [InlineData(FailureCondition.StateCorrupt, "internal check", "same release")]
    [InlineData(FailureCondition.PeerAsks, "peer asked", "peer's own log")]
    public void Every_condition_leads_to_what_is_going_on_what_to_do_and_how_often(
        FailureCondition condition, string what, string remedy)
    {
        _analytics.Succeed(RecoveryLevel.SessionRekey, 9);
        _analytics.Fail(RecoveryLevel.SessionRekey, 1, Bits(condition));
        _analytics.Analyse(0);

        string only = Assert.Single(_analytics.Recommendations());
        Assert.Contains(what, only, StringComparison.Ordinal);
        Assert.Contains(remedy, only, StringComparison.Ordinal);
        Assert.EndsWith(" (In 1 of 10 attempts on record.)", only, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_recommended_when_nothing_failed()
    {
        _analytics.Succeed(RecoveryLevel.TimeSync, 100, Bits(AllConditions));
        _analytics.Analyse(0);
        Assert.Equal(0, _analytics.RecommendationCount);
    }

    [Fact]
    public void Recommendations_go_when_the_failures_are_no_longer_on_record()
    {
        _analytics.Fail(RecoveryLevel.TimeSync, 10, Bits(FailureCondition.SyncOverdue));
        _analytics.Analyse(0);
        Assert.NotEqual(0, _analytics.RecommendationCount);

        _analytics.Succeed(RecoveryLevel.TimeSync, 100);
        _analytics.Analyse(0);
        Assert.Equal(0, _analytics.RecommendationCount);
    }

    [Fact]
    public void The_most_frequent_pattern_speaks_first()
    {
        _analytics.Succeed(RecoveryLevel.SessionRekey, 80);
        _analytics.Fail(RecoveryLevel.SessionRekey, 2, Bits(FailureCondition.Partition));
        _analytics.Fail(RecoveryLevel.SessionRekey, 3, Bits(FailureCondition.GapTimeout));
        _analytics.Fail(RecoveryLevel.SessionRekey, 1, Bits(FailureCondition.AuthFailures, FailureCondition.GapTimeout));
        _analytics.Analyse(0);

        Assert.Collection(
            _analytics.Recommendations(),
            one => Assert.Matches("in bursts.*In 4 of 86 ", one),
            two => Assert.Matches("Nothing valid.*In 2 of 86 ", two),
            three => Assert.Matches("junk.*In 1 of 86 ", three));
    }

    [Fact]
    public void Overdue_sync_and_missed_ports_together_point_at_power_save_and_the_firewall_in_one()
    {
        _analytics.Succeed(RecoveryLevel.TimeSync, 20, Bits(FailureCondition.SyncOverdue));
        _analytics.Fail(RecoveryLevel.TimeSync, 2, Bits(FailureCondition.SyncOverdue, FailureCondition.PortMismatch));
        _analytics.Fail(RecoveryLevel.TimeSync, 1, Bits(FailureCondition.PortMismatch));
        _analytics.Analyse(0);

        string only = Assert.Single(_analytics.Recommendations());
        Assert.Matches("power save.*hop port range.*firewall.*In 2 of 23 ", only);
    }

    [Fact]
    public void Only_the_five_most_frequent_patterns_and_recurring_conditions_speak()
    {
        _analytics.Succeed(RecoveryLevel.SessionRekey, 80);
        _analytics.Succeed(RecoveryLevel.SessionRekey, 2, Bits(FailureCondition.PeerAsks));
        _analytics.Fail(RecoveryLevel.SessionRekey, 1, Bits(FailureCondition.PeerAsks));
        _analytics.Fail(RecoveryLevel.SessionRekey, 1, Bits(FailureCondition.KeyWornOut));
        FailureCondition[] frequent =
        [
            FailureCondition.GapTimeout, FailureCondition.Partition, FailureCondition.ClockOffset, FailureCondition.ReplayPattern,
            FailureCondition.DeliveryStalled,
        ];
        foreach (FailureCondition condition in frequent)
        {
            _analytics.Fail(RecoveryLevel.SessionRekey, 2, Bits(condition));
        }

        _analytics.Analyse(0);
        string[] said = _analytics.Recommendations();
        Assert.Equal(6, said.Length);
        Assert.Contains("The peer asked", said[5], StringComparison.Ordinal);
        Assert.EndsWith(" (In 3 of 94 attempts on record.)", said[5], StringComparison.Ordinal);
        Assert.DoesNotContain(said, s => s.Contains("2^30", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RecoveryLevel.TimeSync, 69, 99, "Time resync often fails.*69 of 99 attempts .* may now take 6000 ms")]
    [InlineData(RecoveryLevel.TimeSync, 70, 100, null)]
    [InlineData(RecoveryLevel.SequenceRepair, 79, 99, "Sequence repair often fails.*79 of 99 .* may now take 9600 ms")]
    [InlineData(RecoveryLevel.SequenceRepair, 80, 100, null)]
    [InlineData(RecoveryLevel.SessionRekey, 79, 99, "Session rekeying often fails.*slow key agreement.*79 of 99 attempts")]
    [InlineData(RecoveryLevel.SessionRekey, 80, 100, null)]
    public void A_level_that_often_fails_is_named_with_its_counts(RecoveryLevel level, int successes, int attempts, string? text)
    {
        _analytics.Fail(level, attempts - successes);
        _analytics.Succeed(level, successes);
        _analytics.Analyse(0);

        string only = Assert.Single(_analytics.Recommendations());
        if (text == null)
        {
            // No condition and no rate explains it: the newest failure's advice stands in.
            Assert.StartsWith(RecoveryText.Advice(Silence(level)), only, StringComparison.Ordinal);
        }
        else
        {
            Assert.Matches(text, only);
        }
    }

    [Fact]
    public void A_telling_result_brings_its_advice_and_a_silent_peer_does_not()
    {
        _analytics.Succeed(RecoveryLevel.TimeSync, 20);
        _analytics.Record(RecoveryLevel.TimeSync, RecoveryResult.TimeResyncOffsetTooLarge, 2, Bits(FailureCondition.ClockOffset));
        _analytics.Fail(RecoveryLevel.TimeSync, 2, Bits(FailureCondition.ClockOffset));
        _analytics.Analyse(0);

        Assert.Collection(
            _analytics.Recommendations(),
            one => Assert.Contains("clock drifts", one, StringComparison.Ordinal),
            two => Assert.Equal(
                RecoveryText.Advice(RecoveryResult.TimeResyncOffsetTooLarge) + " (In 2 of 24 attempts on record.)", two));
    }

    [Fact]
    public void Where_nothing_explains_a_failure_the_newest_one_is_answered()
    {
        _analytics.Succeed(RecoveryLevel.SessionRekey, 20);
        _analytics.Fail(RecoveryLevel.TimeSync);
        _analytics.Fail(RecoveryLevel.SessionRekey);
        _analytics.Succeed(RecoveryLevel.SessionRekey);
        _analytics.Analyse(0);

        Assert.Equal(
            RecoveryText.Advice(RecoveryResult.RekeyTimeout) + " (In 1 of 23 attempts on record.)",
            Assert.Single(_analytics.Recommendations()));
    }

    [Fact]
    public void Whatever_failed_there_is_a_recommendation_and_none_comes_twice()
    {
        var attempt = Gen.Select(Gen.OneOf(Levels), Gen.OneOf(Enum.GetValues<RecoveryResult>()), Gen.Int[0, (1 << 18) - 1]);
        attempt.List[10, 120].Sample(attempts =>
        {
            var analytics = new RecoveryAnalytics(100);
            foreach ((RecoveryLevel level, RecoveryResult result, int conditions) in attempts)
            {
                analytics.Record(level, result, 1, conditions << 1);
            }

            analytics.Analyse(0);
            string[] said = analytics.Recommendations();
            Assert.Equal(attempts.TakeLast(100).Any(a => a.Item2 != RecoveryResult.Success), said.Length > 0);
            Assert.Equal(said.Length, said.Distinct().Count());
        });
    }

    [Fact]
    public void All_that_can_be_said_at_once_has_room()
    {
        foreach (FailureCondition condition in AllConditions)
        {
            _analytics.Fail(RecoveryLevel.TimeSync, 3, Bits(condition));
        }

        _analytics.Fail(RecoveryLevel.SequenceRepair, 3);
        _analytics.Fail(RecoveryLevel.SessionRekey, 3);
        foreach (RecoveryResult result in Enum.GetValues<RecoveryResult>())
        {
            _analytics.Record(RecoveryLevel.SessionRekey, result);
        }

        _analytics.Analyse(0);

        // 16 about conditions (two pairs share one, and none stands for power save and ports), 3 rates, 13 telling results.
        Assert.Equal(32, _analytics.RecommendationCount);
        Assert.Equal(32, _analytics.Recommendations().Distinct().Count());
    }

    [Fact]
    public void An_index_outside_is_refused_by_name()
    {
        _analytics.Fail(RecoveryLevel.SessionRekey, 10);
        _analytics.Analyse(0);
        Assert.Throws<ArgumentOutOfRangeException>("index", () => _analytics.GetRecommendation(-1));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => _analytics.GetRecommendation(_analytics.RecommendationCount));
    }
}
