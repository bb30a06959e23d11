using System.Numerics;
using CsCheck;
using Hoplink.Recovery;
using static Hoplink.Tests.Recovery.AnalyticsRig;

namespace Hoplink.Tests.Recovery;

public sealed class AnalyticsPatternTests
{
    [Fact]
    public void Below_ten_attempts_nothing_is_analysed()
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.Fail(RecoveryLevel.TimeSync, 9, Bits(FailureCondition.SyncOverdue));
        analytics.Analyse(3 * Second);

        Assert.Equal(0, analytics.FailurePatternCount);
        Assert.Equal(0, analytics.RecurringConditions);
        Assert.Equal(0, analytics.RecommendationCount);
        Assert.Equal(5000, analytics.TimeResyncTimeoutMs);
        Assert.Equal(-1, analytics.LastAnalysisTime);

        analytics.Fail(RecoveryLevel.TimeSync, 1, Bits(FailureCondition.SyncOverdue));
        analytics.Analyse(4 * Second);

        Assert.Equal(1, analytics.FailurePatternCount);
        Assert.Equal(10, analytics.FailurePatternAttempts(0));
        Assert.Equal(Bits(FailureCondition.SyncOverdue), analytics.RecurringConditions);
        Assert.True(analytics.RecommendationCount > 0);
        Assert.Equal(6000, analytics.TimeResyncTimeoutMs);
        Assert.Equal(4 * Second, analytics.LastAnalysisTime);
    }

    [Fact]
    public void Patterns_come_most_frequent_first_and_of_equals_the_newest_first()
    {
        var analytics = new RecoveryAnalytics(100);
        int gap = Bits(FailureCondition.GapTimeout);
        int stalled = Bits(FailureCondition.DeliveryStalled, FailureCondition.GapTimeout);
        int tags = Bits(FailureCondition.AuthFailures);
        analytics.Fail(RecoveryLevel.SequenceRepair, 2, stalled);
        analytics.Fail(RecoveryLevel.SessionRekey, 3, tags);
        analytics.Fail(RecoveryLevel.SequenceRepair, 2, gap);
        analytics.Succeed(RecoveryLevel.SequenceRepair, 5, gap);
        analytics.Fail(RecoveryLevel.ConnectionTerminate, 1, 0);
        analytics.Analyse(0);

        Assert.Equal([(tags, 3), (gap, 2), (stalled, 2), (0, 1)], Patterns(analytics));
    }

    [Fact]
    public void Patterns_and_recurring_conditions_agree_with_a_plain_grouping()
    {
        // Sets from few conditions repeat; sets from many do not: both ends of the table are reached.
        Gen<int> sets = Gen.OneOf(Gen.Int[0, 7], Gen.Int[0, (1 << 18) - 1]).Select(bits => bits << 1);
        Gen.Select(sets, Gen.OneOf(Levels), Gen.Bool).List[10, 180].Sample(attempts =>
        {
            var analytics = new RecoveryAnalytics(100);
            foreach ((int conditions, RecoveryLevel level, bool success) in attempts)
            {
                analytics.Record(level, success ? RecoveryResult.Success : Silence(level), 1, conditions);
            }

            analytics.Analyse(0);

            var kept = attempts.TakeLast(100).Select((a, i) => (Conditions: a.Item1, Success: a.Item3, Index: i)).ToList();
            var patterns = kept.Where(a => !a.Success).GroupBy(a => a.Conditions)
                .OrderByDescending(g => g.Count()).ThenByDescending(g => g.Max(a => a.Index))
                .Select(g => (g.Key, g.Count()));
            Assert.Equal(patterns, Patterns(analytics));

            int recurring = AllConditions.Select(c => 1 << (int)c).Where(bit => kept.Count(a => (a.Conditions & bit) != 0) >= 3).Sum();
            Assert.Equal(recurring, analytics.RecurringConditions);
            Assert.Equal(BitOperations.PopCount((uint)recurring), analytics.RecurringConditionCount);
        });
    }

    [Fact]
    public void A_condition_recurs_when_it_stands_in_three_attempts()
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.Succeed(RecoveryLevel.TimeSync, 8);
        analytics.Succeed(RecoveryLevel.TimeSync, 2, Bits(FailureCondition.ClockOffset));
        analytics.Analyse(0);
        Assert.Equal(0, analytics.RecurringConditions);
        Assert.Equal(0, analytics.RecurringConditionCount);

        analytics.Fail(RecoveryLevel.TimeSync, 1, Bits(FailureCondition.ClockOffset, FailureCondition.SyncOverdue));
        analytics.Analyse(0);
        Assert.Equal(Bits(FailureCondition.ClockOffset), analytics.RecurringConditions);
        Assert.Equal(1, analytics.RecurringConditionCount);
    }

    [Fact]
    public void An_index_outside_is_refused_by_name()
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.Fail(RecoveryLevel.TimeSync, 10);
        analytics.Analyse(0);
        foreach (int index in new[] { -1, 1 })
        {
            Assert.Throws<ArgumentOutOfRangeException>("index", () => analytics.FailurePatternConditions(index));
            Assert.Throws<ArgumentOutOfRangeException>("index", () => analytics.FailurePatternAttempts(index));
        }
    }

    private static IEnumerable<(int Conditions, int Attempts)> Patterns(RecoveryAnalytics analytics)
    {
        return Enumerable.Range(0, analytics.FailurePatternCount)
            .Select(i => (analytics.FailurePatternConditions(i), analytics.FailurePatternAttempts(i)));
    }
}
