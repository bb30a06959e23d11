using Hoplink.Hopping;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Scenarios;

public sealed class DriftTests : SimulationTest
{
    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void A_clock_that_drifts_by_200_ppm_stays_in_step_for_an_hour(int partsPerMillion) // 5.1, 7
    {
        Pair s = NewPair(1, o => o.DeviceDrift = partsPerMillion);
        s.Connect();
        s.Traffic(1800, 2 * World.Second);
        List<Packet> outOfStep = s.World.Record(p => p.From == s.Device && p.Info.IsUnderSessionKey && !IsInStep(s, p));
        long worst = 0;
        s.World.Every(World.Second, () =>
        {
            worst = Math.Max(worst, Math.Abs(s.ClockError()));
            return true;
        });
        s.World.RunFor(World.Hour + 2 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        s.RequireNoRung();
        Assert.Equal(1, s.Sessions());

        // What drifts between two probes is 6 ms, and half a round trip is 10.
        Assert.InRange(worst, 5 * World.Millisecond, 16 * World.Millisecond);
        Assert.Empty(outOfStep);
    }

    /// <summary>Timestamp and port are those of the peer's clock, give or take what the clocks may differ by.</summary>
    private static bool IsInStep(Pair s, Packet packet)
    {
        long clock = s.PeerLink!.Session.ReadClock(s.Peer.Clock.Now);
        HopSchedule hops = s.PeerLink.Session.Epochs.Current.Hops;
        bool port = packet.Destination == Scenario.Rendezvous
            || packet.Destination.Port == hops.PortOf(hops.WindowAt(clock))
            || packet.Destination.Port == hops.PortOf(hops.WindowAt(clock + 30 * World.Millisecond))
            || packet.Destination.Port == hops.PortOf(hops.WindowAt(clock - 10 * World.Millisecond));
        return port && Math.Abs((int)packet.Info.Timestamp - clock / World.Millisecond) <= 20;
    }
}
