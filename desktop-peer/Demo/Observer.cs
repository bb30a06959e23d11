using System.Text.Json;
using Hoplink.Host;

namespace Hoplink.Peer.Demo;

/// <summary>What the events of a peer and a device tell: which rungs run, which messages arrive, and whether all is well again.</summary>
internal sealed class Observer
{
    private const long QuietMicros = 400_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _conditions = [];
    private readonly SortedSet<int> _levels = [];
    private readonly HashSet<int> _succeeded = [];
    private readonly Dictionary<string, int> _rekeys = [];
    private readonly Ledger _up = new();
    private readonly Ledger _down = new();
    private readonly Numbering _upNumbers = new();
    private readonly Numbering _downNumbers = new();
    private long _faultAt = long.MaxValue;
    private long _healFrom = long.MaxValue;
    private long _detectedAt = long.MaxValue;
    private long _healedAt = long.MaxValue;
    private long _firstAfterFault = long.MaxValue;
    private uint _nextSent;
    private bool _wasTerminated;
    private bool _refused;
    private bool _peerDied;
    private long _changedAt;
    private readonly List<(Ledger Ledger, Numbering Numbers, string LinkId, uint First, int Count)> _losses = [];

    /// <summary>The device has a session, and messages go both ways.</summary>
    public bool IsFlowing
    {
        get
        {
            lock (_lock)
            {
                return _down.Delivered >= 10;
            }
        }
    }

    /// <summary>From now on what begins is the fault's doing.</summary>
    public void OnFault()
    {
        lock (_lock)
        {
            _faultAt = MonotonicClock.NowMicros;
        }
    }

    /// <summary>The fault has been done: from now on it can heal.</summary>
    public void OnFaultDone()
    {
        lock (_lock)
        {
            _healFrom = MonotonicClock.NowMicros;
            _firstAfterFault = _nextSent;
        }
    }

    /// <summary>Whether a message sent after the fault has come back, no condition holds, and what was to heal it has.</summary>
    public bool IsHealed(Scenario scenario)
    {
        lock (_lock)
        {
            // Quiet for a while: one fault may show only after another has healed.
            bool quiet = MonotonicClock.NowMicros - _changedAt >= QuietMicros;
            return quiet && _healedAt != long.MaxValue && _conditions.Count == 0 && scenario.Heals.All(_succeeded.Contains);
        }
    }

    /// <summary>Takes an event of the peer.</summary>
    public void OnPeer(JsonElement e)
    {
        lock (_lock)
        {
            if (Name(e) != "message")
            {
                OnLinkEvent("peer", e);
                return;
            }

            // The peer sends every message back, in the order in which they came.
            uint? number = Optional(e, "pattern");
            _downNumbers.OnSent(number);
            if (number is { } pattern)
            {
                _up.OnDelivered(pattern);
                _down.OnSent(pattern);
            }
        }
    }

    /// <summary>Takes an event of the device.</summary>
    public void OnDevice(JsonElement e)
    {
        lock (_lock)
        {
            switch (Name(e))
            {
                case "sent":
                    OnSent(Optional(e, "index"));
                    break;
                case "received" when e.TryGetProperty("index", out JsonElement index):
                    OnReturned(index.GetUInt32());
                    break;
                default:
                    OnLinkEvent("device", e);
                    break;
            }
        }
    }

    /// <summary>The peer process was killed: the next one knows no message.</summary>
    public void OnPeerRestarted()
    {
        lock (_lock)
        {
            _peerDied = true;
            _up.BeginGeneration();
            _downNumbers.OnDied();
            _conditions.RemoveWhere(condition => condition.StartsWith("peer", StringComparison.Ordinal));
        }
    }

    /// <summary>What was measured, once the device has closed its link.</summary>
    public Outcome Conclude(Scenario scenario, string? problem)
    {
        lock (_lock)
        {
            foreach ((Ledger ledger, Numbering numbers, string linkId, uint first, int count) in _losses)
            {
                ledger.Announce(numbers.Find(linkId, first, count));
            }

            int reported = _up.Reported + _down.Reported;
            int lost = _up.Missing + _down.Missing - reported;
            int duplicated = _up.Duplicated + _down.Duplicated;
            problem ??= lost > 0 ? $"{lost} messages were lost silently"
                : duplicated > 0 ? $"{duplicated} messages arrived twice"
                : _up.OutOfOrder + _down.OutOfOrder > 0 ? "messages arrived out of order"
                : scenario.NeedsNoRung && _levels.Count > 0 ? "a rung ran though nothing was wrong"
                : scenario.NeedsRefusal && !_refused ? "L1 did not refuse the offset"
                : _wasTerminated && !scenario.MayTerminate ? "the session ended"
                : _rekeys.Values.Any(count => count > scenario.MostRekeys) ? "more rekeys than allowed"
                : null;
            return new Outcome(
                scenario, [.. _levels], Between(_faultAt, _detectedAt), Between(_healFrom, _healedAt), _up.Sent + _down.Sent,
                _up.Delivered + _down.Delivered, reported, lost, duplicated, problem);
        }
    }

