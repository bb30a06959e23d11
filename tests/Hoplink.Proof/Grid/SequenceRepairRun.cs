using Hoplink.Recovery;

namespace Hoplink.Proof.Grid;

/// <summary>
/// L2: a sender has lost its history. Ten messages are gone, the eleventh arrives and waits for them, and the receiver asks once it has
/// waited for 2 s, or four RTO (protocol.md 8, GapTimeout). The rung's own part is from its start to its success.
/// </summary>
internal sealed class SequenceRepairRun(Cell cell, ulong seed, Action<PairOptions>? configure) : HealingRun(cell, seed, configure)
{
    private const int Messages = 10;

    protected override void Break()
    {
        Lane lane = SuffersAtDevice ? Pair.Up : Pair.Down;
        MessageStream stream = SuffersAtDevice ? Pair.Checker.Up : Pair.Checker.Down;
        lane.Blackhole = true;
        stream.Send(Messages);
        Do(SuffersAtDevice, (link, _) => link.Faults.ForgetSendHistory() == Messages);
        lane.Blackhole = false;
        stream.Send(1);
    }

    protected override long RungMicros()
    {
        return SinceStart(e => e.Kind == LinkEventKind.RungSucceeded && e.Level == RecoveryLevel.SequenceRepair);
    }
}
