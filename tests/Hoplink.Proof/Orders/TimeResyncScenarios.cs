using Hoplink.Recovery;

namespace Hoplink.Proof.Orders;

/// <summary>Level 1 (protocol.md 10): the device's clock is off by three parts of an adjustment.</summary>
internal abstract class TimeResyncScenario : OrderScenario
{
    protected const long ProbeLimit = 40 * World.Second;

    /// <summary>Messages to ports outside w-1..w+1 after which the peer asks (8, PortMismatch).</summary>
    protected const int ToWrongPorts = 3;

    private const long Jump = 1600 * World.Millisecond;

    protected static void JumpClock(OrderRun run, int sign)
    {
        Do(run, run.Pair.Device, (link, now) => link.Faults.JumpClock(sign * Jump, now));
    }

    /// <summary>The device finds out by its next probe (7), with nothing else being sent.</summary>
    protected static void LetDeviceFindOut(OrderRun run)
    {
        JumpClock(run, 1);
        run.AwaitBeginning(ProbeLimit);
    }

    /// <summary>The peer finds out by what comes to ports that it does not expect.</summary>
    protected static void LetPeerFindOut(OrderRun run, int sign)
    {
        JumpClock(run, sign);
        run.Pair.Checker.Up.Send(ToWrongPorts);
    }
}

/// <summary>The device finds out by itself.</summary>
internal sealed class TimeResyncByDevice : TimeResyncScenario
{
    public override string Name => "L1 by the device";

    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.TimeSync];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        BeginWithRung(run, run.Pair.Device);
        LetDeviceFindOut(run);
    }
}

/// <summary>The peer finds out, and asks for it by notice (9.5).</summary>
internal sealed class TimeResyncByPeer : TimeResyncScenario
{
    public override string Name => "L1 by the peer";

    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.TimeSync];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.TimeSync];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        BeginWithRung(run, run.Pair.Peer);
        LetPeerFindOut(run, 1);
        run.AwaitBeginning(World.Second);
    }
}

/// <summary>Both find out within a round trip.</summary>
internal sealed class TimeResyncByBoth : TimeResyncScenario
{
    public override string Name => "L1 by both";

    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.TimeSync];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.TimeSync];

    public override void Arrange(OrderRun run)
    {
        Pair s = run.Pair;
        run.Establish();
        BeginWithRung(run, s.Device, s.Peer);
        bool probed = false;
        s.Network.Sent += packet => probed |= packet.Kind == DatagramKind.Heartbeat && packet.From == s.Device;
        JumpClock(run, 1);
        s.Await(() => probed, ProbeLimit, "no probe");
        s.Checker.Up.Send(ToWrongPorts);
        run.AwaitBeginning(World.Second);
    }
}

/// <summary>The device finds out by itself, and the peer when the clock is off again.</summary>
internal sealed class TimeResyncByDeviceThenPeer : TimeResyncScenario
{
    public override string Name => "L1 by the device, then by the peer";

    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.TimeSync, RecoveryLevel.TimeSync];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.TimeSync];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        BeginWithRung(run, run.Pair.Device);
        AfterSuccess(run, run.Pair.Device, () =>
        {
            AwaitRung(run);
            LetPeerFindOut(run, -1);
        });
        LetDeviceFindOut(run);
    }
}

/// <summary>The peer finds out, and when the clock is off again, the device by itself.</summary>
internal sealed class TimeResyncByPeerThenDevice : TimeResyncScenario
{
    public override string Name => "L1 by the peer, then by the device";

    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.TimeSync, RecoveryLevel.TimeSync];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.TimeSync];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        BeginWithRung(run, run.Pair.Peer);
        AfterSuccess(run, run.Pair.Device, () =>
        {
            AwaitRung(run);
            JumpClock(run, -1);
        });
        LetPeerFindOut(run, 1);
        run.AwaitBeginning(World.Second);
    }
}
