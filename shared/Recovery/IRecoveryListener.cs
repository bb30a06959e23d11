namespace Hoplink.Recovery;

/// <summary>Hears how a recovery climbs.</summary>
public interface IRecoveryListener
{
    /// <summary>Conditions began or ended; <paramref name="conditions"/> are those that hold now.</summary>
    void OnConditions(int began, int ended, int conditions, long now);

    /// <summary>An attempt begins, for these conditions.</summary>
    void OnRungStarted(RecoveryLevel level, int attempt, int conditions, long now);

    /// <summary>An attempt failed.</summary>
    void OnRungFailed(RecoveryLevel level, int attempt, RecoveryResult result, long now);

    /// <summary>The recovery goes on at a higher level.</summary>
    void OnEscalated(RecoveryLevel from, RecoveryLevel to, long now);

    /// <summary>An attempt succeeded, so many us after the recovery began.</summary>
    void OnRungSucceeded(RecoveryLevel level, long durationMicros, long now);

    /// <summary>L4: the session is to be terminated.</summary>
    void OnTerminate(TerminationReason reason, RecoveryLevel reached, RecoveryResult lastError, long now);
}
