using CsCheck;
using Hoplink.Timing;

namespace Hoplink.Tests.Timing;

/// <summary>When requests and probes are repeated, what is kept of their transmissions, and how often a thing may happen.</summary>
public sealed class RepetitionTests
{
    private const long Ms = 1000;

    // 9.2, step 2; D16: after the RTO (200 ms at least), doubling up to 1 s or the RTO if that is more; but the first eight at the RTO.
    [Theory]
    [InlineData(200, new[] { 0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 2000, 2800, 3800, 4800 })]
    [InlineData(50, new[] { 0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 2000, 2800, 3800, 4800 })]
    [InlineData(300, new[] { 0, 300, 600, 900, 1200, 1500, 1800, 2100, 2400, 3000, 4000 })]
    [InlineData(1000, new[] { 0, 1000, 2000, 3000, 4000, 5000 })]
    [InlineData(3000, new[] { 0, 3000, 6000, 9000, 12000, 15000 })]
    public void A_request_is_repeated_eight_times_after_the_rto_and_then_doubling_up_to_a_second(int rtoMs, int[] dueMs)
    {
        var timer = new RepeatTimer();
        Assert.False(timer.IsRunning);
        timer.Start(7 * Ms);
        foreach (int due in dueMs)
        {
            Assert.Equal((7 + due) * Ms, timer.DueAt);
            timer.OnTransmitted(timer.DueAt, rtoMs * Ms);
        }

        Assert.Equal(dueMs.Length, timer.Transmissions);
        timer.Stop();
        Assert.Equal(TimerTable.Never, timer.DueAt);
    }

    [Fact]
    public void Starting_again_begins_the_schedule_anew()
    {
        var timer = new RepeatTimer();
        timer.Start(0);
        timer.OnTransmitted(0, 200 * Ms);
        timer.OnTransmitted(200 * Ms, 200 * Ms);
        timer.Start(5000 * Ms);
        timer.OnTransmitted(5000 * Ms, 200 * Ms);
        Assert.Equal(5200 * Ms, timer.DueAt);
        Assert.Equal(1, timer.Transmissions);
    }

    [Fact]
    public void Hastening_brings_the_next_transmission_forward_and_never_back()
    {
        var timer = new RepeatTimer();
        timer.Start(0);
        timer.OnTransmitted(0, 1000 * Ms);
        timer.Hasten(400 * Ms);
        Assert.Equal(400 * Ms, timer.DueAt);
        timer.Hasten(700 * Ms);
        Assert.Equal(400 * Ms, timer.DueAt);
    }

    [Fact]
    public void A_rate_limit_allows_so_many_in_each_second_that_begins_with_one()
    {
        var limit = new RateLimit(3);
        Assert.True(limit.TryTake(500 * Ms));
        Assert.True(limit.TryTake(600 * Ms));
        Assert.True(limit.TryTake(1400 * Ms));
        Assert.False(limit.TryTake((1500 * Ms) - 1));
        Assert.True(limit.TryTake(1500 * Ms));
        Assert.True(limit.TryTake(1500 * Ms));
        Assert.True(limit.TryTake(2499 * Ms));
        Assert.False(limit.TryTake(2499 * Ms));
        limit.Reset();
        Assert.True(limit.TryTake(2499 * Ms));
    }

    [Fact]
    public void A_rate_limit_says_beforehand_whether_it_has_room()
    {
        Gen.Select(Gen.Int[1, 5], Gen.Long[0, 700_000].Array[0, 40]).Sample((rate, waits) =>
        {
            var limit = new RateLimit(rate);
            long now = 0;
            return waits.All(wait =>
            {
                now += wait;
                bool room = limit.HasRoom(now);
                return limit.TryTake(now) == room;
            });
        });
    }

    // 5.1: every echo carries the t1 of the transmission it answers.
    [Fact]
    public void A_transmission_is_found_by_nonce_and_stamp_together()
    {
        var log = new TransmissionLog();
        log.Add(1, 100, 10, true);
        log.Add(1, 200, 20, false);
        log.Add(2, 100, 30, true);
        Assert.True(log.TryFind(1, 200));
        Assert.Equal(20, log.SentAt);
        Assert.False(log.ToHopPort);
        Assert.True(log.TryFind(2, 100));
        Assert.Equal(30, log.SentAt);
        Assert.True(log.ToHopPort);
        Assert.False(log.TryFind(2, 200));
        Assert.False(log.TryFind(0, 0)); // an empty slot
    }

    [Fact]
    public void The_last_16_transmissions_are_kept()
    {
        var log = new TransmissionLog();
        for (int i = 1; i <= 17; i++)
        {
            log.Add((uint)i, i, i, true);
        }

        Assert.False(log.TryFind(1, 1));
        for (int i = 2; i <= 17; i++)
        {
            Assert.True(log.TryFind((uint)i, i));
        }
    }

    // 7
    [Fact]
    public void A_probe_is_open_until_its_own_echo_arrives()
    {
        var prober = new Prober();
        Assert.False(prober.TakeEcho(0)); // none is open: its nonce is 0
        prober.Start(5, 100);
        Assert.True(prober.IsOpen);
        Assert.Equal(100, prober.Repeat.DueAt);
        Assert.False(prober.TakeEcho(6));
        Assert.False(prober.TakeEcho(0));
        Assert.True(prober.IsOpen);
        Assert.True(prober.TakeEcho(5));
        Assert.False(prober.IsOpen);
        Assert.Equal(TimerTable.Never, prober.Repeat.DueAt);
        Assert.False(prober.TakeEcho(5));
    }

    [Fact]
    public void A_new_probe_takes_the_place_of_an_open_one()
    {
        var prober = new Prober();
        prober.Start(5, 100);
        prober.Repeat.OnTransmitted(100, 200 * Ms);
        prober.Start(6, 300);
        Assert.False(prober.TakeEcho(5));
        Assert.Equal(300, prober.Repeat.DueAt);
        Assert.Equal(0, prober.Repeat.Transmissions);
    }

    [Fact]
    public void A_timer_fires_once_when_its_time_has_come()
    {
        var timers = new TimerTable(3);
        Assert.All(timers.Deadlines, at => Assert.Equal(TimerTable.Never, at));
        timers.Deadlines[0] = 30;
        timers.Deadlines[2] = 20;
        Assert.False(timers.Take(2, 19));
        Assert.True(timers.Take(2, 20));
        Assert.False(timers.Take(2, 20));
        Assert.Equal([30, TimerTable.Never, TimerTable.Never], timers.Deadlines);
        timers.ClearAll();
        Assert.Equal(TimerTable.Never, timers.Deadlines[0]);
    }
}
