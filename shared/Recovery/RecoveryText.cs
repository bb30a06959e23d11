namespace Hoplink.Recovery;

/// <summary>
/// Names and words of what the recovery ladder reports. Names are those of the enums, because enum.ToString() gives the number on a
/// device. None of this is for hot paths: sets and unknown values allocate.
/// </summary>
public static class RecoveryText
{
    /// <summary>The name of a level.</summary>
    public static string Of(RecoveryLevel level)
    {
        switch (level)
        {
            case RecoveryLevel.None: return "None";
            case RecoveryLevel.TimeSync: return "TimeSync";
            case RecoveryLevel.SequenceRepair: return "SequenceRepair";
            case RecoveryLevel.SessionRekey: return "SessionRekey";
            case RecoveryLevel.ConnectionTerminate: return "ConnectionTerminate";
            case RecoveryLevel.Failed: return "Failed";
            default: return Unknown((int)level);
        }
    }

    /// <summary>The name of a result.</summary>
    public static string Of(RecoveryResult result)
    {
        switch (result)
        {
            case RecoveryResult.Success: return "Success";
            case RecoveryResult.TimeResyncTimeout: return "TimeResyncTimeout";
            case RecoveryResult.TimeResyncInvalidChallenge: return "TimeResyncInvalidChallenge";
            case RecoveryResult.TimeResyncOffsetTooLarge: return "TimeResyncOffsetTooLarge";
            case RecoveryResult.TimeResyncVerificationFailed: return "TimeResyncVerificationFailed";
            case RecoveryResult.TimeSyncRequestFailed: return "TimeSyncRequestFailed";
            case RecoveryResult.SequenceRepairTimeout: return "SequenceRepairTimeout";
            case RecoveryResult.SequenceRepairInvalidNonce: return "SequenceRepairInvalidNonce";
            case RecoveryResult.SequenceRepairInvalidConfirmation: return "SequenceRepairInvalidConfirmation";
            case RecoveryResult.SequenceRepairWindowTooLarge: return "SequenceRepairWindowTooLarge";
            case RecoveryResult.RepairRequestFailed: return "RepairRequestFailed";
            case RecoveryResult.RekeyTimeout: return "RekeyTimeout";
            case RecoveryResult.RekeyInvalidNonce: return "RekeyInvalidNonce";
            case RecoveryResult.RekeyInvalidKey: return "RekeyInvalidKey";
            case RecoveryResult.RekeySharedSecretMismatch: return "RekeySharedSecretMismatch";
            case RecoveryResult.RekeyRequestFailed: return "RekeyRequestFailed";
            case RecoveryResult.RecoveryAlreadyInProgress: return "RecoveryAlreadyInProgress";
            case RecoveryResult.RecoveryRetryScheduled: return "RecoveryRetryScheduled";
            case RecoveryResult.SessionUnrecoverable: return "SessionUnrecoverable";
            case RecoveryResult.InvalidRecoveryLevel: return "InvalidRecoveryLevel";
            case RecoveryResult.ConnectionTerminate: return "ConnectionTerminate";
            default: return Unknown((int)result);
        }
    }

    /// <summary>The name of a condition.</summary>
    public static string Of(FailureCondition condition)
    {
        switch (condition)
        {
            case FailureCondition.None: return "None";
            case FailureCondition.ClockOffset: return "ClockOffset";
            case FailureCondition.SyncOverdue: return "SyncOverdue";
            case FailureCondition.PortMismatch: return "PortMismatch";
            case FailureCondition.TimestampInvalid: return "TimestampInvalid";
            case FailureCondition.SequenceGap: return "SequenceGap";
            case FailureCondition.GapTimeout: return "GapTimeout";
            case FailureCondition.DuplicateSequence: return "DuplicateSequence";
            case FailureCondition.ReorderOverflow: return "ReorderOverflow";
            case FailureCondition.DeliveryStalled: return "DeliveryStalled";
            case FailureCondition.AuthFailures: return "AuthFailures";
            case FailureCondition.HmacFailureRate: return "HmacFailureRate";
            case FailureCondition.KeyCompromise: return "KeyCompromise";
            case FailureCondition.ReplayPattern: return "ReplayPattern";
            case FailureCondition.KeyWornOut: return "KeyWornOut";
            case FailureCondition.HopSyncLost: return "HopSyncLost";
            case FailureCondition.Partition: return "Partition";
            case FailureCondition.StateCorrupt: return "StateCorrupt";
            case FailureCondition.PeerAsks: return "PeerAsks";
            default: return Unknown((int)condition);
        }
    }

    /// <summary>The name of a reason for ending a session; any byte that a peer's RST may carry.</summary>
    public static string Of(TerminationReason reason)
    {
        switch (reason)
        {
            case TerminationReason.None: return "None";
            case TerminationReason.RecoveryExhausted: return "RecoveryExhausted";
            case TerminationReason.PartitionAndFailure: return "PartitionAndFailure";
            case TerminationReason.StateCorrupt: return "StateCorrupt";
            case TerminationReason.ApplicationAbort: return "ApplicationAbort";
            case TerminationReason.Replaced: return "Replaced";
            case TerminationReason.PeerReset: return "PeerReset";
            case TerminationReason.StatelessReset: return "StatelessReset";
            case TerminationReason.Silence: return "Silence";
            case TerminationReason.FinUnanswered: return "FinUnanswered";
            case TerminationReason.Forgotten: return "Forgotten";
            case TerminationReason.Expired: return "Expired";
            default: return Unknown((int)reason);
        }
    }

    /// <summary>
    /// The names in a set of conditions (bit 1 &lt;&lt; (int)condition), by number, joined by ", "; "None" for the empty set.
    /// </summary>
    public static string Conditions(int bits)
    {
        string text = null;
        for (int i = 0; i < 32; i++)
        {
            if ((bits & (1 << i)) != 0)
            {
                string name = Of((FailureCondition)i);
                text = text == null ? name : text + ", " + name;
            }
        }

        return text == null ? Of(FailureCondition.None) : text;
    }

    /// <summary>One sentence on what an operator can do about a result.</summary>
    public static string Advice(RecoveryResult result)
    {
        return RecoveryAdvice.Of(result);
    }

    /// <summary>One sentence on why a session ended and what an operator can do about it.</summary>
    public static string Advice(TerminationReason reason)
    {
        return RecoveryAdvice.Of(reason);
    }

    private static string Unknown(int number)
    {
        return "unknown (" + number.ToString() + ")";
    }
}
