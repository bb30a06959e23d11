namespace Hoplink.Proof.Orders;

/// <summary>
/// The peer has restarted, and tells the device so in answer to its next datagram (protocol.md 13.3): a new session, and the link anew.
/// </summary>
internal sealed class ResetAfterRestart : OrderScenario
{
    public override string Name => "reset after the peer's restart";

    private const long Down = 100 * World.Millisecond;

    public override bool EndsSession => true;

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        run.Pair.Peer.Restart(Down);
        run.Pair.World.RunFor(2 * Down);
        run.Disorder.Begin();
        run.Pair.Checker.Up.Send(1);
    }
}

/// <summary>One end terminates the session (13.1), and the link is resumed.</summary>
internal sealed class ResetBy(bool device) : OrderScenario
{
    public override string Name => $"reset by {NameOf(device)}";

    public override bool EndsSession => true;

    public override void Arrange(OrderRun run)
    {
        run.Establish();
        run.Disorder.Begin();
        Do(run, End(run, device), (link, now) => link.Faults.Terminate(now));
    }
}
