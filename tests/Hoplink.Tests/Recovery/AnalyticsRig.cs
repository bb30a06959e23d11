using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>Shorthand for the analytics tests.</summary>
internal static class AnalyticsRig
{
    public const long Second = 1_000_000;
    public const long Minute = 60 * Second;

    public static readonly RecoveryLevel[] Levels =
        [RecoveryLevel.TimeSync, RecoveryLevel.SequenceRepair, RecoveryLevel.SessionRekey, RecoveryLevel.ConnectionTerminate];

    public static readonly FailureCondition[] AllConditions =
        [.. Enum.GetValues<FailureCondition>().Where(c => c != FailureCondition.None)];

    public static int Bits(params FailureCondition[] conditions)
    {
        return conditions.Aggregate(0, (bits, condition) => bits | (1 << (int)condition));
    }

    /// <summary>What an attempt at a level ends with when nobody answers.</summary>
    public static RecoveryResult Silence(RecoveryLevel level)
    {
        return level switch
        {
            RecoveryLevel.TimeSync => RecoveryResult.TimeResyncTimeout,
            RecoveryLevel.SequenceRepair => RecoveryResult.SequenceRepairTimeout,
            RecoveryLevel.SessionRekey => RecoveryResult.RekeyTimeout,
            _ => RecoveryResult.ConnectionTerminate,
        };
    }

    public static void Succeed(this RecoveryAnalytics analytics, RecoveryLevel level, int times = 1, int conditions = 0)
    {
        analytics.Record(level, RecoveryResult.Success, times, conditions);
    }

    public static void Fail(this RecoveryAnalytics analytics, RecoveryLevel level, int times = 1, int conditions = 0)
    {
        analytics.Record(level, Silence(level), times, conditions);
    }

    public static void Record(
        this RecoveryAnalytics analytics, RecoveryLevel level, RecoveryResult result, int times = 1, int conditions = 0, long now = 0)
    {
        for (int i = 0; i < times; i++)
        {
            analytics.RecordAttempt(level, result, conditions, 0, 0, 0, 0, now);
        }
    }

    public static string[] Recommendations(this RecoveryAnalytics analytics)
    {
        return [.. Enumerable.Range(0, analytics.RecommendationCount).Select(analytics.GetRecommendation)];
    }
}
