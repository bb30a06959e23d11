namespace Hoplink.Parameters;

/// <summary>What the handshake settled for one session (4).</summary>
public sealed class SessionParameters
{
    /// <summary>The session id, never 0.</summary>
    public ulong SessionId { get; set; }

    /// <summary>True at I.</summary>
    public bool IsInitiator { get; set; }

    /// <summary>PBKDF2 iterations of this session's key derivations.</summary>
    public int Iterations { get; set; }

    /// <summary>Largest datagram either end takes, bytes.</summary>
    public int MaxDatagram { get; set; }

    /// <summary>First hop port.</summary>
    public int HopFirst { get; set; }

    /// <summary>Number of hop ports.</summary>
    public int HopCount { get; set; }

    /// <summary>Both ends offer payload encryption (4.2): payloads are encrypted (14).</summary>
    public bool IsEncrypted { get; set; }

    /// <summary>Either end may need up to 30 s for a key agreement (4.1): L3 then has 30 s (9.2).</summary>
    public bool IsSlow { get; set; }
}
