using Hoplink.Recovery;

namespace Hoplink.Proof.Grid;

/// <summary>
/// L4: one end finds its own state corrupt and terminates (protocol.md 8, 13.1); the device reconnects after 1 s, give or take 20 %, or at
/// once where a stateless reset told it (13.2). The rung's own part is from the end of the session until both ends are connected in a new
/// one.
/// </summary>
internal sealed class ReconnectRun : HealingRun
{
    private long _connectedAt = -1;

    public ReconnectRun(Cell cell, ulong seed, Action<PairOptions>? configure)
        : base(cell, seed, configure)
    {
    }

    protected override bool IsRetried => Events.Count(e => e.Kind == LinkEventKind.Reconnecting) > 1;

    protected override bool IsEscalated => Events.Any(e => e.Kind == LinkEventKind.RungStarted);

    protected override void Break()
    {
        Pair.Device.Stepped += Watch;
        Pair.Peer.Stepped += Watch;
        Do(SuffersAtDevice, (link, now) => link.Faults.CorruptState(now));
    }

    protected override long RungMicros() => _connectedAt - Start;

    private void Watch()
    {
        if (_connectedAt < 0 && Start >= 0 && Pair.IsConnected)
        {
            _connectedAt = Pair.World.Now;
        }
    }
}
