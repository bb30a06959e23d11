using System.Collections;
using Hoplink.Recovery;

namespace Hoplink.Simulation;

/// <summary>A link's event as it was polled. <see cref="At"/> is world time, us; the rest is as in <see cref="LinkEvent"/>.</summary>
public sealed record EventSnapshot(long At, ulong KeyId, LinkEventKind Kind)
{
    public FailureCondition Condition { get; init; }

    /// <summary>The conditions that held, a bit for each number.</summary>
    public int Conditions { get; init; }

    public RecoveryLevel Level { get; init; }

    public RecoveryLevel FromLevel { get; init; }

    public int Attempt { get; init; }

    public RecoveryResult Result { get; init; }

    public long DurationMicros { get; init; }

    public long DelayMicros { get; init; }

    public uint Epoch { get; init; }

    public uint First { get; init; }

    public int Count { get; init; }

    public bool Resumed { get; init; }

    public bool Encrypted { get; init; }

    public TerminationReason Reason { get; init; }

    public ulong SessionId { get; init; }

    public FailureAnalysis? Analysis { get; init; }

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

    public int Count => _events.Count;

    public EventSnapshot this[int index] => _events[index];

    /// <summary>The events of a kind, since a world time if one is given.</summary>
    public EventSnapshot[] OfKind(LinkEventKind kind, long since = 0)
    {
        return _events.Where(e => e.Kind == kind && e.At >= since).ToArray();
    }

    /// <summary>The levels of the rungs that were started, in order, attempts too.</summary>
    public RecoveryLevel[] Rungs(long since = 0) => OfKind(LinkEventKind.RungStarted, since).Select(e => e.Level).ToArray();

    public bool Has(LinkEventKind kind, long since = 0) => _events.Exists(e => e.Kind == kind && e.At >= since);

    public IEnumerator<EventSnapshot> GetEnumerator() => _events.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(EventSnapshot e) => _events.Add(e);
}
