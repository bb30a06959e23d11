namespace Hoplink.Parameters;

/// <summary>
/// The numbers of the customer's document, under its own names, and those of protocol.md. They are part of the protocol: changing one
/// makes another protocol.
/// </summary>
public static class SpecConstants
{
    // ---- recovery-mechanisms.md -------------------------------------------------------------------------------------------

    /// <summary>Attempts at one level before the next is tried (9.2).</summary>
    public const int MAX_RECOVERY_ATTEMPTS_PER_LEVEL = 3;

    /// <summary>Base of the backoff between attempts, ms (9.2): this times 2 to the number of attempts.</summary>
    public const int RECOVERY_RETRY_INTERVAL_MS = 2000;

    /// <summary>Age of the last time sample at which SyncOverdue begins, ms (8).</summary>
    public const int MAX_TIME_DRIFT_INTERVAL = 60000;

    /// <summary>Bad tags since the last valid datagram at which AuthFailures begins (8).</summary>
    public const int MAX_AUTH_FAILURES_BEFORE_REKEY = 3;

    /// <summary>Share of bad tags above which HmacFailureRate holds, in percent (8); the document writes 0.1.</summary>
    public const int MAX_HMAC_FAILURE_RATE_PERCENT = 10;

    /// <summary>Largest repair window, messages (11).</summary>
    public const int MAX_REPAIR_WINDOW_SIZE = 1000;

    /// <summary>How long failure conditions are kept, ms.</summary>
    public const int FAILURE_CONDITION_RETENTION_MS = 300000;

    /// <summary>Offset above which ClockOffset begins, and up to which a routine offset is applied at once, ms (7, 8).</summary>
    public const int TIME_SYNC_TOLERANCE_MS = 50;

    /// <summary>Offset that counts as synchronised, ms (9.3, 10).</summary>
    public const int TIME_SYNC_PRECISION_MS = 10;

    /// <summary>Largest offset that L1 corrects, ms (10).</summary>
    public const int MAX_TIME_OFFSET_MS = 5000;

    /// <summary>Most parts of a gradual adjustment (10).</summary>
    public const int MAX_ADJUSTMENT_STEPS = 10;

    /// <summary>Length of a hop window, ms (5.2).</summary>
    public const int HOP_INTERVAL_MS = 500;

    /// <summary>Most messages that may be missing below the highest seen (8).</summary>
    public const int SEQUENCE_WINDOW_SIZE = 1000;

    /// <summary>Time limit of an attempt at L1, ms (9.2).</summary>
    public const int TIME_RESYNC_TIMEOUT_MS = 5000;

    /// <summary>Time limit of an attempt at L2, ms (9.2).</summary>
    public const int SEQUENCE_REPAIR_TIMEOUT_MS = 8000;

    /// <summary>Time limit of an attempt at L3, ms (9.2).</summary>
    public const int REKEY_TIMEOUT_MS = 10000;

    /// <summary>Cap of the optimised time resync timeout, ms.</summary>
    public const int TIME_RESYNC_TIMEOUT_CAP_MS = 10000;

    /// <summary>Cap of the optimised sequence repair timeout, ms.</summary>
    public const int SEQUENCE_REPAIR_TIMEOUT_CAP_MS = 15000;

    /// <summary>Cap of the optimised retry interval, ms.</summary>
    public const int RECOVERY_RETRY_INTERVAL_CAP_MS = 5000;

    /// <summary>Attempt records kept.</summary>
    public const int ESCALATION_HISTORY_SIZE = 100;

    /// <summary>Attempts on record below which nothing is analysed.</summary>
    public const int MIN_ATTEMPTS_FOR_ANALYSIS = 10;

    /// <summary>Success rate of L1 below which its timeout grows, in percent; the document writes 0.7.</summary>
    public const int TIME_SYNC_SUCCESS_RATE_PERCENT = 70;

