namespace Hoplink.Proof.Orders;

public sealed class ReplayScratch
{
    [Fact]
    public void R()
    {
        OrderScenario[] all = [new FirstHandshake(), new ResumingHandshake(), new TimeResyncByDevice(), new TimeResyncByPeer(), new TimeResyncByBoth(), new TimeResyncByDeviceThenPeer(), new TimeResyncByPeerThenDevice(),
         new SequenceRepairBy(true), new SequenceRepairBy(false), new SequenceRepairByBoth(), new SequenceRepairOneAfterAnother(true), new SequenceRepairOneAfterAnother(false), new SequenceRepairOfForgotten(true), new SequenceRepairOfForgotten(false),
         new RekeyBy(true), new RekeyBy(false), new RekeyByBoth(), new RekeyOneAfterAnother(true), new RekeyOneAfterAnother(false), new ResetAfterRestart(), new ResetBy(true), new ResetBy(false)];
        int which = int.Parse(Environment.GetEnvironmentVariable("W") ?? "-1");
        var run = new OrderRun(all[which], Combination.Parse(Environment.GetEnvironmentVariable("C")!), new(), trace: true);
        try { run.Play(); Console.WriteLine("GOOD"); } catch (Exception e) { Console.WriteLine(e.Message.Split('\n')[0]); }
        Console.WriteLine(run.Pair.World.DumpTrace());
    }
}
