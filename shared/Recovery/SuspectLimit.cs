using Hoplink.Parameters;

namespace Hoplink.Recovery;

/// <summary>
/// How often conditions that anybody can provoke may start an L3 on a session that is well (8, D9): one attempt in 60 s, doubling to 16
/// min, and back to 60 s after 16 min without one.
/// </summary>
internal sealed class SuspectLimit
{
    private const long Ms = SpecConstants.MicrosPerMs;

    private long _interval;
    private long _lastAt;

    /// <summary>True while such an attempt is held back.</summary>
    internal bool IsHeldBack(long now)
    {
        return _interval != 0 && now - _lastAt < _interval;
    }

    /// <summary>When it no longer is, us.</summary>
    internal long ReleasedAt
    {
        get { return _lastAt + _interval; }
    }

    /// <summary>Such an attempt begins.</summary>
    internal void OnAttempt(long now)
    {
        bool quiet = _interval == 0 || now - _lastAt >= SpecConstants.SuspectRekeyIntervalMaxMs * Ms;
        _interval = quiet ? SpecConstants.SuspectRekeyIntervalMs * Ms : _interval * 2;
        if (_interval > SpecConstants.SuspectRekeyIntervalMaxMs * Ms)
        {
            _interval = SpecConstants.SuspectRekeyIntervalMaxMs * Ms;
        }

        _lastAt = now;
    }
}
