using Hoplink.Recovery;
using static Hoplink.Tests.Recovery.AnalyticsRig;

namespace Hoplink.Tests.Recovery;

public sealed class AnalyticsAllocationTests
{
    [Fact]
    public void Recording_and_analysing_allocates_nothing()
    {
        var analytics = new RecoveryAnalytics(100);
        var read = new AttemptRecord();
        Work(analytics, read); // compiles every path before the measured run

        long before = GC.GetAllocatedBytesForCurrentThread();
        Work(analytics, read);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void It_takes_no_more_than_five_kilobytes()
    {
        _ = new RecoveryAnalytics(100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = new RecoveryAnalytics(100);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 5 * 1024);
    }

    private static void Work(RecoveryAnalytics analytics, AttemptRecord read)
    {
        for (int i = 0; i < 300; i++)
        {
            var level = (RecoveryLevel)(1 + (i % 4));
            var result = (RecoveryResult)(i % 21);
            analytics.RecordCondition((FailureCondition)(1 + (i % 18)), i, i);

            // One set often, many once.
            int conditions = i % 2 == 0 ? 1 << (int)FailureCondition.GapTimeout : (i * 2654435) & ((1 << 19) - 2);
            analytics.RecordAttempt(level, result, conditions, i, i, i, i, i * Second);
            analytics.Analyse(i * Second);
            analytics.GetAttempt(0, read);
            _ = analytics.RecentConditions(i) + analytics.CountOf(FailureCondition.GapTimeout, i) + analytics.SuccessPermille(level)
                + analytics.FailurePatternCount + analytics.RecommendationCount;
        }

        analytics.ClearConditions();
        analytics.OnIdle();
    }
}
