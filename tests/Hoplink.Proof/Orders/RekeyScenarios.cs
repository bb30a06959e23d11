using Hoplink.Recovery;

namespace Hoplink.Proof.Orders;

/// <summary>Level 3 (protocol.md 12): an end is told that the session key leaked.</summary>
internal abstract class RekeyScenario : OrderScenario
{
    protected static void Rekey(OrderRun run, EndNode node)
    {
        Do(run, node, (link, now) => link.ReportKeyCompromise(now));
    }
}

/// <summary>One end rekeys.</summary>
internal sealed class RekeyBy(bool device) : RekeyScenario
{
    public override string Name => $"L3 by {NameOf(device)}";

    public override RecoveryLevel[] DeviceRungs => device ? [RecoveryLevel.SessionRekey] : [];

    public override RecoveryLevel[] PeerRungs => device ? [] : [RecoveryLevel.SessionRekey];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        run.Disorder.Begin();
        Rekey(run, End(run, device));
    }
}

/// <summary>Both ends rekey at once (12.2).</summary>
internal sealed class RekeyByBoth : RekeyScenario
{
    public override string Name => "L3 by both";

    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.SessionRekey];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.SessionRekey];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        run.Disorder.Begin();
        Rekey(run, run.Pair.Device);
        Rekey(run, run.Pair.Peer);
    }
}

/// <summary>One end rekeys, and as soon as it has, the other.</summary>
internal sealed class RekeyOneAfterAnother(bool deviceFirst) : RekeyScenario
{
    public override string Name => $"L3 by {NameOf(deviceFirst)}, then by {NameOf(!deviceFirst)}";

    public override RecoveryLevel[] DeviceRungs => [RecoveryLevel.SessionRekey];

    public override RecoveryLevel[] PeerRungs => [RecoveryLevel.SessionRekey];

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        AfterSuccess(run, End(run, deviceFirst), () => Rekey(run, End(run, !deviceFirst)));
        run.Disorder.Begin();
        Rekey(run, End(run, deviceFirst));
    }
}
