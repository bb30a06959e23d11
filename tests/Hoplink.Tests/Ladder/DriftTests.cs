using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>Clocks that do not run alike (protocol.md 5.1, 7).</summary>
public sealed class DriftTests : LadderTest
{
    [Theory]
    [InlineData(200)]
    [InlineData(-200)]
    public void A_crystal_that_is_off_needs_the_routine_probes_alone(int partsPerMillion)
    {
        // 200 ppm are 6 ms in the 30 s between two probes.
        Pair s = Connected(1);
        s.Do(s.Device, (link, now) => link.Faults.DriftClock(partsPerMillion, now));
        long worst = WorstError(s, World.Hour);
        Assert.InRange(worst, 5900, 6200);
        AssertNoRung(s);
    }

    [Theory]
    [InlineData(3000)]
    [InlineData(-3000)]
    public void A_clock_that_leaves_the_tolerance_between_two_probes_is_resynchronised_each_time(int partsPerMillion)
    {
        // 90 ms in 30 s, which is more than 50 ms and half the round trip.
        Pair s = WithTraffic(2, messages: 3000);
        s.Do(s.Device, (link, now) => link.Faults.DriftClock(partsPerMillion, now));
        long worst = WorstError(s, 5 * World.Minute);
        Assert.InRange(worst, 80_000, 100_000);
        Assert.InRange(s.Device.Successes(RecoveryLevel.TimeSync).Length, 8, 11);

        s.Do(s.Device, (link, now) => link.Faults.DriftClock(0, now));
        s.World.RunFor(31 * World.Second);
        long ended = s.World.Now;
        s.World.RunFor(5 * World.Minute);
        Assert.Empty(s.Device.Events.Rungs(ended));
        AssertHealed(s);
    }

    private static long WorstError(Pair s, long duration)
    {
        long worst = 0;
        long end = s.World.Now + duration;
        s.World.Every(100 * Ms, () =>
        {
            worst = Math.Max(worst, Math.Abs(s.ClockError()));
            return s.World.Now < end;
        });
        s.World.RunFor(duration);
        return worst;
    }
}
