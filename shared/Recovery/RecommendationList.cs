using Hoplink.Parameters;

namespace Hoplink.Recovery;

/// <summary>
/// Recommendations without their words, so that making them allocates nothing: first from the most frequent failure patterns, then
/// from recurring conditions, low success rates, and results that say more than that no answer came.
/// </summary>
internal sealed class RecommendationList
{
    private const int LastForConditions = (int)Recommendation.PeerAsks;

    // Results that only say that no answer came, or that L4 ran: conditions and rates tell why.
    private const int QuietResults = (1 << (int)RecoveryResult.Success)
        | (1 << (int)RecoveryResult.TimeResyncTimeout)
        | (1 << (int)RecoveryResult.SequenceRepairTimeout)
        | (1 << (int)RecoveryResult.RekeyTimeout)
        | (1 << (int)RecoveryResult.RecoveryAlreadyInProgress)
        | (1 << (int)RecoveryResult.RecoveryRetryScheduled)
        | (1 << (int)RecoveryResult.SessionUnrecoverable)
        | (1 << (int)RecoveryResult.ConnectionTerminate);

    // The conditions that each recommendation is about, by its number.
    private static readonly int[] _about =
    {
        0,
        1 << (int)FailureCondition.StateCorrupt,
        1 << (int)FailureCondition.Partition,
        1 << (int)FailureCondition.KeyCompromise,
        (1 << (int)FailureCondition.AuthFailures) | (1 << (int)FailureCondition.HmacFailureRate),
        1 << (int)FailureCondition.ReplayPattern,
        1 << (int)FailureCondition.KeyWornOut,
        (1 << (int)FailureCondition.SyncOverdue) | (1 << (int)FailureCondition.PortMismatch),
        1 << (int)FailureCondition.HopSyncLost,
        1 << (int)FailureCondition.PortMismatch,
        1 << (int)FailureCondition.SyncOverdue,
        1 << (int)FailureCondition.ClockOffset,
        1 << (int)FailureCondition.TimestampInvalid,
        1 << (int)FailureCondition.GapTimeout,
        1 << (int)FailureCondition.DeliveryStalled,
        (1 << (int)FailureCondition.SequenceGap) | (1 << (int)FailureCondition.ReorderOverflow),
        1 << (int)FailureCondition.DuplicateSequence,
        1 << (int)FailureCondition.PeerAsks,
    };

    // Room for every recommendation and every result.
    private readonly byte[] _items = new byte[(int)Recommendation.FirstResult + (int)RecoveryResult.ConnectionTerminate];

    internal int Count { get; private set; }

    internal Recommendation At(int index)
    {
        return (Recommendation)_items[index];
    }

    /// <summary>Whether a set of conditions calls for a recommendation; power save and ports wants both of its conditions.</summary>
    internal static bool Concerns(Recommendation recommendation, int conditions)
    {
        if ((int)recommendation > LastForConditions)
        {
            return false;
        }

        int about = _about[(int)recommendation];
        return recommendation == Recommendation.PowerSaveAndPorts ? (conditions & about) == about : (conditions & about) != 0;
    }

    /// <summary>Makes the list afresh. Where nothing failed it stays empty.</summary>
    internal void Make(AttemptHistory history, FailurePatterns patterns, int recurringConditions)
    {
        Count = 0;
        if (patterns.Count == 0)
        {
            return;
        }

        for (int i = 0; i < patterns.Count && i < OwnConstants.ReportedPatterns; i++)
        {
            AddForConditions(patterns.ConditionsAt(i));
        }

        for (int bits = recurringConditions; bits != 0; bits &= bits - 1)
        {
            AddForConditions(bits & -bits); // one by one: they need not have stood together
        }

        AddForRate(history, RecoveryLevel.TimeSync, SpecConstants.TIME_SYNC_SUCCESS_RATE_PERCENT, Recommendation.TimeSyncRate);
        AddForRate(
            history, RecoveryLevel.SequenceRepair, SpecConstants.SEQUENCE_REPAIR_SUCCESS_RATE_PERCENT, Recommendation.SequenceRepairRate);
        AddForRate(history, RecoveryLevel.SessionRekey, OwnConstants.RekeySuccessRatePercent, Recommendation.RekeyRate);
        AddForResults(history);
    }

    /// <summary>Adds what a set of conditions calls for and is not in the list yet.</summary>
    internal void AddForConditions(int conditions)
    {
        for (int i = 1; i <= LastForConditions; i++)
        {
            Recommendation recommendation = (Recommendation)i;
            bool covered = (recommendation == Recommendation.PortMismatch || recommendation == Recommendation.SyncOverdue)
                && Contains(Recommendation.PowerSaveAndPorts);
            if (!covered && Concerns(recommendation, conditions))
            {
                Add(recommendation);
            }
        }
    }

    private void AddForRate(AttemptHistory history, RecoveryLevel level, int percent, Recommendation recommendation)
    {
        if (TunedParameters.IsBelow(history.SuccessesAt((int)level), history.AttemptsAt((int)level), percent))
        {
            Add(recommendation);
        }
    }

    private void AddForResults(AttemptHistory history)
    {
        int newest = 0;
        for (int i = 0; i < history.Count; i++)
        {
            int result = (int)history.ResultAt(i);
            newest = result != (int)RecoveryResult.Success ? result : newest;
            if ((QuietResults & (1 << result)) == 0)
            {
                Add((Recommendation)((int)Recommendation.FirstResult + result));
            }
        }

        if (Count == 0)
        {
            // Something failed that no condition and no rate explains: say at least what the newest failure calls for.
            Add((Recommendation)((int)Recommendation.FirstResult + newest));
        }
    }

    private bool Contains(Recommendation recommendation)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_items[i] == (byte)recommendation)
            {
                return true;
            }
        }

        return false;
    }

    private void Add(Recommendation recommendation)
    {
        if (!Contains(recommendation))
        {
            _items[Count] = (byte)recommendation;
            Count++;
        }
    }
}
