namespace Hoplink.Wire;

/// <summary>Fourth byte of a datagram (protocol.md 2), a set of bits.</summary>
public static class PacketFlags
{
    /// <summary>In FIN, and in the ACK that answers one (6.4).</summary>
    public const byte Fin = 1;

    /// <summary>In SYN and SYN_ACK, alone.</summary>
    public const byte Syn = 2;

    /// <summary>In RST, alone.</summary>
    public const byte Rst = 4;

    /// <summary>In DATA.</summary>
    public const byte Psh = 8;

    /// <summary>In every datagram under a session key: the acknowledgment field counts.</summary>
    public const byte Ack = 16;

    /// <summary>Low bit of the key epoch, in datagrams under a session key (12.1).</summary>
    public const byte KeyPhase = 32;

    /// <summary>In ACK: a map of held messages follows (6.2).</summary>
    public const byte Sack = 64;

    /// <summary>Reserved, always 0.</summary>
    public const byte Fragment = 128;
}
