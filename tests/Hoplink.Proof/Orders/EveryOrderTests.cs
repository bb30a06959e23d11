namespace Hoplink.Proof.Orders;

public sealed class ScratchTests
{
    [Fact]
    public void T()
    {
        OrderScenario[] all = [new FirstHandshake(), new ResumingHandshake(), new TimeResyncByDevice(), new TimeResyncByPeer(), new TimeResyncByBoth(), new TimeResyncByDeviceThenPeer(), new TimeResyncByPeerThenDevice(),
         new SequenceRepairBy(true), new SequenceRepairBy(false), new SequenceRepairByBoth(), new SequenceRepairOneAfterAnother(true), new SequenceRepairOneAfterAnother(false), new SequenceRepairOfForgotten(true), new SequenceRepairOfForgotten(false),
         new RekeyBy(true), new RekeyBy(false), new RekeyByBoth(), new RekeyOneAfterAnother(true), new RekeyOneAfterAnother(false), new ResetAfterRestart(), new ResetBy(true), new ResetBy(false)];
        int count = int.Parse(Environment.GetEnvironmentVariable("N") ?? "1");
        int which = int.Parse(Environment.GetEnvironmentVariable("W") ?? "-1");
        for (int k = 0; k < all.Length; k++)
        {
            if (which >= 0 && which != k) continue;
            OrderScenario s = all[k];
            string name = k + " " + s;
            var e = new OrderExplorer(s);
            var cpu0 = Environment.CpuUsage.TotalTime;
            int bad = 0;
            var random = new SimRandom(5);
            int sum = 0;
            for (int i = 0; i < count; i++)
            {
                var c = new Combination(i == 0 ? 0 : (int)random.Below(Combination.Count));
                try { sum += e.Play(c); }
                catch (OrderException x) { if (bad++ < 12) Console.WriteLine(name + " " + x.Message[..Math.Min(x.Message.Length, count == 1 ? 9000 : 160)]); }
            }

            Console.WriteLine($"{name}: {count} in {(Environment.CpuUsage.TotalTime - cpu0).TotalMilliseconds / count:F3} ms each, {bad} bad, {sum / (double)count:F1} sent, rest {e.SlowestRest}, flow {e.SlowestFlow}");
        }
    }
}
