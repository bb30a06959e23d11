using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Host;

/// <summary>What one session of a link came to: the link's counters less what they were when it began, and what its ladder did.</summary>
public sealed class SessionRecord
{
    private const int Levels = (int)RecoveryLevel.ConnectionTerminate + 1;

    private readonly LinkStatistics _statistics;
    private readonly Totals _before;
    private readonly int[] _started = new int[Levels];
    private readonly int[] _succeeded = new int[Levels];
    private readonly int[] _failed = new int[Levels];

    /// <summary>Begins with a session that has just connected.</summary>
    public SessionRecord(Link link, long now)
    {
        Link = link;
        SessionId = link.SessionId;
        BeganMicros = now;
        _statistics = link.Statistics;
        _before = Totals.Of(_statistics);
    }

    /// <summary>The link.</summary>
    public Link Link { get; }

    /// <summary>The session's id, also when the link has gone on to another.</summary>
    public ulong SessionId { get; }

    /// <summary>When it connected, us.</summary>
    public long BeganMicros { get; }

    /// <summary>The last round trip measured, us; 0: none.</summary>
    public long RttMicros => _statistics.RttMicros;

    /// <summary>The counters since it connected.</summary>
    public Totals Totals => Totals.Of(_statistics).Less(_before);

    /// <summary>Counts what the ladder did.</summary>
    public void Count(LinkEvent linkEvent)
    {
        int level = (int)linkEvent.Level;
        if (level >= Levels)
        {
            return;
        }

        switch (linkEvent.Kind)
        {
            case LinkEventKind.RungStarted:
                _started[level]++;
                break;
            case LinkEventKind.RungSucceeded:
                _succeeded[level]++;
                break;
            case LinkEventKind.RungFailed:
                _failed[level]++;
                break;
        }
    }

    /// <summary>Attempts at a level that were started, succeeded and failed.</summary>
    public (int Started, int Succeeded, int Failed) Rung(RecoveryLevel level)
    {
        return (_started[(int)level], _succeeded[(int)level], _failed[(int)level]);
    }
}
