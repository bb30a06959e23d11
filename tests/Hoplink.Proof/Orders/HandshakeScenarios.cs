namespace Hoplink.Proof.Orders;

/// <summary>The handshake that begins a link (protocol.md 4).</summary>
internal sealed class FirstHandshake : OrderScenario
{
    public override string Name => "first handshake";

    public override bool EndsSession => true;

    public override void Arrange(OrderRun run)
    {
        run.Disorder.Begin();
        run.Pair.Device.Connect();
    }
}

/// <summary>
/// The handshake that resumes a link, with messages in each direction that the other end has not got, while the peer still believes in the
/// session before (4, 13.4).
/// </summary>
internal sealed class ResumingHandshake : OrderScenario
{
    public override string Name => "resuming handshake";

    private const int Waiting = 2;

    public override bool EndsSession => true;

    public override void Arrange(OrderRun run)
    {
        Pair s = run.Pair;
        run.Establish();
        s.EachWay(lane => lane.Blackhole = true);
        s.Traffic(Waiting);
        Do(run, s.Device, (link, now) => link.Faults.ForgetSession(now));
        s.Network.Sent += packet =>
        {
            if (packet.Kind == DatagramKind.Syn && !run.Disorder.HasBegun)
            {
                s.EachWay(lane => lane.Blackhole = false);
                run.Disorder.Begin();
            }
        };
        run.AwaitBeginning(10 * World.Second);
    }
}
