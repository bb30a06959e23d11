using System;

namespace Hoplink.SelfTest;

/// <summary>A datagram in or out allocates nothing in steady state: both ends, 100 datagrams.</summary>
internal static class AllocationCheck
{
    private const int Datagrams = 100;
    private const int WarmUp = 50;

    internal static void Run(Report report)
    {
        var measured = new Measurement();
        report.Run(AllocationMeter.Claim, new Check(measured.Run));
        report.Figure("allocated over 100 datagrams: " + measured.Text);
    }

    private sealed class Measurement
    {
        internal string Text { get; private set; } = "not measured";

        internal void Run()
        {
            var pair = new Pair(51);
            pair.Connect();
            pair.Exchange(WarmUp);
            var meter = new AllocationMeter();
            bool nothing = Measure(pair, meter);
            Text = meter.Text;
            Expect.True(nothing, meter.Text);
        }

        private static bool Measure(Pair pair, AllocationMeter meter)
        {
            int before = pair.Up.Sent + pair.Down.Sent;
            meter.Start();
            while (pair.Up.Sent + pair.Down.Sent - before < Datagrams)
            {
                pair.Exchange(1);
            }

            return meter.Stop();
        }
    }
}