    /// <summary>Success rate of L2 below which its timeout grows, in percent; the document writes 0.8.</summary>
    public const int SEQUENCE_REPAIR_SUCCESS_RATE_PERCENT = 80;

    /// <summary>Recurring conditions above which the retry interval grows.</summary>
    public const int MAX_RECURRING_CONDITIONS = 3;

    /// <summary>Factor by which the timeouts grow and decay, in percent; the document writes 1.2.</summary>
    public const int TIMEOUT_FACTOR_PERCENT = 120;

    /// <summary>Factor by which the retry interval grows and decays, in percent; the document writes 1.5.</summary>
    public const int RETRY_INTERVAL_FACTOR_PERCENT = 150;

    // ---- protocol.md ------------------------------------------------------------------------------------------------------

    /// <summary>Microseconds in a millisecond.</summary>
    public const long MicrosPerMs = 1000;

    /// <summary>Microseconds in a second.</summary>
    public const long MicrosPerSecond = 1000000;

    /// <summary>The rendezvous port (5.2).</summary>
    public const int DefaultRendezvousPort = 40100;

    /// <summary>First port of the default hop range (5.2).</summary>
    public const int DefaultHopFirst = 49152;

    /// <summary>Ports in the default hop range (5.2).</summary>
    public const int DefaultHopCount = 1024;

    /// <summary>A hop range of at most so many ports is bound once and for all, a larger one window by window (5.2).</summary>
    public const int MaxFixedHopPorts = 1024;

    /// <summary>PBKDF2 iterations where neither end asks for fewer (3.2, D11).</summary>
    public const int DefaultIterations = 4096;

    /// <summary>Time limit of an attempt at L3 where either end is slow, ms (9.2).</summary>
    public const int SlowRekeyTimeoutMs = 30000;

    /// <summary>How far above the newest a packet number may be to count on the second budget of bad tags (2).</summary>
    public const int LikelySequenceSpan = 256;

    /// <summary>First retransmission of SYN, ms (4).</summary>
    public const int SynFirstRetryMs = 1000;

    /// <summary>Later retransmissions of SYN, ms (4).</summary>
    public const int SynRetryMs = 2000;

    /// <summary>How long I repeats a SYN, and how long a half-open session lives, ms (4).</summary>
    public const int HandshakeTimeoutMs = 30000;

    /// <summary>How long a half-open session lives where I is slow, ms (4).</summary>
    public const int SlowHalfOpenMs = 90000;

    /// <summary>Public keys of SYNs remembered for each key id (4.1).</summary>
    public const int RememberedSynKeys = 256;

    /// <summary>Least time between new handshakes of one key id, ms (4.1).</summary>
    public const int HandshakeIntervalMs = 1000;

    /// <summary>New handshakes a second for all key ids (4.1).</summary>
    public const int DefaultHandshakesPerSecond = 200;

    /// <summary>Bytes that may be sent to an address not yet echoed from, for each byte received from there (5.2).</summary>
    public const int AmplificationLimit = 3;

    /// <summary>Longest delay of an acknowledgment, ms (6.2).</summary>
    public const int AckDelayMs = 25;

    /// <summary>Largest window offered, messages (6.1).</summary>
    public const int MaxReceiveWindow = 1000;

    /// <summary>RTO before the first sample, ms (6.3, RFC 6298).</summary>
    public const int InitialRtoMs = 1000;

    /// <summary>Least RTO, ms (6.3).</summary>
    public const int MinRtoMs = 200;

    /// <summary>Largest RTO, ms (6.3).</summary>
    public const int MaxRtoMs = 60000;

    /// <summary>Retransmissions of one message without progress at which DeliveryStalled begins (6.3).</summary>
    public const int StalledRetransmissions = 8;

    /// <summary>Repeats of a FIN after which the session ends (6.4).</summary>
    public const int MaxFinRepeats = 8;

    /// <summary>How long an end answers after closing, ms (6.4).</summary>
    public const int CloseLingerMs = 10000;

