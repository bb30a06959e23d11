using Hoplink.Recovery;

namespace Hoplink.Proof.Orders;

/// <summary>Level 2 (protocol.md 11): messages are held beyond one that stays away until the rung starts.</summary>
internal abstract class SequenceRepairScenario : OrderScenario
{
    protected const int Messages = 4;

    private const long GapLimit = 5 * World.Second;

    /// <summary>Sends messages to a node, of which the first is lost until a rung starts there.</summary>
    protected static void MakeHole(OrderRun run, EndNode receiver, int messages = Messages)
    {
        Pair s = run.Pair;
        MessageStream stream = StreamTo(run, receiver);
        uint missing = (uint)stream.Accepted;
        bool there = true;
        OnFirst(receiver, LinkEventKind.RungStarted, () => there = false);
        s.Network.Tap(
            p => there && p.Kind == DatagramKind.Data && p.From != receiver && p.Info.Message == missing, _ => Verdict.Drop);
        stream.Send(messages);
    }

    protected static MessageStream StreamTo(OrderRun run, EndNode receiver)
    {
        return receiver == run.Pair.Device ? run.Pair.Checker.Down : run.Pair.Checker.Up;
    }

    protected static void AwaitGap(OrderRun run) => run.AwaitBeginning(GapLimit);
}

/// <summary>One end misses a message.</summary>
internal sealed class SequenceRepairBy(bool device) : SequenceRepairScenario
{
    public override string Name => $"L2 by {NameOf(device)}";

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

/// <summary>
/// Both ends miss a message, and what comes after it finds no room (8, ReorderOverflow). Were each to wait for its GapTimeout, the silence
/// would look like ports that do not meet.
/// </summary>
internal abstract class SequenceRepairOfOverflow : SequenceRepairScenario
{
    private const int ReorderLimit = Messages - 2;

    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.SequenceRepair];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.SequenceRepair];

    public override void Configure(PairOptions options)
    {
        base.Configure(options);
        options.Device.ReorderLimit = ReorderLimit;
        options.Peer.Link.ReorderLimit = ReorderLimit;
    }
}

/// <summary>Both ends at once.</summary>
internal sealed class SequenceRepairByBoth : SequenceRepairOfOverflow
{
    public override string Name => "L2 by both";

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        BeginWithRung(run, run.Pair.Device, run.Pair.Peer);
        MakeHole(run, run.Pair.Device);
        MakeHole(run, run.Pair.Peer);
        AwaitGap(run);
    }
}

/// <summary>One end, and when it has repaired, the other, which waits for one message more.</summary>
internal sealed class SequenceRepairOneAfterAnother(bool deviceFirst) : SequenceRepairOfOverflow
{
    public override string Name => $"L2 by {NameOf(deviceFirst)}, then by {NameOf(!deviceFirst)}";

    public override void Arrange(OrderRun run)
    {
        EndNode first = End(run, deviceFirst);
        EndNode second = End(run, !deviceFirst);
        run.Establish();
        MakeHole(run, second, Messages - 1);
        run.Pair.World.RunFor(50 * World.Millisecond);
        BeginWithRung(run, first);
        AfterSuccess(run, first, () => StreamTo(run, second).Send(1));
        MakeHole(run, first);
        AwaitGap(run);
    }
}

/// <summary>One end misses messages that the other has forgotten: they are reported, and the rest arrives (D5).</summary>
internal sealed class SequenceRepairOfForgotten(bool atDevice) : SequenceRepairScenario
{
    public override string Name => $"L2 by {NameOf(atDevice)}, of messages that are gone";

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
        MessageStream stream = StreamTo(run, End(run, atDevice));
        s.EachWay(lane => lane.Blackhole = true);
        stream.Send(Forgotten);
        Do(run, sender, (link, _) => link.Faults.ForgetSendHistory());
        s.EachWay(lane => lane.Blackhole = false);
        stream.Send(2);
        BeginWithRung(run, End(run, atDevice));
        AwaitGap(run);
    }
}
