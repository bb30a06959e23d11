namespace Hoplink.Recovery;

/// <summary>One recovery attempt on record. The caller makes it and <see cref="RecoveryAnalytics.GetAttempt"/> fills it.</summary>
public sealed class AttemptRecord
{
    /// <summary>The level that was tried, 1 to 4.</summary>
    public RecoveryLevel Level { get; set; }

    /// <summary>What came of it.</summary>
    public RecoveryResult Result { get; set; }

    /// <summary>The conditions that held: bit 1 &lt;&lt; (int)<see cref="FailureCondition"/>.</summary>
    public int Conditions { get; set; }

    /// <summary>Smoothed round trip at the time, us; 0 before the first sample.</summary>
    public int RttMicros { get; set; }

    /// <summary>Share of datagrams lost, in thousandths, 0 to 1000.</summary>
    public int LossPermille { get; set; }

    /// <summary>Variation of the round trip, us.</summary>
    public int JitterMicros { get; set; }

    /// <summary>Age of the session, ms, rounded down to 100 ms; it stops at 6.8 years.</summary>
    public long SessionAgeMs { get; set; }

    /// <summary>When it was recorded, on the monotonic clock, ms, rounded down to 100 ms; it stops at 6.8 years.</summary>
    public long TimeMs { get; set; }
}
