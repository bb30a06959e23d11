namespace Hoplink;

/// <summary>The timers of a session, in the order in which they run when several are due.</summary>
internal enum SessionTimer : byte
{
    // The next part of a gradual adjustment of the clock (10).
    Adjustment,

    // The oldest epoch on its way out is overwritten (12, step 4).
    EpochRetirement,

    // A requester's switch counts as complete at the latest (12, step 4).
    SwitchTimeout,

    // The retransmission timeout, or a probe of a closed window (6.3).
    Retransmission,

    // A delayed acknowledgment (6.2). The transmission itself serves it.
    Acknowledgment,

    // I's routine probe; R's probe after silence (7).
    RoutineProbe,

    // The open probe is transmitted again (7). The transmission itself serves it.
    ProbeRepeat,

    // The FIN is transmitted again, or given up (6.4).
    Fin,

    // The end of answering after both sides have closed (6.4).
    Linger,

    // A recovery request or notice is transmitted again (9.2). The transmission itself serves it.
    RequestRepeat,

    // The coordinator: the deadline of an attempt, the end of a backoff (9.2).
    Recovery,

    // A condition may begin or end (8).
    Detection,

    // R ends a session that was silent for 10 minutes (7).
    Silence,

    // The number of timers.
    Count,
}
