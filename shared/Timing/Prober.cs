namespace Hoplink.Timing;

/// <summary>
/// The HEARTBEAT probe that waits for its echo (7): repeated at the RTO, each time with a new t1. protocol.md 7 is silent on the RTO's
/// doubling here: it ends at 1 s as for requests (9.2), for the probe is what finds out that the network is back.
/// </summary>
public sealed class Prober
{
    private uint _nonce;

    /// <summary>When to transmit it again.</summary>
    public RepeatTimer Repeat { get; } = new RepeatTimer();

    /// <summary>The nonce of the open probe; 0 if none is open.</summary>
    public uint Nonce => _nonce;

    /// <summary>True until the echo arrives.</summary>
    public bool IsOpen
    {
        get { return _nonce != 0; }
    }

    /// <summary>Opens a probe, in place of one that is open; its first transmission is due at once.</summary>
    public void Start(uint nonce, long now)
    {
        _nonce = nonce;
        Repeat.Start(now);
    }

    /// <summary>An echo arrived: true if it answers the open probe, which is closed.</summary>
    public bool TakeEcho(uint nonce)
    {
        if (nonce == 0 || nonce != Nonce)
        {
            return false;
        }

        Stop();
        return true;
    }

    /// <summary>Closes the probe.</summary>
    public void Stop()
    {
        _nonce = 0;
        Repeat.Stop();
    }
}
