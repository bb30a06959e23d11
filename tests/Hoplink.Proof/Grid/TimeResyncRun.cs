using Hoplink.Recovery;

namespace Hoplink.Proof.Grid;

/// <summary>
/// L1: one end's session clock jumps by 500 to 999 ms either way, so that the two ends' hop ports do not meet. That is one part of an
/// adjustment (protocol.md 10), so that the run measures exchanges and not the hop intervals between parts: 3 s would add 2.5 s. The
/// device's next probe notices it. The rung's own part is from the last adjustment of the device's clock to the success of L1.
/// </summary>
internal sealed class TimeResyncRun : HealingRun
{
    private long _offset;
    private long _adjustedAt;

    public TimeResyncRun(Cell cell, ulong seed, Action<PairOptions>? configure)
        : base(cell, seed, configure)
    {
        JumpMicros = Random.Between(500, 999) * Ms * (Random.Chance(0.5) ? 1 : -1);
    }

    /// <summary>How far the clock jumps, us.</summary>
    public long JumpMicros { get; init; }

    protected override void Break()
    {
        Do(SuffersAtDevice, (link, now) => link.Faults.JumpClock(JumpMicros, now));
        Pair.Device.Stepped += Watch;
    }

    protected override long RungMicros()
    {
        // The peer may have run L1 too, by asking the device to (9.5).
        EventSnapshot? success = Pair.Device.Events.OfKind(LinkEventKind.RungSucceeded, _adjustedAt)
            .FirstOrDefault(e => e.Level == RecoveryLevel.TimeSync);
        return (success?.At ?? Pair.World.Now) - _adjustedAt;
    }

    private void Watch()
    {
        long now = Pair.Device.Clock.Now;
        if (Pair.Device.Link.Session is not { } session || session.ReadClock(now) - now == _offset)
        {
            return;
        }

        _offset = session.ReadClock(now) - now;
        _adjustedAt = Pair.World.Now;
    }
}
