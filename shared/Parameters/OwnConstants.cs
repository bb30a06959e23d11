namespace Hoplink.Parameters;

/// <summary>Numbers of this implementation: neither end can tell when they change.</summary>
public static class OwnConstants
{
    /// <summary>
    /// Attempts on record in which a condition must stand to count as recurring. The customer's document asks for recurring conditions
    /// without saying what they are: two may be chance.
    /// </summary>
    public const int RecurringConditionAttempts = 3;

    /// <summary>Failure conditions kept for counting, oldest overwritten.</summary>
    public const int ConditionLogSize = 32;

    /// <summary>Most frequent failure patterns from which recommendations are made and which a failure analysis lists.</summary>
    public const int ReportedPatterns = 5;

    /// <summary>
    /// Success rate of L3 below which a recommendation says so, in percent. The customer's document has such rates for L1 and L2 only.
    /// </summary>
    public const int RekeySuccessRatePercent = 80;

    /// <summary>Datagrams that a session may use up without sending before it is asked again: none is due more often at one time.</summary>
    public const int MaxTransmissionsInARow = 64;

    /// <summary>Deadlines that a responder serves in one call before the host gets a turn.</summary>
    public const int MaxTimeoutsInARow = 4096;

    /// <summary>
    /// Longest round trip, ms, that R takes from the age of the handshake's last datagram (6.3). The RTO is three times as long at first,
    /// which does for the longest ways there are.
    /// </summary>
    public const int MaxHandshakeSampleMs = 2000;

    /// <summary>Longest interval between repeats of a FIN, ms, where the RTO is not longer (6.4).</summary>
    public const int MaxFinRepeatMs = 8000;

    /// <summary>Longest that a FIN may wait for the messages below it, ms: as long as an end that hears nothing (8, Partition).</summary>
    public const int MaxFinWaitMs = SpecConstants.PartitionMs;

    /// <summary>
    /// Longest round trip of a measurement that may set the clock, ms: an attempt of L1 (10). protocol.md 5.1 bounds a sample's error by
    /// half its round trip, and leaves open how long that may be: somebody who delays ever more would pull the clock ever further.
    /// </summary>
    public const int MaxSampleRoundTripMs = SpecConstants.TIME_RESYNC_TIMEOUT_MS;

    /// <summary>
    /// Repeats of a request or probe that come at the RTO before its interval begins to double. protocol.md 9.2 lets it double from the
    /// first repeat on. But where a fifth of the datagrams is lost either way, two exchanges of a hundred need a fifth transmission, and
    /// that would go out after 2.4 s, though 99 of 100 rungs, of one or two exchanges, are to heal within 2 s there. With eight repeats at
    /// the RTO the fifth goes out after 0.8 s and the ninth after 1.6 s. An attempt at L1 that nobody answers makes 13 transmissions in its
    /// 5 s, not 7, and never more than 5 in a second: half of what the other end serves, of which it answers no more than before (9.4).
    /// </summary>
    public const int RepeatsAtRto = 8;
}
