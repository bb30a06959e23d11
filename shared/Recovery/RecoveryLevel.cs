namespace Hoplink.Recovery;

/// <summary>The rungs of the ladder (9.1), numbered as in the customer's document.</summary>
public enum RecoveryLevel : byte
{
    /// <summary>Nothing to recover from.</summary>
    None = 0,

    /// <summary>L1, time resync (10).</summary>
    TimeSync = 1,

    /// <summary>L2, sequence repair (11).</summary>
    SequenceRepair = 2,

    /// <summary>L3, session rekey (12).</summary>
    SessionRekey = 3,

    /// <summary>L4, terminate and reconnect (13).</summary>
    ConnectionTerminate = 4,

    /// <summary>The session has ended.</summary>
    Failed = 5,
}
