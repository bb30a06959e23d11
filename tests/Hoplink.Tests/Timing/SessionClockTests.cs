using CsCheck;
using Hoplink.Timing;

namespace Hoplink.Tests.Timing;

/// <summary>The session clock (5.1): own monotonic clock plus an offset.</summary>
public sealed class SessionClockTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Setting_and_shifting_move_the_clock_at_once()
    {
        var clock = new SessionClock();
        clock.Set(-5 * Second, 8 * Second);
        Assert.Equal(3 * Second, clock.Read(8 * Second));
        clock.Shift(250, 8 * Second);
        Assert.Equal((3 * Second) + 250, clock.Read(8 * Second));
        Assert.Equal((-5 * Second) + 250, clock.OffsetAt(20 * Second));
    }

    // 10
    [Fact]
    public void Pending_parts_move_the_clock_one_each_hop_interval()
    {
        var clock = new SessionClock();
        clock.Pending.Plan(2 * Second, 1 * Second);
        clock.ApplyPending(1 * Second);
        Assert.Equal(500_000, clock.OffsetAt(1 * Second));
        clock.ApplyPending(1_499_999);
        Assert.Equal(500_000, clock.OffsetAt(1_499_999));
        clock.ApplyPending(1_500_000);
        Assert.Equal(1_000_000, clock.OffsetAt(1_500_000));
        Assert.Equal(1_000_000, clock.Pending.Remaining);
    }

    [Fact]
    public void After_a_pause_all_parts_that_were_due_are_applied()
    {
        var clock = new SessionClock();
        clock.Pending.Plan(-5 * Second, 0);
        clock.ApplyPending(60 * Second);
        Assert.Equal(-5 * Second, clock.OffsetAt(60 * Second));
        Assert.Equal(TimerTable.Never, clock.Pending.NextAt);
    }

    // 12.4: pending parts are dropped.
    [Fact]
    public void Setting_the_clock_drops_pending_parts()
    {
        var clock = new SessionClock();
        clock.Pending.Plan(5 * Second, 0);
        clock.ApplyPending(0);
        clock.Set(7, 0);
        clock.ApplyPending(60 * Second);
        Assert.Equal(7, clock.OffsetAt(60 * Second));
    }

    [Theory]
    [InlineData(100, 10, 1_000)]
    [InlineData(-40, 3600, -144_000)]
    [InlineData(1_000_000, 31_536_000, 31_536_000L * Second)]
    public void A_clock_that_drifts_gains_parts_in_a_million(int partsPerMillion, long seconds, long gained)
    {
        var clock = new SessionClock();
        clock.Set(5, 0);
        clock.Drift(partsPerMillion, 2 * Second);
        Assert.Equal(5, clock.OffsetAt(2 * Second));
        Assert.Equal(5 + gained, clock.OffsetAt((2 + seconds) * Second));
    }

    [Fact]
    public void Ending_a_drift_keeps_what_was_gained()
    {
        var clock = new SessionClock();
        clock.Drift(100, 0);
        clock.Drift(0, 10 * Second);
        Assert.Equal(1_000, clock.OffsetAt(50 * Second));
    }

    // Whatever moves it in between, it neither loses nor gains a moment.
    [Fact]
    public void Shifts_add_up_while_the_clock_drifts()
    {
        Gen.Select(Gen.Int[-500, 500], Gen.Select(Gen.Long[0, 100 * Second], Gen.Long[-Second, Second]).Array[0, 20]).Sample((drift, shifts) =>
        {
            var clock = new SessionClock();
            clock.Drift(drift, 0);
            long now = 0;
            long sum = 0;
            foreach ((long wait, long shift) in shifts)
            {
                now += wait;
                long before = clock.OffsetAt(now);
                clock.Shift(shift, now);
                sum += shift;
                if (clock.OffsetAt(now) != before + shift)
                {
                    return false;
                }
            }

            // Each shift rounds the drift to whole us once.
            return Math.Abs(clock.OffsetAt(now) - sum - (long)((Int128)now * drift / 1_000_000)) <= 2 * (shifts.Length + 1);
        });
    }
}
