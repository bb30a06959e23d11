using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>Level 1 when something comes in its way (protocol.md 9.2, 9.3, 10).</summary>
public sealed class TimeResyncFailureTests : LadderTest
{
    [Fact]
    public void An_attempt_repeats_its_request_with_fresh_times_on_both_kinds_of_port_until_5_s_are_over()
    {
        // 9.2 step 2, 5.2: after the RTO (here its least, 200 ms), from the ninth on doubling up to 1 s; every second one to the rendezvous
        // port.
        Pair s = Connected(1);
        using Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.TimeSyncResponse, _ => Verdict.Drop);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.TimeSyncRequest);
        s.JumpClock(s.Device, 800 * Ms);
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), World.Minute, "L1 did not fail");

        long start = s.Device.Events.OfKind(LinkEventKind.RungStarted).Single().At;
        Assert.Equal([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 2000, 2800, 3800, 4800], requests.Packets.Select(p => (p.SentAt - start) / Ms));
        Assert.Equal(Enumerable.Range(0, 13).Select(i => i % 2 == 1), requests.Packets.Select(p => p.Destination.Port == Rendezvous));
        Assert.Single(requests.Packets.Select(p => p.Info.Message).Distinct());
        Assert.Equal(13, requests.Packets.Select(p => Convert.ToHexString(p.Bytes.AsSpan(26 + 8, 8))).Distinct().Count());
        Assert.Equal([RecoveryResult.TimeResyncTimeout], Failures(s.Device, RecoveryLevel.TimeSync));
        Assert.Equal(5 * World.Second, s.Device.Events.OfKind(LinkEventKind.RungFailed).Single().At - start);
    }

    [Fact]
    public void Three_attempts_fail_with_growing_pauses_before_the_next_level_and_L3_sets_the_clock_in_the_end()
    {
        // 9.2 steps 3 and 4, D18: 4 s and 8 s, each +-10 %. L2 finds nothing to repair; the clock is still off, and L1 was tried.
        Pair s = Connected(2);
        using Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.TimeSyncResponse, _ => Verdict.Drop);
        s.JumpClock(s.Device, 800 * Ms);
        AwaitSuccess(s, 2 * World.Minute, RecoveryLevel.SessionRekey);

        RecoveryLevel one = RecoveryLevel.TimeSync;
        Assert.Equal([one, one, one, RecoveryLevel.SequenceRepair, RecoveryLevel.SessionRekey], s.Device.Events.Rungs());
        Assert.Equal([1, 2, 3, 1, 1], s.Device.Events.OfKind(LinkEventKind.RungStarted).Select(e => e.Attempt));
        long[] starts = s.Device.Events.OfKind(LinkEventKind.RungStarted).Select(e => e.At).ToArray();
        long[] ends = s.Device.Events.OfKind(LinkEventKind.RungFailed).Select(e => e.At).ToArray();
        Assert.InRange(starts[1] - ends[0], 3600 * Ms, 4400 * Ms);
        Assert.InRange(starts[2] - ends[1], 7200 * Ms, 8800 * Ms);
        Assert.Equal(starts[3], ends[2]);
        Assert.InRange(s.ClockError(), -2 * s.Up.Delay, 2 * s.Up.Delay);
        s.World.RunFor(World.Minute);
        Assert.Equal(5, s.Device.Events.Rungs().Length);
        AssertOneSession(s);
    }

    [Fact]
    public void Each_attempt_has_a_nonce_of_its_own()
    {
        // 9.2 step 2.
        Pair s = Connected(3);
        using Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.TimeSyncResponse, _ => Verdict.Drop);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.TimeSyncRequest);
        s.JumpClock(s.Device, 800 * Ms);
        s.Await(() => s.Device.Events.Rungs().Contains(RecoveryLevel.SequenceRepair), 2 * World.Minute, "L1 did not give up");
        Assert.Equal(3, requests.Packets.Select(p => p.Info.Message).Distinct().Count());
        Assert.Equal(39, requests.Packets.Count);
    }

    [Fact]
    public void An_attempt_that_lost_its_first_requests_succeeds_at_once_when_one_gets_through()
    {
        // D16.
        Pair s = Connected(4);
        using Tap tap = s.Network.DropNext(DatagramKind.TimeSyncRequest, 3);
        s.JumpClock(s.Device, 800 * Ms);
        AwaitSuccess(s, World.Minute);
        EventSnapshot success = Assert.Single(s.Device.Successes(RecoveryLevel.TimeSync));
        Assert.InRange(success.DurationMicros, 600 * Ms, 700 * Ms);
        Assert.Single(s.Device.Events.Rungs());
    }

    [Fact]
    public void An_answer_with_another_nonce_moves_nothing_and_fails_the_attempt()
    {
        Pair s = Connected(5);
        s.JumpClock(s.Device, 700 * Ms);
        using var recorded = new Recorder(s.Network, p => p.Kind == DatagramKind.TimeSyncResponse);
        AwaitSuccess(s, World.Minute);
        recorded.Dispose();

        s.JumpClock(s.Device, 800 * Ms);
        var watch = new ClockWatch(s);
        Tap tap = s.Network.Tap(
            p => p.Kind == DatagramKind.TimeSyncResponse, _ => Verdict.Replace(recorded.Packets[0].Bytes));
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), World.Minute, "L1 did not fail");
        Assert.Equal([RecoveryResult.TimeResyncInvalidChallenge], Failures(s.Device, RecoveryLevel.TimeSync));
        Assert.Empty(watch.Steps);

        tap.Dispose();
        s.World.RunFor(10 * World.Second);
        Assert.InRange(s.ClockError(), -100, 100);
        Assert.Equal(2, s.Device.Successes(RecoveryLevel.TimeSync).Length);
    }

    [Fact]
    public void A_clock_that_moves_while_it_is_verified_fails_the_attempt_and_the_next_one_corrects_it()
    {
        // 9.3: the verifying exchange must show 10 ms at most.
        Pair s = Connected(6);
        s.JumpClock(s.Device, 1600 * Ms);
        var watch = new ClockWatch(s);
        bool jumped = false;
        using Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.TimeSyncRequest && watch.Steps.Count == 3 && !jumped, _ =>
        {
            jumped = true;
            s.World.After(0, () => s.JumpClock(s.Device, 300 * Ms));
            return Verdict.Pass;
        });
        AwaitSuccess(s, World.Minute);
        Assert.True(jumped);
        Assert.Equal([RecoveryResult.TimeResyncVerificationFailed], Failures(s.Device, RecoveryLevel.TimeSync));
        Assert.Equal([RecoveryLevel.TimeSync, RecoveryLevel.TimeSync], s.Device.Events.Rungs());
        Assert.InRange(s.ClockError(), -100, 100);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(2000)]
    [InlineData(4000)]
    public void Answers_that_are_held_up_pull_the_clock_by_at_most_half_the_round_trip(long heldUpMs)
    {
        // 5.1: half the round trip bounds a sample's error.
        Pair s = Connected(7);
        s.JumpClock(s.Device, 2900 * Ms);
        using Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.TimeSyncResponse, _ => Verdict.Delay(heldUpMs * Ms));
        AwaitSuccess(s, World.Minute);
        Assert.Equal([RecoveryLevel.TimeSync], s.Device.Events.Rungs());
        long bound = (2 * s.Up.Delay + heldUpMs * Ms) / 2;
        Assert.InRange(s.ClockError(), -bound - 100, bound + 100);
    }

    [Fact]
    public void Of_several_answers_the_one_with_the_shortest_round_trip_sets_the_clock()
    {
        // 10: the best sample of the exchange.
        Pair s = Connected(8);
        s.JumpClock(s.Device, 4500 * Ms);
        var delays = new Queue<long>([900, 700, 200]);
        using Tap tap = s.Network.Tap(
            p => p.Kind == DatagramKind.TimeSyncResponse && delays.Count > 0, _ => Verdict.Delay(delays.Dequeue() * Ms));
        AwaitSuccess(s, World.Minute);
        Assert.InRange(s.ClockError(), -110 * Ms, 110 * Ms);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void With_loss_and_jitter_L1_brings_the_clock_within_half_the_longest_round_trip(ulong seed)
    {
        Pair s = WithTraffic(seed);
        s.EachWay(lane =>
        {
            lane.Loss = 0.2;
            lane.Jitter = Jitter.Uniform(300 * Ms);
        });
        s.JumpClock(s.Device, 2700 * Ms);
        AwaitSuccess(s, World.Minute);
        long bound = (2 * s.Up.Delay + 600 * Ms) / 2;
        Assert.InRange(s.ClockError(), -bound, bound);
        s.EachWay(lane => lane.Heal());
        AssertHealed(s);
    }
}
