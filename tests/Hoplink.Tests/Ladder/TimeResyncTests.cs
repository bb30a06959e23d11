using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>Level 1 (protocol.md 10, 9.3): how a clock that is off is brought back.</summary>
public sealed class TimeResyncTests : LadderTest
{
    public static TheoryData<long, int, bool> GradualOffsets()
    {
        var data = new TheoryData<long, int, bool>();
        foreach ((long ms, int parts) in new[] { (800L, 1), (3100, 6), (4900, 9) })
        {
            data.Add(ms, parts, true);
            data.Add(-ms, parts, true);
            data.Add(ms, parts, false);
            data.Add(-ms, parts, false);
        }

        return data;
    }

    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    [InlineData(49)]
    public void An_offset_of_up_to_50_ms_is_taken_from_the_next_probe_without_a_rung(long ms)
    {
        // 7: a routine offset of up to 50 ms is applied at once.
        Pair s = Connected(1);
        s.JumpClock(s.Device, ms * Ms);
        s.World.RunFor(31 * World.Second);
        Assert.InRange(s.ClockError(), -100, 100);
        AssertNoRung(s);
    }

    [Theory]
    [MemberData(nameof(GradualOffsets))]
    public void An_offset_is_corrected_in_equal_parts_one_each_hop_interval(long offsetMs, int parts, bool device)
    {
        // 10: min(10, max(1, |offset| div 500)) parts, the first at once; they add up to the offset.
        Pair s = WithTraffic(2);
        s.JumpClock(s.End(device), offsetMs * Ms);
        long off = s.ClockError();
        var watch = new ClockWatch(s);
        AwaitSuccess(s, 45 * World.Second);

        Assert.Equal([RecoveryLevel.TimeSync], s.Device.Events.Rungs());
        Assert.Equal(parts, watch.Steps.Count);
        Assert.InRange(s.ClockError(), -100, 100);
        Assert.All(watch.Steps, step => Assert.InRange(step.Size + off / parts, -100, 100));
        long first = watch.Steps[0].At;
        Assert.Equal(Enumerable.Range(0, parts).Select(i => first + i * 500 * Ms), watch.Steps.Select(step => step.At));
        AssertHealed(s);
    }

    [Theory]
    [MemberData(nameof(GradualOffsets))]
    public void Ends_that_meet_on_three_ports_only_are_brought_together_by_the_rendezvous_port(long offsetMs, int parts, bool device)
    {
        // 5.2: of more than 1024 ports R listens to those of three windows, so that a device whose clock is off is not heard there.
        Pair s = WithTraffic(3, o => o.Peer.HopCount = 8192);
        s.JumpClock(s.End(device), offsetMs * Ms);
        var watch = new ClockWatch(s);
        AwaitSuccess(s, 45 * World.Second);
        Assert.Equal(parts, watch.Steps.Count);
        Assert.InRange(s.ClockError(), -100, 100);
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_an_interval_or_more_is_pending_everything_goes_to_the_rendezvous_port(bool device)
    {
        // 5.2, D2.
        Pair s = WithTraffic(4);
        s.JumpClock(s.End(device), 4900 * Ms);
        var watch = new ClockWatch(s);
        AwaitSuccess(s, 10 * World.Second);
        s.World.RunFor(2 * World.Second);

        var adjusting = watch.Sent.Where(x => x.StepsBefore > 0).ToLookup(x => Math.Abs(watch.Pending(x.StepsBefore)) >= 500 * Ms);
        Assert.True(adjusting[true].Count() > 150);
        Assert.All(adjusting[true], x => Assert.Equal(Rendezvous, x.Packet.Destination.Port));
        Packet[] after = adjusting[false].Select(x => x.Packet).Where(p => p.Kind == DatagramKind.Data).ToArray();
        Assert.True(after.Length > 30);
        Assert.All(after, p => Assert.NotEqual(Rendezvous, p.Destination.Port));
    }

    [Fact]
    public void The_clock_is_verified_after_the_last_part_by_an_exchange_of_its_own()
    {
        // 9.3, D2: a verifying exchange to port(w), with a nonce of its own.
        Pair s = WithTraffic(5);
        s.JumpClock(s.Device, 3100 * Ms);
        var watch = new ClockWatch(s);
        AwaitSuccess(s, 10 * World.Second);

        var requests = watch.Sent.Where(x => x.Packet.Kind == DatagramKind.TimeSyncRequest).ToLookup(x => x.StepsBefore);
        Assert.Equal([0, 6], requests.Select(r => r.Key));
        uint[] nonces = requests.Select(r => r.Select(x => x.Packet.Info.Message).Distinct().Single()).ToArray();
        Assert.Equal(2, nonces.Distinct().Count());
        Assert.NotEqual(Rendezvous, requests[6].First().Packet.Destination.Port);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(-60, true)]
    [InlineData(60, false)]
    [InlineData(-60, false)]
    [InlineData(86400, true)]
    public void An_offset_above_5_s_is_refused_by_L1_and_stepped_by_L3(long seconds, bool device)
    {
        // 9.2 step 4, 10, 12.4.
        Pair s = WithTraffic(6);
        s.JumpClock(s.End(device), seconds * World.Second);
        AwaitSuccess(s, 10 * World.Second, RecoveryLevel.SessionRekey);

        Assert.Equal([RecoveryLevel.TimeSync, RecoveryLevel.SessionRekey], s.Device.Events.Rungs());
        Assert.Equal([RecoveryResult.TimeResyncOffsetTooLarge], Failures(s.Device, RecoveryLevel.TimeSync));
        EventSnapshot escalated = Assert.Single(s.Device.Events.OfKind(LinkEventKind.RungEscalated));
        Assert.Equal((RecoveryLevel.TimeSync, RecoveryLevel.SessionRekey), (escalated.FromLevel, escalated.Level));
        Assert.InRange(s.ClockError(), -2 * s.Up.Delay, 2 * s.Up.Delay);
        AssertHealed(s);
        Assert.Equal(2, s.Device.Events.Rungs().Length);
    }

    [Fact]
    public void A_sample_older_than_60_s_starts_L1()
    {
        // 8, SyncOverdue: what the probes would have measured is missing, though messages get through.
        Pair s = WithTraffic(7, messages: 4000);
        using Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.Heartbeat, _ => Verdict.Drop);
        AwaitSuccess(s, 70 * World.Second);
        Assert.True(s.Device.Began(FailureCondition.SyncOverdue));
        Assert.Equal([RecoveryLevel.TimeSync], s.Device.Events.Rungs());
    }
}
