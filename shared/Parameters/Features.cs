namespace Hoplink.Parameters;

/// <summary>Feature bits of SYN and SYN_ACK (4.1).</summary>
public static class Features
{
    /// <summary>Bit 0: payload encryption (14).</summary>
    public const int PayloadEncryption = 1;

    /// <summary>
    /// Bit 1: this end may need up to 30 s for a key agreement. protocol.md 4.2 is silent on how R says so; here SYN_ACK has the bit if
    /// either end is slow, for that is what L3's time limit asks (9.2).
    /// </summary>
    public const int SlowKeyAgreement = 2;
}
