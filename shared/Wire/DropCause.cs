namespace Hoplink.Wire;

/// <summary>
/// Why a datagram was dropped (protocol.md 2): dropped datagrams are counted by cause and, but for 13.3, never answered.
/// </summary>
public enum DropCause : byte
{
    /// <summary>Not dropped.</summary>
    None = 0,

    /// <summary>Shorter than header and tag.</summary>
    TooShort,

    /// <summary>Longer than the largest datagram.</summary>
    TooLong,

    /// <summary>Not version 1.</summary>
    WrongVersion,

    /// <summary>A type that version 1 does not know.</summary>
    UnknownType,

    /// <summary>A sub-type that its type does not have.</summary>
    UnknownSubType,

    /// <summary>Header, payload length and tag do not add up to the datagram's length.</summary>
    WrongLength,

    /// <summary>The payload is of a size that its type cannot have.</summary>
    WrongPayloadSize,

    /// <summary>A reserved bit or field is not 0.</summary>
    ReservedSet,

    /// <summary>Flags that the type does not carry, or without those that it must carry.</summary>
    WrongFlags,

    /// <summary>A field with a value that it cannot have.</summary>
    WrongField,

    /// <summary>No session of this id.</summary>
    UnknownSession,

    /// <summary>No pre-shared key of this key id. No accepted epoch of a key phase counts as <see cref="BadTag"/>.</summary>
    UnknownKey,

    /// <summary>The tag does not verify.</summary>
    BadTag,

    /// <summary>The packet number was seen before under this key.</summary>
    Replay,

    /// <summary>The packet number is below the replay window.</summary>
    TooOld,

    /// <summary>More than 2^16 away from the newest packet number; dropped before the tag.</summary>
    FarSequence,

    /// <summary>Not verified: the budget of bad tags for this second is used up.</summary>
    BadTagBudget,

    /// <summary>Acknowledges what was never sent.</summary>
    AckOfUnsent,

    /// <summary>A request or notice whose packet number is not above that of the last one served (9.4).</summary>
    StaleRequest,

    /// <summary>More requests, notices or handshakes than are served in a time.</summary>
    RateLimited,

    /// <summary>A handshake without payload encryption, which this end requires (4.2).</summary>
    NotEncrypted,

    /// <summary>A recorded SYN: its public key was used before (4.1).</summary>
    RepeatedSyn,

    /// <summary>The public key is not a point of the curve, or the verification hash is another: no agreement came about (3.2).</summary>
    InvalidPoint,

    /// <summary>Valid, but it answers nothing that is open, or is of a type that this end does not take.</summary>
    NotExpected,

    /// <summary>This end was told not to hear (fault injection).</summary>
    Deaf,

    /// <summary>A message beyond the window that was offered, or without room to hold it.</summary>
    WindowExceeded,

    /// <summary>A message received before, under a new packet number.</summary>
    Duplicate,
}
