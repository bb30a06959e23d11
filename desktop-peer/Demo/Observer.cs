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
    private long _faultAt = long.MaxValue;
    private long _healFrom = long.MaxValue;
    private long _detectedAt = long.MaxValue;
    private long _healedAt = long.MaxValue;
    private long _firstAfterFault = long.MaxValue;
    private uint _nextSent;
    private bool _wasTerminated;
    private bool _restarted;
    private bool _refused;
    private uint _heldByTheDead;
    private long _changedAt;
    private int _reported;

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
            if (Name(e) == "message" && e.TryGetProperty("pattern", out JsonElement pattern))
            {
                _up.OnDelivered(pattern.GetUInt32());
                _down.OnSent(pattern.GetUInt32());
            }
            else
            {
                OnLinkEvent("peer", e);
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
                case "sent" when e.TryGetProperty("index", out JsonElement index):
                    _up.OnSent(index.GetUInt32());
                    _nextSent = index.GetUInt32() + 1;
                    break;
                case "totals":
                    // Asked for when the peer was killed: what was acknowledged by then, the dead process held.
                    _heldByTheDead = Math.Max(_heldByTheDead, (uint)e.GetProperty("acknowledged").GetInt64());
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
            _heldByTheDead = _up.Next;
            _up.BeginGeneration();
            _conditions.RemoveWhere(condition => condition.StartsWith("peer", StringComparison.Ordinal));
        }
    }

    /// <summary>What was measured, once the device has closed its link.</summary>
    public Outcome Conclude(Scenario scenario, string? problem)
    {
        lock (_lock)
        {
            int missing = _up.Missing + _down.Missing;

            // A process that died takes with it what it held, which LinkRestarted announces: what it had acknowledged, and what it was
            // to send back. Everything later has to arrive.
            int held = _restarted ? missing - _up.MissingFrom(_heldByTheDead) - _down.MissingFrom(_heldByTheDead) : 0;
            int reported = _reported + held;
            int lost = Math.Max(0, missing - reported);
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
                _up.Delivered + _down.Delivered, Math.Min(reported, missing), lost, duplicated, problem);
        }
    }

    private static string Name(JsonElement e) => e.GetProperty("event").GetString()!;

    private static double? Between(long from, long to)
    {
        return to == long.MaxValue || from == long.MaxValue ? null : Math.Max(0, to - from) / 1000.0;
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
                _reported += e.GetProperty("count").GetInt32();
                break;
            case "linkRestarted":
                OnLinkRestarted(end);
                break;
            case "terminated":
                Detected();
                _wasTerminated = true;
                _levels.Add(4);
                _conditions.RemoveWhere(condition => condition.StartsWith(end, StringComparison.Ordinal));
                break;
            case "connected" when _wasTerminated && end == "device":
                Succeeded(4);
                break;
        }
    }

    private void OnLinkRestarted(string end)
    {
        if (end == "device")
        {
            _restarted = true;
            _down.BeginGeneration();
        }
    }

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
