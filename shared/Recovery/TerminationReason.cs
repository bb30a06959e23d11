namespace Hoplink.Recovery;

/// <summary>Why a session ended: the reason byte of RST (13.1) and of the failure analysis.</summary>
public enum TerminationReason : byte
{
    /// <summary>None given.</summary>
    None = 0,

    /// <summary>Every level of the ladder failed (9.2).</summary>
    RecoveryExhausted = 1,

    /// <summary>Partition, and a failing group besides (8, D1).</summary>
    PartitionAndFailure = 2,

    /// <summary>An internal check failed, or the peer acknowledges what was never sent (8, StateCorrupt).</summary>
    StateCorrupt = 3,

    /// <summary>The application ended it.</summary>
    ApplicationAbort = 4,

    /// <summary>A new session of the same key id took its place (4).</summary>
    Replaced = 5,

    /// <summary>The peer sent RST (13.1).</summary>
    PeerReset = 6,

    /// <summary>The peer does not know the session (13.3).</summary>
    StatelessReset = 7,

    /// <summary>R heard nothing valid for 10 minutes (7).</summary>
    Silence = 8,

    /// <summary>The peer did not answer FIN (6.4).</summary>
    FinUnanswered = 9,

    /// <summary>Fault injection threw the session's state away.</summary>
    Forgotten = 10,

    /// <summary>A link without a session was kept for an hour, or made room for others (13.4).</summary>
    Expired = 11,
}
