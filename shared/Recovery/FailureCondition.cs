namespace Hoplink.Recovery;

/// <summary>The failure conditions of protocol.md 8, by number. A set of them is an int with bit (1 &lt;&lt; number).</summary>
public enum FailureCondition : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>I: the last time sample is off by more than 50 ms and half its round trip.</summary>
    ClockOffset = 1,

    /// <summary>I: the last time sample is older than 60 s.</summary>
    SyncOverdue = 2,

    /// <summary>The ends no longer meet on the hop ports.</summary>
    PortMismatch = 3,

    /// <summary>Valid datagrams whose timestamps are more than 5 s off.</summary>
    TimestampInvalid = 4,

    /// <summary>The highest message seen is too far ahead.</summary>
    SequenceGap = 5,

    /// <summary>Later messages are held, and the next expected stays away.</summary>
    GapTimeout = 6,

    /// <summary>Messages already received keep coming.</summary>
    DuplicateSequence = 7,

    /// <summary>A message inside the offered window found no room.</summary>
    ReorderOverflow = 8,

    /// <summary>A message was retransmitted 8 times without progress.</summary>
    DeliveryStalled = 9,

    /// <summary>Bad tags since the last valid datagram.</summary>
    AuthFailures = 10,

    /// <summary>Too large a share of bad tags.</summary>
    HmacFailureRate = 11,

    /// <summary>Two valid datagrams with one number, or the application says so.</summary>
    KeyCompromise = 12,

    /// <summary>Old datagrams come again.</summary>
    ReplayPattern = 13,

    /// <summary>2^30 datagrams under one key, or its keystream would repeat (14).</summary>
    KeyWornOut = 14,

    /// <summary>The peer answers on the rendezvous port only: a state, not a failure.</summary>
    HopSyncLost = 15,

    /// <summary>No valid datagram for 90 s.</summary>
    Partition = 16,

    /// <summary>An internal check failed, or the peer acknowledges what was never sent.</summary>
    StateCorrupt = 17,

    /// <summary>The peer asks for a rung by a RECOVERY notice.</summary>
    PeerAsks = 18,
}
