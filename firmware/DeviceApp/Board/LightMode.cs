namespace Hoplink.Device.Board;

/// <summary>What a board's light shows.</summary>
public enum LightMode : byte
{
    /// <summary>The board waits for its configuration.</summary>
    Provisioning,

    /// <summary>No Wi-Fi yet, or no more.</summary>
    JoiningNetwork,

    /// <summary>Wi-Fi, but no session.</summary>
    Connecting,

    /// <summary>A session, and nothing to recover from.</summary>
    Healthy,

    /// <summary>L1 runs.</summary>
    TimeSync,

    /// <summary>L2 runs.</summary>
    SequenceRepair,

    /// <summary>L3 runs.</summary>
    SessionRekey,

    /// <summary>L4 runs.</summary>
    ConnectionTerminate,

    /// <summary>The link has ended.</summary>
    Terminated,

    /// <summary>The program failed, and the board is about to start again.</summary>
    Crashed,
}