    private static string Name(JsonElement e) => e.GetProperty("event").GetString()!;

    private static string LinkId(JsonElement e) => e.GetProperty("linkId").GetString()!;

    private static double? Between(long from, long to)
    {
        return to == long.MaxValue || from == long.MaxValue ? null : Math.Max(0, to - from) / 1000.0;
    }

    private static uint? Optional(JsonElement e, string field)
    {
        return e.TryGetProperty(field, out JsonElement value) ? value.GetUInt32() : null;
    }

    private void OnSent(uint? index)
    {
        _upNumbers.OnSent(index);
        if (index is { } number)
        {
            _up.OnSent(number);
            _nextSent = number + 1;
        }
    }

    private void OnReturned(uint index)
    {
        _down.OnDelivered(index);
        if (index >= _firstAfterFault && _healedAt == long.MaxValue)
        {
            _healedAt = MonotonicClock.NowMicros;
        }
    }

    private void OnLinkEvent(string end, JsonElement e)
    {
        if (Name(e) is "conditionBegan" or "conditionEnded" or "rungStarted" or "rungSucceeded" or "rungEscalated")
        {
            _changedAt = MonotonicClock.NowMicros;
        }

        switch (Name(e))
        {
            case "conditionBegan":
                Detected();
                _conditions.Add(end + e.GetProperty("condition").GetString());
                break;
            case "conditionEnded":
                _conditions.Remove(end + e.GetProperty("condition").GetString());
                break;
            case "rungStarted":
                Detected();
                _levels.Add(e.GetProperty("levelNumber").GetInt32());
                break;
            case "rungFailed":
                _refused |= e.GetProperty("result").ValueEquals("TimeResyncOffsetTooLarge");
                break;
            case "rungSucceeded":
                Succeeded(e.GetProperty("levelNumber").GetInt32());
                break;
            case "rekeyed":
                _rekeys[end] = _rekeys.GetValueOrDefault(end) + 1;
                break;
            case "messagesLost":
                OnMessagesLost(end, e);
                break;
            case "linkRestarted":
                OnLinkRestarted(end, e);
                break;
            case "terminated":
                Detected();
                _wasTerminated = true;
                _levels.Add(4);
                _conditions.RemoveWhere(condition => condition.StartsWith(end, StringComparison.Ordinal));
                break;
            case "connected":
                OnConnected(end, e);
                break;
        }
    }

    private void OnConnected(string end, JsonElement e)
    {
        NumbersOf(end).OnConnected(LinkId(e));
        if (_wasTerminated && end == "device")
        {
            Succeeded(4);
        }
    }

    /// <summary>The end that reports a loss is the one that waited for the messages. The other's events may come later.</summary>
    private void OnMessagesLost(string end, JsonElement e)
    {
        (Ledger ledger, Numbering numbers) = end == "peer" ? (_up, _upNumbers) : (_down, _downNumbers);
        _losses.Add((ledger, numbers, LinkId(e), e.GetProperty("first").GetUInt32(), e.GetProperty("count").GetInt32()));
    }

    private void OnLinkRestarted(string end, JsonElement e)
    {
        IReadOnlyList<uint> acknowledged = NumbersOf(end).OnRestarted(LinkId(e), e.GetProperty("count").GetInt32());
        if (end != "device")
        {
            return;
        }

        _down.BeginGeneration();
        if (_peerDied)
        {
            // A process that died takes with it what it had acknowledged, and what it was to send back. All else is sent again.
            _up.Announce(acknowledged);
            _down.Announce(acknowledged);
        }
    }

    private Numbering NumbersOf(string end) => end == "device" ? _upNumbers : _downNumbers;

    private void Detected()
    {
        long now = MonotonicClock.NowMicros;
        if (_faultAt != long.MaxValue && _detectedAt == long.MaxValue)
        {
            _detectedAt = now;
        }
    }

    // Healing is complete only with the last rung.
    private void Succeeded(int level)
    {
        _succeeded.Add(level);
        if (_healedAt != long.MaxValue)
        {
            _healedAt = MonotonicClock.NowMicros;
        }
    }
}
