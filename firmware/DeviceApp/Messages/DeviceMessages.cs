namespace Hoplink.Device.Messages;

// The messages of the device's application, inside Hoplink's messages (protocol.md 6.1). Integers are big-endian; the first byte is the
// type. A peer that returns messages as they are may return any of these: the device ignores its own and checks test patterns.
//
// TELEMETRY (72), device to peer
//     0  1  type 0x01                         32  16  recoveries completed at L1, L2, L3, L4 (4 bytes each)
//     1  1  recovery level that runs now      48   8  messages accepted for sending
//     2  2  reserved (0)                      56   8  messages delivered to the device
//     4  4  failure conditions (bit set)      64   4  malformed messages received
//     8  8  uptime, ms                        68   4  recovery events dropped unreported
//    16  4  free memory, bytes
//    20  4  round trip, us
//    24  8  last clock offset, us, signed       A recovery at L4 is a session that ended otherwise than by closing.
//
// COMMAND (5 and more), peer to device           COMMAND_REPLY (5 and more), device to peer
//     0  1  type 0x02                             0  1  type 0x03
//     1  1  command code                          1  1  command code (echo)
//     2  2  command id, chosen by the peer        2  2  command id (echo)
//     4  1  reserved (0)                          4  1  result
//     5     parameters                            5     payload
//
//   code  command         parameters                        payload of the reply
//   1     PING            any bytes                         the same bytes
//   2     SET_TELEMETRY   interval, ms (4): 0 is off,       none
//                         else 100 to 3,600,000
//   3     GET_STATUS      none                              TELEMETRY, all 72 bytes
//   4     FAULT           kind (1), value (8, signed)       none
//   5     CLOSE           none                              none; the device then closes the link
//
// RECOVERY_EVENT (44), device to peer, once the link is connected again
//     0  1  type 0x04                         12  4  first message number (MessagesLost)
//     1  1  kind of link event                16  4  number of messages (MessagesLost, LinkRestarted)
//     2  1  level                             20  4  epoch (Rekeyed)
//     3  1  level before (RungEscalated)      24  8  duration, us (RungSucceeded)
//     4  1  condition                         32  8  uptime when it happened, ms
//     5  1  attempt, 255 for 255 and more     40  1  1: the link was resumed (Connected)
//     6  2  result                            41  3  reserved (0)
//     8  4  failure conditions (bit set)
//
// TEST_PATTERN (5 and more), both ways
//     0  1  type 0x05
//     1  4  index, from 0
//     5     pattern bytes that follow from index and position (TestPattern)

/// <summary>The first byte of an application message.</summary>
public enum MessageType : byte
{
    /// <summary>The device's figures, every few seconds.</summary>
    Telemetry = 0x01,

    /// <summary>The peer asks the device for something.</summary>
    Command = 0x02,

    /// <summary>The device's answer to a command, or to what it could not read.</summary>
    CommandReply = 0x03,

    /// <summary>Something happened to the link.</summary>
    RecoveryEvent = 0x04,

    /// <summary>A numbered message that shows loss, repetition and disorder.</summary>
    TestPattern = 0x05,
}

/// <summary>What a COMMAND asks for.</summary>
public enum CommandCode : byte
{
    /// <summary>In replies to what was no command at all.</summary>
    None = 0,

    /// <summary>Return the parameters.</summary>
    Ping = 1,

    /// <summary>Set the telemetry interval.</summary>
    SetTelemetry = 2,

    /// <summary>Return the present telemetry.</summary>
    GetStatus = 3,

    /// <summary>Inject a fault, where the device allows it.</summary>
    Fault = 4,

    /// <summary>Close the link.</summary>
    Close = 5,
}

/// <summary>How a COMMAND ended.</summary>
public enum CommandResult : byte
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>The message has no known type, or the command an unknown code, a wrong length or a value out of range.</summary>
    Malformed = 1,

    /// <summary>The device was not started with faults allowed.</summary>
    Refused = 2,

    /// <summary>There is no session that the fault could act on.</summary>
    NoSession = 3,
}

/// <summary>The faults that a link allows to be injected, by number.</summary>
public enum FaultKind : byte
{
    /// <summary>Moves the clock by value us, at most an hour either way.</summary>
    JumpClock = 1,

    /// <summary>Lets the clock run fast by value parts per million, at most 100,000 either way.</summary>
    DriftClock = 2,

    /// <summary>Loses the reorder buffer. The value is 0.</summary>
    DropReorderBuffer = 3,

    /// <summary>Loses the messages kept for retransmission. The value is 0.</summary>
    ForgetSendHistory = 4,

    /// <summary>Sets the packet counter back by value numbers, 1 to 2^30.</summary>
    SetCountersBack = 5,

    /// <summary>Damages the session key. The value is 0.</summary>
    DamageSessionKey = 6,

    /// <summary>Loses the whole session. The value is 0.</summary>
    ForgetSession = 7,

    /// <summary>Hears nothing for value us, at most an hour.</summary>
    Deaf = 8,

    /// <summary>Sends nothing for value us, at most an hour.</summary>
    Mute = 9,

    /// <summary>Ends the session as the highest recovery level does; the link is resumed. The value is 0.</summary>
    Terminate = 10,

    /// <summary>Damages the device's own bookkeeping, as broken memory would. The value is 0.</summary>
    CorruptState = 11,
}
