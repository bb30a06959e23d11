using System.Collections;
using Hoplink.Recovery;

namespace Hoplink.Simulation;

/// <summary>A link's event as it was polled. <see cref="At"/> is world time, us; the rest is as in <see cref="LinkEvent"/>.</summary>
/// <param name="At">When it was polled, us of the world's time.</param>
/// <param name="KeyId">The id of its link's pre-shared key.</param>
/// <param name="Kind">What happened.</param>
public sealed record EventSnapshot(long At, ulong KeyId, LinkEventKind Kind)
{
    /// <summary>The condition that began or ended (8).</summary>
    public FailureCondition Condition { get; init; }

    /// <summary>The conditions that held, a bit for each number.</summary>
    public int Conditions { get; init; }

    /// <summary>The level.</summary>
    public RecoveryLevel Level { get; init; }

    /// <summary>The level before an escalation.</summary>
    public RecoveryLevel FromLevel { get; init; }

    /// <summary>The attempt at the level, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>What came of it.</summary>
    public RecoveryResult Result { get; init; }

    /// <summary>How long the recovery took so far, us of the end's clock.</summary>
    public long DurationMicros { get; init; }

    /// <summary>How long until the reconnect, us of the end's clock; 0: at once.</summary>
    public long DelayMicros { get; init; }

    /// <summary>The key epoch (12.1).</summary>
    public uint Epoch { get; init; }

    /// <summary>The first message, in the link's numbering.</summary>
    public uint First { get; init; }

    /// <summary>How many messages.</summary>
    public int Count { get; init; }

    /// <summary>The link was resumed, not begun anew (13.4).</summary>
    public bool Resumed { get; init; }

    /// <summary>The session's payloads are encrypted (14).</summary>
    public bool Encrypted { get; init; }

    /// <summary>Why the session or the link ended.</summary>
    public TerminationReason Reason { get; init; }

    /// <summary>The session it happened in, 0 if none.</summary>
    public ulong SessionId { get; init; }

    /// <summary>L4's failure analysis (13.1); null otherwise.</summary>
    public FailureAnalysis? Analysis { get; init; }

    /// <summary>Copies an event, which the library fills again and again, as it was polled at a world time, us.</summary>
    public static EventSnapshot Of(LinkEvent e, long at, ulong keyId) => new(at, keyId, e.Kind)
    {
        Condition = e.Condition,
        Conditions = e.Conditions,
        Level = e.Level,
        FromLevel = e.FromLevel,
        Attempt = e.Attempt,
        Result = e.Result,
        DurationMicros = e.DurationMicros,
        DelayMicros = e.DelayMicros,
        Epoch = e.Epoch,
        First = e.First,
        Count = e.Count,
        Resumed = e.Resumed,
        Encrypted = e.Encrypted,
        Reason = e.Reason,
        SessionId = e.SessionId,
        Analysis = e.Analysis,
    };

    /// <summary>It in words, as the trace has it.</summary>
    public override string ToString() => Kind switch
    {
        LinkEventKind.Connected => $"Connected {(Resumed ? "resumed" : "new")}",
        LinkEventKind.ConditionBegan or LinkEventKind.ConditionEnded => $"{Kind} {Condition}",
        LinkEventKind.RungStarted => $"RungStarted {Level} attempt {Attempt} because of {Names(Conditions)}",
        LinkEventKind.RungFailed => $"RungFailed {Level} attempt {Attempt}: {Result}",
        LinkEventKind.RungEscalated => $"RungEscalated {FromLevel} to {Level}",
        LinkEventKind.RungSucceeded => $"RungSucceeded {Level} after {DurationMicros} us",
        LinkEventKind.Rekeyed => $"Rekeyed to epoch {Epoch}",
        LinkEventKind.MessagesLost => $"MessagesLost {First}, {Count} of them",
        LinkEventKind.LinkRestarted => $"LinkRestarted {Count} are sent again",
        LinkEventKind.Terminated => $"Terminated {Reason} {Level} {Result}",
        LinkEventKind.Reconnecting => $"Reconnecting in {DelayMicros} us",
        LinkEventKind.Closed => $"Closed {Reason}, {Count} unacknowledged",
        _ => Kind.ToString(),
    };

    private static string Names(int conditions)
    {
        return string.Join('+', Enum.GetValues<FailureCondition>().Where(c => (conditions & (1 << (int)c)) != 0));
    }
}

/// <summary>The events of a node, oldest first.</summary>
public sealed class EventLog : IReadOnlyList<EventSnapshot>
{
    private readonly List<EventSnapshot> _events = [];

    /// <summary>Events since the beginning, over all lives of the node.</summary>
    public int Count => _events.Count;

    /// <summary>One of them, from 0.</summary>
    public EventSnapshot this[int index] => _events[index];

    /// <summary>The events of a kind, since a world time, us, if one is given.</summary>
    public EventSnapshot[] OfKind(LinkEventKind kind, long since = 0)
    {
        return _events.Where(e => e.Kind == kind && e.At >= since).ToArray();
    }

    /// <summary>The levels of the rungs that were started, in order, attempts too, since a world time, us.</summary>
    public RecoveryLevel[] Rungs(long since = 0) => OfKind(LinkEventKind.RungStarted, since).Select(e => e.Level).ToArray();

    /// <summary>Whether there is one of a kind, since a world time, us, if one is given.</summary>
    public bool Has(LinkEventKind kind, long since = 0) => _events.Exists(e => e.Kind == kind && e.At >= since);

    /// <summary>Oldest first.</summary>
    public IEnumerator<EventSnapshot> GetEnumerator() => _events.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(EventSnapshot e) => _events.Add(e);
}
