using Hoplink.Parameters;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Delivery;

/// <summary>The end of a link (6.4): each side closes with a FIN that the other answers once it has delivered everything below.</summary>
public sealed class CloseHandshake
{
    private readonly RepeatTimer _repeat = new RepeatTimer();

    /// <summary>True once this side is to close.</summary>
    public bool IsRequested { get; private set; }

    /// <summary>True from the first FIN of this side on.</summary>
    public bool IsFinSent { get; private set; }

    /// <summary>True once the other end has answered this side's FIN.</summary>
    public bool IsFinAnswered { get; private set; }

    /// <summary>True once the other end's FIN arrived.</summary>
    public bool HasPeerFin { get; private set; }

    /// <summary>True once everything below the other end's FIN is delivered.</summary>
    public bool IsPeerDone { get; private set; }

    /// <summary>Both sides have closed.</summary>
    public bool IsComplete
    {
        get { return IsFinAnswered && IsPeerDone; }
    }

    /// <summary>8 repeats of the FIN went unanswered: the session ends.</summary>
    public bool HasFailed(long now)
    {
        return !IsFinAnswered && _repeat.Transmissions > SpecConstants.MaxFinRepeats && now >= _repeat.DueAt;
    }

    /// <summary>When the FIN is due again, us.</summary>
    public long DueAt
    {
        get { return _repeat.DueAt; }
    }

    /// <summary>The other end's FIN: the number after its last message.</summary>
    public uint PeerFinNumber { get; private set; }

    /// <summary>This side is to close: its FIN goes out when all is acknowledged.</summary>
    public void Request()
    {
        IsRequested = true;
    }

    /// <summary>All is acknowledged: the FIN is due.</summary>
    public void StartFin(long now)
    {
        if (IsRequested && !IsFinSent)
        {
            IsFinSent = true;
            _repeat.Start(now);
        }
    }

    /// <summary>
    /// A FIN was transmitted. It is repeated at the RTO, which doubles (6.4, 6.3). protocol.md is silent on how far: up to 8 s, so that the 8
    /// repeats outlive a blackout of half a minute and end before Partition could hold.
    /// </summary>
    public void OnTransmitted(long now, long rtoMicros)
    {
        _repeat.OnTransmitted(now, rtoMicros, OwnConstants.MaxFinRepeatMs);
    }

    /// <summary>The other end is heard again after a silence: the FIN goes out at once, as the oldest message would (6.3).</summary>
    public void Hasten(long now)
    {
        if (_repeat.IsRunning)
        {
            _repeat.Hasten(now);
        }
    }

    /// <summary>The other end's FIN arrived.</summary>
    public void OnPeerFin(uint number, uint nextExpected)
    {
        HasPeerFin = true;
        PeerFinNumber = number;
        OnProgress(nextExpected);
    }

    /// <summary>Next expected moved: is everything below the other end's FIN delivered? True if that is new.</summary>
    public bool OnProgress(uint nextExpected)
    {
        if (!HasPeerFin || IsPeerDone || SerialNumber.IsNewer(PeerFinNumber, nextExpected))
        {
            return false;
        }

        IsPeerDone = true;
        return true;
    }

    /// <summary>The other end answered this side's FIN.</summary>
    public void OnFinAnswered()
    {
        if (IsFinSent)
        {
            IsFinAnswered = true;
            _repeat.Stop();
        }
    }
}
