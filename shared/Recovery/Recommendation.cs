namespace Hoplink.Recovery;

/// <summary>
/// What an operator may be told to do. Those for conditions stand first, in the order in which one pattern brings them up: what ends
/// sessions, then what only a person can mend. From <see cref="FirstResult"/> on, a value is a result's number plus that.
/// </summary>
internal enum Recommendation : byte
{
    None = 0,
    StateCorrupt = 1,
    Partition = 2,
    KeyCompromise = 3,
    BadTags = 4,
    Replay = 5,
    KeyWornOut = 6,
    PowerSaveAndPorts = 7,
    HopSyncLost = 8,
    PortMismatch = 9,
    SyncOverdue = 10,
    ClockOffset = 11,
    TimestampInvalid = 12,
    LossBursts = 13,
    Stalled = 14,
    Overrun = 15,
    Duplicates = 16,
    PeerAsks = 17,
    TimeSyncRate = 18,
    SequenceRepairRate = 19,
    RekeyRate = 20,
    FirstResult = 32,
}
