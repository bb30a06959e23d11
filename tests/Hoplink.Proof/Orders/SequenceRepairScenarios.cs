using Hoplink.Recovery;

namespace Hoplink.Proof.Orders;

/// <summary>Level 2 (protocol.md 11): messages are held beyond one that stays away until the rung starts.</summary>
internal abstract class SequenceRepairScenario : OrderScenario
{
    private const int Messages = 4;
    private const long GapLimit = 5 * World.Second;

    /// <summary>Between two rungs one after another: the first is done, if all goes well.</summary>
    protected const long After = 60 * World.Millisecond;

    /// <summary>Sends messages to a node, of which the first is lost until a rung starts there.</summary>
    protected static void MakeHole(OrderRun run, EndNode receiver)
    {
        Pair s = run.Pair;
        MessageStream stream = receiver == s.Device ? s.Checker.Down : s.Checker.Up;
        uint missing = (uint)stream.Accepted;
        bool there = true;
        OnFirst(receiver, LinkEventKind.RungStarted, () => there = false);
        s.Network.Tap(
            p => there && p.Kind == DatagramKind.Data && p.From != receiver && p.Info.Message == missing, _ => Verdict.Drop);
        stream.Send(Messages);
    }

    protected static void AwaitGap(OrderRun run) => run.AwaitBeginning(GapLimit);
}

/// <summary>One end misses a message.</summary>
internal sealed class SequenceRepairBy(bool device) : SequenceRepairScenario
{
    public override RecoveryLevel[] DeviceRungs => device ? [RecoveryLevel.SequenceRepair] : [];

    public override RecoveryLevel[] PeerRungs => device ? [] : [RecoveryLevel.SequenceRepair];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        MakeHole(run, End(run, device));
        BeginWithRung(run, End(run, device));
        AwaitGap(run);
    }
}

/// <summary>Both ends miss one at once.</summary>
internal sealed class SequenceRepairByBoth : SequenceRepairScenario
{
    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.SequenceRepair];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.SequenceRepair];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        MakeHole(run, run.Pair.Device);
        MakeHole(run, run.Pair.Peer);
        BeginWithRung(run, run.Pair.Device, run.Pair.Peer);
        AwaitGap(run);
    }
}

/// <summary>One end misses a message, and the other one a little later.</summary>
internal sealed class SequenceRepairOneAfterAnother(bool deviceFirst) : SequenceRepairScenario
{
    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.SequenceRepair];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.SequenceRepair];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        MakeHole(run, End(run, deviceFirst));
        run.Pair.World.RunFor(After);
        MakeHole(run, End(run, !deviceFirst));
        BeginWithRung(run, End(run, deviceFirst));
        AwaitGap(run);
    }
}

/// <summary>One end misses messages that the other has forgotten: they are reported, and the rest arrives (D5).</summary>
internal sealed class SequenceRepairOfForgotten(bool atDevice) : SequenceRepairScenario
{
    private const int Forgotten = 3;

    public override long LostUp => atDevice ? 0 : Forgotten;

    public override long LostDown => atDevice ? Forgotten : 0;

    public override RecoveryLevel[] DeviceRungs => atDevice ? [RecoveryLevel.SequenceRepair] : [];

    public override RecoveryLevel[] PeerRungs => atDevice ? [] : [RecoveryLevel.SequenceRepair];

    public override void Arrange(OrderRun run)
    {
        Pair s = run.Pair;
        run.Establish();
        EndNode sender = End(run, !atDevice);
        MessageStream stream = atDevice ? s.Checker.Down : s.Checker.Up;
        s.EachWay(lane => lane.Blackhole = true);
        stream.Send(Forgotten);
        Do(run, sender, (link, _) => link.Faults.ForgetSendHistory());
        s.EachWay(lane => lane.Blackhole = false);
        stream.Send(2);
        BeginWithRung(run, End(run, atDevice));
        AwaitGap(run);
    }
}
