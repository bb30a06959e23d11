using Hoplink.Parameters;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Attacks;

/// <summary>
/// Somebody delays what measures time, one way, to pull the device's clock (5.1, 7, 10, 12.4). Each measurement is of the peer's own clock,
/// so its error is at most half of its own round trip, whatever the clock was before: pulls do not add up. A measurement that took longer
/// than an attempt of level 1, 5 s, is passed over, so no pull in all exceeds 2.5 s.
/// </summary>
public sealed class ClockPullTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    /// <summary>Half of the longest round trip that a measurement may have.</summary>
    private const long MostPull = OwnConstants.MaxSampleRoundTripMs * Ms / 2;

    /// <summary>What the whole milliseconds of a SYN's times may hide.</summary>
    private const long Slack = Ms;

    [Theory]
    [InlineData(20)]
    [InlineData(80)]
    [InlineData(400)]
    [InlineData(1500)]
    [InlineData(4000)]
    public void Time_sync_that_is_delayed_one_way_pulls_the_clock_by_at_most_half_the_delay(long delayMs) // 5.1, 7, 10
    {
        foreach (bool up in new[] { false, true })
        {
            Pair s = NewPair((ulong)delayMs + (up ? 1UL : 0));
            var attacker = new Attacker(s);
            Start(s, 20 * World.Minute);
            long most = 0;
            s.Device.Stepped += () => most = s.IsConnected ? Math.Max(most, Math.Abs(s.ClockError())) : most;
            Tap tap = attacker.HoldUp(up ? s.Device : s.Peer, MeasuresTime, _ => delayMs * Ms);
            s.World.RunFor(20 * World.Minute);
            s.Require(most <= (delayMs * Ms / 2) + Slack, $"pulled by {most} us");
            tap.Dispose();
            RequireRecovery(s);
        }
    }

    [Theory]
    [InlineData(1.05, 1)]
    [InlineData(1.3, 1)]
    [InlineData(1.9, 1)]
    [InlineData(1.0, 40)]
    [InlineData(1.0, 95)]
    [InlineData(1.0, 900)]
    public void Delays_that_grow_from_exchange_to_exchange_do_not_pull_it_further(double factor, long stepMs) // 5.1
    {
        foreach (bool up in new[] { false, true })
        {
            Pair s = NewPair((ulong)((factor * 100) + stepMs) * 2 + (up ? 1UL : 0));
            var attacker = new Attacker(s);
            Start(s, 3 * World.Hour);
            double delay = 20 * Ms;
            long most = 0;
            bool drawn = false;
            s.Device.Stepped += () => most = s.IsConnected ? Math.Max(most, Math.Abs(s.ClockError())) : most;
            s.Device.Handled += packet => drawn |= MeasuresTime(packet);

            // Each exchange that came through was taken or passed over: the next is delayed a little more, up to more than anything waits.
            Tap tap = attacker.HoldUp(up ? s.Device : s.Peer, MeasuresTime, _ =>
            {
                delay = drawn ? Math.Min((delay * factor) + (stepMs * Ms), 40 * World.Second) : delay;
                drawn = false;
                return (long)delay;
            });
            s.World.RunFor(3 * World.Hour);
            s.Require(most <= MostPull + Slack, $"pulled by {most} us");
            s.Require(s.Sessions() == 1, "the session did not last");
            tap.Dispose();
            RequireRecovery(s);
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(4000)]
    [InlineData(9000)]
    [InlineData(25000)]
    public void A_handshake_that_is_delayed_one_way_starts_the_clock_no_further_off(long delayMs) // 4, 5.1
    {
        foreach (bool up in new[] { false, true })
        {
            Pair s = NewPair((ulong)delayMs + (up ? 1UL : 0));
            var attacker = new Attacker(s);
            Tap tap = attacker.HoldUp(up ? s.Device : s.Peer, p => p.Kind is DatagramKind.Syn or DatagramKind.SynAck, _ => delayMs * Ms);
            s.Device.Connect();
            long most = 0;
            s.Device.Stepped += () => most = s.IsConnected ? Math.Max(most, Math.Abs(s.ClockError())) : most;
            s.World.RunFor(2 * World.Minute);
            tap.Dispose();
            s.World.RunFor(World.Minute);
            s.Require(most <= Math.Min(MostPull, delayMs * Ms / 2) + Slack, $"off by {most} us");
            s.Traffic(20, 20 * Ms);
            s.World.RunFor(World.Second);
            RequireRecovery(s);
        }
    }

    [Fact]
    public void A_rekey_that_is_delayed_one_way_steps_no_clock_that_is_right_and_makes_none_worse() // 12.4
    {
        foreach (long delayMs in new long[] { 100, 1000, 4000, 8000 })
        {
            foreach (long off in new[] { 0, 700 * Ms, 2400 * Ms })
            {
                Pair s = NewPair((ulong)(delayMs + off));
                var attacker = new Attacker(s);
                Start(s, World.Minute);
                s.OnDevice((link, now) => link.Faults.JumpClock(off, now));
                attacker.HoldUp(s.Peer, p => p.Kind == DatagramKind.RekeyResponse, _ => delayMs * Ms);
                s.OnDevice((link, now) => link.ReportKeyCompromise(now));
                long most = 0;
                s.Device.Stepped += () => most = Math.Max(most, Math.Abs(s.ClockError()));
                s.World.RunFor(15 * World.Second);
                s.Require(most <= off + Slack, $"{off} us off before, {most} after");
            }
        }
    }

    private static bool MeasuresTime(Packet packet)
    {
        return packet.Kind is DatagramKind.Heartbeat or DatagramKind.TimeSyncRequest or DatagramKind.TimeSyncResponse;
    }

    private static void Start(Pair s, long length)
    {
        s.Connect();
        s.Traffic(length / (2 * World.Second), 2 * World.Second);
        s.World.RunFor(World.Second);
    }

    /// <summary>Once nothing is delayed any more, the clock is right again, and nothing was lost.</summary>
    private static void RequireRecovery(Pair s)
    {
        s.World.RunFor(2 * World.Minute);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        s.Require(Math.Abs(s.ClockError()) <= 10 * Ms, $"{s.ClockError()} us off in the end");
    }
}
