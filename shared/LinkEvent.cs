using Hoplink.Recovery;

namespace Hoplink;

/// <summary>What a <see cref="LinkEvent"/> tells.</summary>
public enum LinkEventKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A session is established. Resumed: the link goes on where it was. Encrypted: its payloads are hidden (14).</summary>
    Connected,

    /// <summary>A failure condition began: Condition.</summary>
    ConditionBegan,

    /// <summary>A failure condition ended: Condition.</summary>
    ConditionEnded,

    /// <summary>An attempt at a rung began: Level, Attempt, Conditions.</summary>
    RungStarted,

    /// <summary>An attempt failed: Level, Attempt, Result.</summary>
    RungFailed,

    /// <summary>The recovery goes on at a higher level: FromLevel, Level.</summary>
    RungEscalated,

    /// <summary>An attempt succeeded: Level, DurationMicros since the recovery began.</summary>
    RungSucceeded,

    /// <summary>A new key epoch is in use: Epoch.</summary>
    Rekeyed,

    /// <summary>Messages that the other end sent can no longer be delivered (11): First, Count.</summary>
    MessagesLost,

    /// <summary>
    /// The link began anew, or had to skip numbers (13.4): Count messages are sent again, part of which may have arrived before; what the
    /// other end held may be gone.
    /// </summary>
    LinkRestarted,

    /// <summary>
    /// The session ended by L4, a reset or silence: Reason, Level, Result, Analysis. By the peer's RST: Level and Result are the peer's,
    /// and PeerReason is set.
    /// </summary>
    Terminated,

    /// <summary>I: the link reconnects after DelayMicros.</summary>
    Reconnecting,

    /// <summary>
    /// I: the peer does not encrypt payloads, and this end requires it (4.2): there is no session. A Reconnecting follows.
    /// </summary>
    EncryptionRefused,

    /// <summary>The other end has closed its side (6.4); this side closes once all is acknowledged.</summary>
    PeerClosing,

    /// <summary>The link has ended: Reason; Count messages were never acknowledged.</summary>
    Closed,
}

/// <summary>
/// Something that the application may want to know. The caller makes one and has it filled again and again; each kind sets its own
/// fields, all others are zero.
/// </summary>
public sealed class LinkEvent
{
    /// <summary>What happened.</summary>
    public LinkEventKind Kind { get; internal set; }

    /// <summary>The link it happened to.</summary>
    public Link Link { get; internal set; }

    /// <summary>When, us of the host's clock.</summary>
    public long Time { get; internal set; }

    /// <summary>The session it happened in, 0 if none.</summary>
    public ulong SessionId { get; internal set; }

    /// <summary>The condition that began or ended.</summary>
    public FailureCondition Condition { get; internal set; }

    /// <summary>The conditions that hold, a bit for each number.</summary>
    public int Conditions { get; internal set; }

    /// <summary>The level.</summary>
    public RecoveryLevel Level { get; internal set; }

    /// <summary>The level before an escalation.</summary>
    public RecoveryLevel FromLevel { get; internal set; }

    /// <summary>The attempt at the level, from 1.</summary>
    public int Attempt { get; internal set; }

    /// <summary>What came of it.</summary>
    public RecoveryResult Result { get; internal set; }

    /// <summary>How long the recovery took so far, us.</summary>
    public long DurationMicros { get; internal set; }

    /// <summary>How long until the reconnect, us.</summary>
    public long DelayMicros { get; internal set; }

    /// <summary>The key epoch.</summary>
    public uint Epoch { get; internal set; }

    /// <summary>The first message.</summary>
    public uint First { get; internal set; }

    /// <summary>How many messages.</summary>
    public int Count { get; internal set; }

    /// <summary>The link was resumed, not begun anew.</summary>
    public bool Resumed { get; internal set; }

    /// <summary>The session's payloads are encrypted (14).</summary>
    public bool Encrypted { get; internal set; }

    /// <summary>Why the session or the link ended.</summary>
    public TerminationReason Reason { get; internal set; }

    /// <summary>The peer ended the session: its own reason, as its RST says (13.1); may be a number of a later release.</summary>
    public TerminationReason PeerReason { get; internal set; }

    /// <summary>L4's failure analysis (13.1); null otherwise.</summary>
    public FailureAnalysis Analysis { get; internal set; }

    internal void CopyFrom(LinkEvent other)
    {
        Kind = other.Kind;
        Link = other.Link;
        Time = other.Time;
        SessionId = other.SessionId;
        Condition = other.Condition;
        Conditions = other.Conditions;
        Level = other.Level;
        FromLevel = other.FromLevel;
        Attempt = other.Attempt;
        Result = other.Result;
        DurationMicros = other.DurationMicros;
        DelayMicros = other.DelayMicros;
        Epoch = other.Epoch;
        First = other.First;
        Count = other.Count;
        Resumed = other.Resumed;
        Encrypted = other.Encrypted;
        Reason = other.Reason;
        PeerReason = other.PeerReason;
        Analysis = other.Analysis;
    }

    internal void Clear()
    {
        CopyFrom(_empty);
    }

    private static readonly LinkEvent _empty = new LinkEvent();
}
