namespace Hoplink.Wire;

/// <summary>Third byte of a datagram (protocol.md 2): 0 unless the type is CONTROL or MANAGEMENT.</summary>
public static class SubType
{
    /// <summary>Of every type but CONTROL and MANAGEMENT.</summary>
    public const byte None = 0;

    /// <summary>CONTROL: TIME_SYNC_REQUEST (10).</summary>
    public const byte TimeSyncRequest = 1;

    /// <summary>CONTROL: TIME_SYNC_RESPONSE (10).</summary>
    public const byte TimeSyncResponse = 2;

    /// <summary>CONTROL: RECOVERY notice (9.5).</summary>
    public const byte Recovery = 3;

    /// <summary>MANAGEMENT: REKEY_REQUEST (12).</summary>
    public const byte RekeyRequest = 1;

    /// <summary>MANAGEMENT: REKEY_RESPONSE (12).</summary>
    public const byte RekeyResponse = 2;

    /// <summary>MANAGEMENT: REPAIR_REQUEST (11).</summary>
    public const byte RepairRequest = 3;

    /// <summary>MANAGEMENT: REPAIR_RESPONSE (11).</summary>
    public const byte RepairResponse = 4;
}
