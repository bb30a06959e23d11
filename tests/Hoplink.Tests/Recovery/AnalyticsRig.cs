using Hoplink.Recovery;

namespace Hoplink.Tests.Recovery;

/// <summary>Shorthand for the analytics tests.</summary>
internal static class AnalyticsRig
{
    public static readonly FailureCondition[] AllConditions =
        [.. Enum.GetValues<FailureCondition>().Where(c => c != FailureCondition.None)];

    public static int Bits(params FailureCondition[] conditions)
    {
        return conditions.Aggregate(0, (bits, condition) => bits | (1 << (int)condition));
    }
}