    /// <summary>Interval of I's probes, ms (7).</summary>
    public const int ProbeIntervalMs = 30000;

    /// <summary>Silence after which R probes, ms (7).</summary>
    public const int ResponderProbeMs = 45000;

    /// <summary>Silence at which Partition begins, ms (7).</summary>
    public const int PartitionMs = 90000;

    /// <summary>Silence at which R ends a session, ms (7).</summary>
    public const int SilentSessionMs = 600000;

    /// <summary>Span of the sliding windows of the conditions that count, ms (8).</summary>
    public const int ConditionWindowMs = 10000;

    /// <summary>How far a timestamp may be off, ms (8, TimestampInvalid).</summary>
    public const int TimestampToleranceMs = 5000;

    /// <summary>How long a rate-limited L3 is held back at first, ms (8, D9).</summary>
    public const int SuspectRekeyIntervalMs = 60000;

    /// <summary>How long it is held back at most, and the quiet after which it starts afresh, ms (8, D9).</summary>
    public const int SuspectRekeyIntervalMaxMs = 960000;

    /// <summary>A fresh datagram this recent means that the session is well, ms (8, D9).</summary>
    public const int WellSessionMs = 5000;

    /// <summary>Datagrams under one key at which a rekey is planned (8, KeyWornOut).</summary>
    public const long KeyWornOutDatagrams = 1L << 30;

    /// <summary>Datagrams under one key at which an end stops sending under it (8, KeyWornOut).</summary>
    public const long KeyExhaustedDatagrams = 1L << 31;

    /// <summary>Least interval between repeats of a request, ms (9.2).</summary>
    public const int MinRequestRepeatMs = 200;

    /// <summary>Interval up to which the repeats of a request double, ms, or the RTO if that is more (9.2).</summary>
    public const int MaxRequestRepeatMs = 1000;

    /// <summary>Requests served a second for each session (9.4).</summary>
    public const int RequestsPerSecond = 10;

    /// <summary>Cached answers re-sent a second for each session (9.4).</summary>
    public const int CachedAnswersPerSecond = 2;

    /// <summary>Answers kept for each sub-type (9.4).</summary>
    public const int CachedAnswers = 4;

    /// <summary>Least interval between P-256 computations that a peer's requests cause, ms (9.4).</summary>
    public const int AgreementIntervalMs = 1000;

    /// <summary>A RECOVERY notice of one level is heeded once in this time, ms (9.5).</summary>
    public const int NoticeIntervalMs = 10000;

    /// <summary>How long a retired epoch is accepted, ms (12).</summary>
    public const int EpochRetireMs = 2000;

    /// <summary>When a requester's switch counts as complete at the latest, ms (12).</summary>
    public const int SwitchTimeoutMs = 10000;

    /// <summary>RST transmissions (13.1).</summary>
    public const int RstTransmissions = 3;

    /// <summary>Interval of RST transmissions, ms (13.1).</summary>
    public const int RstIntervalMs = 100;

    /// <summary>First wait before reconnecting, ms (13.2).</summary>
    public const int ReconnectFirstMs = 1000;

    /// <summary>Later waits before reconnecting, ms (13.2).</summary>
    public const int ReconnectMs = 2000;

    /// <summary>Longest wait before reconnecting in the battery profile, ms (13.2).</summary>
    public const int BatteryReconnectMaxMs = 60000;

    /// <summary>At once after a stateless reset, but only once in this time, ms (13.2).</summary>
    public const int ResetReconnectIntervalMs = 5000;

    /// <summary>Stateless resets a second for each address (13.3).</summary>
    public const int ResetsPerSecond = 10;

    /// <summary>How long R keeps a link without a session, ms (13.4).</summary>
    public const long LinkRetentionMs = 3600000;

    /// <summary>Attempts at a level from which on its success rate is judged (D13).</summary>
    public const int MinAttemptsForRate = 3;
}
