using CsCheck;
using Hoplink.Recovery;
using static Hoplink.Tests.Recovery.AnalyticsRig;

namespace Hoplink.Tests.Recovery;

public sealed class AnalyticsConditionTests
{
    private const long Retention = 5 * Minute;

    [Fact]
    public void Conditions_are_kept_for_five_minutes_and_no_longer()
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.RecordCondition(FailureCondition.GapTimeout, 17, 1000);

        Assert.Equal(Bits(FailureCondition.GapTimeout), analytics.RecentConditions(1000 + Retention - 1));
        Assert.Equal(1, analytics.CountOf(FailureCondition.GapTimeout, 1000 + Retention - 1));
        Assert.Equal(17, analytics.DetailsOf(FailureCondition.GapTimeout, 1000 + Retention - 1));

        Assert.Equal(0, analytics.RecentConditions(1000 + Retention));
        Assert.Equal(0, analytics.CountOf(FailureCondition.GapTimeout, 1000 + Retention));
        Assert.Equal(0, analytics.DetailsOf(FailureCondition.GapTimeout, 1000 + Retention));
    }

    [Fact]
    public void A_flapping_condition_pushes_no_other_out()
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.RecordCondition(FailureCondition.ClockOffset, -73_000, 0);
        for (int i = 1; i <= 1000; i++)
        {
            analytics.RecordCondition(FailureCondition.GapTimeout, i, i);
        }

        Assert.Equal(Bits(FailureCondition.ClockOffset, FailureCondition.GapTimeout), analytics.RecentConditions(2000));
        Assert.Equal(1, analytics.CountOf(FailureCondition.ClockOffset, 2000));
        Assert.Equal(-73_000, analytics.DetailsOf(FailureCondition.ClockOffset, 2000));
        Assert.Equal(32, analytics.CountOf(FailureCondition.GapTimeout, 2000));
    }

    [Fact]
    public void Success_clears_the_conditions_and_leaves_the_attempts()
    {
        var analytics = new RecoveryAnalytics(100);
        analytics.Fail(RecoveryLevel.TimeSync);
        analytics.RecordCondition(FailureCondition.SyncOverdue, 61, 0);

        analytics.ClearConditions();
        Assert.Equal(0, analytics.RecentConditions(0));
        Assert.Equal(0, analytics.CountOf(FailureCondition.SyncOverdue, 0));
        Assert.Equal(0, analytics.DetailsOf(FailureCondition.SyncOverdue, 0));
        Assert.Equal(1, analytics.AttemptCount);

        analytics.RecordCondition(FailureCondition.SyncOverdue, 62, 1);
        Assert.Equal(1, analytics.CountOf(FailureCondition.SyncOverdue, 1));
    }

    [Fact]
    public void The_log_agrees_with_a_plain_list_of_what_was_recorded()
    {
        // Condition 0 stands for ClearConditions; few conditions and steps of up to 40 s make both bounds bite.
        Gen<(int Condition, long Details, long Step)> steps = Gen.Select(Gen.Int[0, 40], Gen.Long, Gen.Long[0, 40 * Second])
            .Select((condition, details, step) => (condition == 0 ? 0 : 1 + (condition % 18), details, step / (1 + (condition % 7))));
        steps.List[0, 200].Sample(run =>
        {
            var analytics = new RecoveryAnalytics(100);
            List<(int Condition, long Details, long Time)> log = [];
            long now = 0;
            foreach ((int condition, long details, long step) in run)
            {
                now += step;
                if (condition == 0)
                {
                    analytics.ClearConditions();
                    log.Clear();
                }
                else
                {
                    analytics.RecordCondition((FailureCondition)condition, details, now);
                    log.Add((condition, details, now));
                }

                Compare(analytics, log, now);
            }

            Compare(analytics, log, now + (4 * Minute));
        });
    }

    private static void Compare(RecoveryAnalytics analytics, List<(int Condition, long Details, long Time)> log, long now)
    {
        var recent = log.Where(r => r.Time > now - Retention).ToList();
        Assert.Equal(recent.Select(r => r.Condition).Distinct().Sum(c => 1 << c), analytics.RecentConditions(now));
        foreach (FailureCondition condition in AllConditions)
        {
            var own = recent.Where(r => r.Condition == (int)condition).ToList();
            int inRing = log.TakeLast(32).Count(r => r.Condition == (int)condition && r.Time > now - Retention);
            Assert.Equal(own.Count == 0 ? 0 : Math.Max(1, inRing), analytics.CountOf(condition, now));
            Assert.Equal(own.Count == 0 ? 0 : own[^1].Details, analytics.DetailsOf(condition, now));
        }
    }

    [Theory]
    [InlineData(FailureCondition.None)]
    [InlineData((FailureCondition)19)]
    public void What_is_no_condition_is_refused_by_name(FailureCondition condition)
    {
        var analytics = new RecoveryAnalytics(100);
        Assert.Throws<ArgumentOutOfRangeException>("condition", () => analytics.RecordCondition(condition, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>("condition", () => analytics.CountOf(condition, 0));
        Assert.Throws<ArgumentOutOfRangeException>("condition", () => analytics.DetailsOf(condition, 0));
        Assert.Equal(0, analytics.RecentConditions(0));
    }
}
