namespace Hoplink.Recovery;

/// <summary>
/// What came of an attempt or of a request: one code for each ERROR_ name of the customer's document. The numbers travel in RST (13.1,
/// "last error").
/// </summary>
/// <remarks>
/// Five codes tell of a request or a call and not of an attempt, and this library gives none of them as a result: a request that is not
/// served is dropped and counted by cause (2), and the coordinator starts its rungs by itself, one at a time. They have their numbers and
/// words so that the RST of another implementation can be read: <see cref="TimeSyncRequestFailed"/>, <see cref="RepairRequestFailed"/>,
/// <see cref="RekeyRequestFailed"/>, <see cref="RecoveryAlreadyInProgress"/>, <see cref="InvalidRecoveryLevel"/>. The sixth,
/// <see cref="RecoveryRetryScheduled"/>, is a state here: <c>BackingOff</c> (9.2).
/// </remarks>
public enum RecoveryResult : ushort
{
    /// <summary>SUCCESS.</summary>
    Success = 0,

    /// <summary>ERROR_TIME_RESYNC_TIMEOUT.</summary>
    TimeResyncTimeout = 1,

    /// <summary>ERROR_TIME_RESYNC_INVALID_CHALLENGE.</summary>
    TimeResyncInvalidChallenge = 2,

    /// <summary>ERROR_TIME_RESYNC_OFFSET_TOO_LARGE.</summary>
    TimeResyncOffsetTooLarge = 3,

    /// <summary>ERROR_TIME_RESYNC_VERIFICATION_FAILED.</summary>
    TimeResyncVerificationFailed = 4,

    /// <summary>ERROR_TIME_SYNC_REQUEST_FAILED: a request that is not served (nonce 0).</summary>
    TimeSyncRequestFailed = 5,

    /// <summary>ERROR_SEQUENCE_REPAIR_TIMEOUT.</summary>
    SequenceRepairTimeout = 6,

    /// <summary>ERROR_SEQUENCE_REPAIR_INVALID_NONCE.</summary>
    SequenceRepairInvalidNonce = 7,

    /// <summary>ERROR_SEQUENCE_REPAIR_INVALID_CONFIRMATION.</summary>
    SequenceRepairInvalidConfirmation = 8,

    /// <summary>A repair window above 1000, or a repair that would skip more than 1000: on to L3 (11, D17).</summary>
    SequenceRepairWindowTooLarge = 9,

    /// <summary>ERROR_REPAIR_REQUEST_FAILED: a request that is not served (nonce 0, window above 1000).</summary>
    RepairRequestFailed = 10,

    /// <summary>ERROR_REKEY_TIMEOUT.</summary>
    RekeyTimeout = 11,

    /// <summary>ERROR_REKEY_INVALID_NONCE.</summary>
    RekeyInvalidNonce = 12,

    /// <summary>ERROR_REKEY_INVALID_KEY (and ERROR_INVALID_PUBLIC_KEY): the peer's point is not valid.</summary>
    RekeyInvalidKey = 13,

    /// <summary>ERROR_REKEY_SHARED_SECRET_MISMATCH.</summary>
    RekeySharedSecretMismatch = 14,

    /// <summary>ERROR_REKEY_REQUEST_FAILED: a request that is not served (nonce 0).</summary>
    RekeyRequestFailed = 15,

    /// <summary>ERROR_RECOVERY_ALREADY_IN_PROGRESS.</summary>
    RecoveryAlreadyInProgress = 16,

    /// <summary>ERROR_RECOVERY_RETRY_SCHEDULED.</summary>
    RecoveryRetryScheduled = 17,

    /// <summary>ERROR_SESSION_UNRECOVERABLE.</summary>
    SessionUnrecoverable = 18,

    /// <summary>ERROR_INVALID_RECOVERY_LEVEL.</summary>
    InvalidRecoveryLevel = 19,

    /// <summary>ERROR_CONNECTION_TERMINATE: L4 was run.</summary>
    ConnectionTerminate = 20,
}
