namespace Hoplink.Wire;

/// <summary>Second byte of a datagram (protocol.md 2).</summary>
public enum PacketType : byte
{
    /// <summary>Asks for a session (4.1).</summary>
    Syn = 0x01,

    /// <summary>Offers a session (4.2).</summary>
    SynAck = 0x02,

    /// <summary>Acknowledges messages (6.2).</summary>
    Ack = 0x03,

    /// <summary>Carries one message (6.1).</summary>
    Data = 0x04,

    /// <summary>Closes one direction (6.4).</summary>
    Fin = 0x05,

    /// <summary>Probe or echo (7).</summary>
    Heartbeat = 0x06,

    /// <summary>Ends a session at once (13.1, 13.3).</summary>
    Reset = 0x0B,

    /// <summary>Time sync and recovery notices, told apart by sub-type (9.5, 10).</summary>
    Control = 0x0C,

    /// <summary>Rekey and repair, told apart by sub-type (11, 12).</summary>
    Management = 0x0D,
}
