using Hoplink.Parameters;

namespace Hoplink.Recovery;

/// <summary>
/// The three parameters that the analysis tunes, ms: the document's thresholds, factors and caps, and back again by the same factor,
/// never below the start (D13). Integer arithmetic, rounding down.
/// </summary>
internal sealed class TunedParameters
{
    internal int TimeResyncTimeoutMs { get; private set; } = SpecConstants.TIME_RESYNC_TIMEOUT_MS;

    internal int SequenceRepairTimeoutMs { get; private set; } = SpecConstants.SEQUENCE_REPAIR_TIMEOUT_MS;

    internal int RetryIntervalMs { get; private set; } = SpecConstants.RECOVERY_RETRY_INTERVAL_MS;

    /// <summary>Too few attempts to judge (D13) leave the timeout alone.</summary>
    internal static bool IsBelow(int successes, int attempts, int percent)
    {
        return attempts >= SpecConstants.MinAttemptsForRate && successes * 100 < percent * attempts;
    }

    internal void TuneTimeResync(int successes, int attempts)
    {
        if (attempts >= SpecConstants.MinAttemptsForRate)
        {
            TimeResyncTimeoutMs = Step(
                IsBelow(successes, attempts, SpecConstants.TIME_SYNC_SUCCESS_RATE_PERCENT),
                TimeResyncTimeoutMs,
                SpecConstants.TIMEOUT_FACTOR_PERCENT,
                SpecConstants.TIME_RESYNC_TIMEOUT_MS,
                SpecConstants.TIME_RESYNC_TIMEOUT_CAP_MS);
        }
    }

    internal void TuneSequenceRepair(int successes, int attempts)
    {
        if (attempts >= SpecConstants.MinAttemptsForRate)
        {
            SequenceRepairTimeoutMs = Step(
                IsBelow(successes, attempts, SpecConstants.SEQUENCE_REPAIR_SUCCESS_RATE_PERCENT),
                SequenceRepairTimeoutMs,
                SpecConstants.TIMEOUT_FACTOR_PERCENT,
                SpecConstants.SEQUENCE_REPAIR_TIMEOUT_MS,
                SpecConstants.SEQUENCE_REPAIR_TIMEOUT_CAP_MS);
        }
    }

    internal void TuneRetryInterval(int recurringConditions)
    {
        RetryIntervalMs = Step(
            recurringConditions > SpecConstants.MAX_RECURRING_CONDITIONS,
            RetryIntervalMs,
            SpecConstants.RETRY_INTERVAL_FACTOR_PERCENT,
            SpecConstants.RECOVERY_RETRY_INTERVAL_MS,
            SpecConstants.RECOVERY_RETRY_INTERVAL_CAP_MS);
    }

    private static int Step(bool grow, int value, int factorPercent, int start, int cap)
    {
        if (grow)
        {
            int grown = value * factorPercent / 100;
            return grown < cap ? grown : cap;
        }

        int decayed = value * 100 / factorPercent;
        return decayed > start ? decayed : start;
    }
}
