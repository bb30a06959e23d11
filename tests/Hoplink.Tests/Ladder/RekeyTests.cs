using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Tests.Ladder;

/// <summary>Level 3 (protocol.md 12): when it runs, and what comes of it.</summary>
public sealed class RekeyTests : LadderTest
{
    private const RecoveryLevel Three = RecoveryLevel.SessionRekey;

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void A_damaged_key_is_replaced_within_two_seconds(bool atDevice, bool atPeer)
    {
        // 8: no tag verifies any more at either end, so L3 it is, at once (D15).
        Pair s = WithTraffic(1);
        if (atDevice)
        {
            Damage(s, s.Device);
        }

        if (atPeer)
        {
            Damage(s, s.Peer);
        }

        long start = s.World.Now;
        s.Await(() => s.EpochOf(s.Device) == 1 && s.EpochOf(s.Peer) == 1, 2 * World.Second, "the key was not replaced");
        s.Await(() => s.Device.Link.Level == RecoveryLevel.None && s.PeerLink!.Level == RecoveryLevel.None, World.Second, "no end");
        Assert.InRange(s.World.Now - start, 0, 2 * World.Second);
        Assert.All(s.Device.Events.Rungs().Concat(s.Peer.Events.Rungs()), level => Assert.Equal(Three, level));
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_end_that_notices_bad_tags_asks(bool device)
    {
        Pair s = Connected(2);
        EndNode receiver = s.End(device);
        (device ? s.Checker.Down : s.Checker.Up).SendEvery(20 * Ms, 500);
        s.World.RunFor(World.Second);
        Damage(s, receiver);
        s.World.RunFor(2 * World.Second);
        Assert.True(receiver.Began(FailureCondition.AuthFailures));
        Assert.Equal(Three, receiver.Events.Rungs()[0]);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true, 0, 1)]     // before there is a new key: the rekey that is under way replaces what leaked
    [InlineData(false, 0, 1)]
    [InlineData(true, 1, 2)]     // 9.3: the new key may have leaked as well, proven or not, so another follows
    [InlineData(false, 1, 2)]
    public void A_leak_that_is_reported_during_a_rekey_is_cured_by_a_key_that_was_not_there_yet(bool byRequester, int switched, int epochs)
    {
        Pair s = WithTraffic(5);
        using Tap proof = s.Network.Tap(p => p.From == s.Device && p.Kind == DatagramKind.Heartbeat && p.Info.KeyPhase == 1, _ => Verdict.Drop);
        using Tap data = s.Network.Tap(p => p.From == s.Device && p.Kind != DatagramKind.Heartbeat && p.Info.KeyPhase == 1, _ => Verdict.Drop);
        s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.EpochOf(s.Device) == switched, World.Second, "no switch");
        s.Do(byRequester ? s.Device : s.Peer, (link, now) => link.ReportKeyCompromise(now));
        proof.Dispose();
        data.Dispose();
        s.World.RunFor(10 * World.Second);
        Assert.Equal(((uint)epochs, (uint)epochs), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        AssertHealed(s);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_leak_that_is_reported_during_a_rekey_takes_the_old_key_away_though_nothing_proves_the_new_one(int switched)
    {
        // 12, step 4: 10 s after the switch, and 2 s more. Who has the old key holds up all that goes under the new one.
        Pair s = WithTraffic(6);
        s.SessionOf(s.Device).Epochs.Current.Sealed = SpecConstants.KeyWornOutDatagrams;
        using Tap proof = s.Network.Tap(p => p.From == s.Device && p.Info.KeyPhase == 1, _ => Verdict.Drop);
        s.Await(() => s.Device.Events.Rungs().Contains(Three), World.Second, "no rekey");
        s.Await(() => s.EpochOf(s.Device) == switched, World.Second, "no switch");
        s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.EpochOf(s.Device) == 1, World.Second, "no switch");
        long since = s.World.Now;
        s.Await(() => s.SessionOf(s.Device).Epochs.Count == 1, World.Minute, "the old key stays");
        Assert.InRange(s.World.Now - since, 10 * World.Second, 12 * World.Second + 100 * Ms);
    }

    [Fact]
    public void A_key_damaged_on_an_idle_session_is_replaced_when_the_next_probe_finds_out()
    {
        Pair s = Connected(3);
        Damage(s, s.Peer);
        s.World.RunFor(40 * World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        s.Traffic(10);
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_key_that_the_application_reports_as_leaked_is_replaced_at_once_by_one_rung(bool device)
    {
        Pair s = WithTraffic(4);
        EndNode end = s.End(device);
        s.Do(end, (link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(World.Second);
        Assert.Equal([Three], end.Events.Rungs());
        Assert.Empty(s.Other(end).Events.Rungs());
        Assert.Equal(1u, Assert.Single(s.Device.Events.OfKind(LinkEventKind.Rekeyed)).Epoch);
        Assert.Equal(1u, Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Rekeyed)).Epoch);
        AssertHealed(s);
    }

    [Theory]
    [InlineData(0, 0, 20)]
    [InlineData(0, 0.3, 20)]
    [InlineData(0.05, 0.05, 700)]
    public void A_hundred_rekeys_in_a_row_lose_no_message_and_stall_none(double loss, double lossOfRekeys, long longestGapMs)
    {
        // 12.1. A message is sent each way every 20 ms, so without loss nothing but these 20 ms may lie between two arrivals, whatever
        // becomes of the exchange itself. With loss, retransmissions take their time: two RTO and a bit.
        Pair s = WithTraffic(5, messages: 15000);
        var gaps = new GapWatch(s);
        s.EachWay(lane => lane.Loss = loss);
        SimRandom random = s.World.Random("rekeys");
        using Tap tap = s.Network.Tap(
            p => p.Info.IsUnderRecoveryKey, _ => random.Chance(lossOfRekeys) ? Verdict.Drop : Verdict.Pass);
        for (uint epoch = 1; epoch <= 100; epoch++)
        {
            EndNode end = s.End(epoch % 2 == 0);
            s.Do(end, (link, now) => link.ReportKeyCompromise(now));
            s.Await(
                () => s.EpochOf(s.Device) >= epoch && s.EpochOf(s.Peer) == s.EpochOf(s.Device) && s.LinkOf(end).Level == RecoveryLevel.None,
                10 * World.Second, $"no rekey {epoch}");
        }

        Assert.InRange(gaps.Longest, 1, longestGapMs * Ms);
        s.EachWay(lane => lane.Heal());
        s.RunUntilQuiet(10 * World.Minute);
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_old_epoch_is_accepted_for_2_s_more_and_then_overwritten(bool atDevice)
    {
        // 12 step 4.
        Pair s = WithTraffic(6);
        EndNode end = s.End(atDevice);
        Epoch old = s.SessionOf(end).Epochs.Current;
        using var late = new Recorder(s.Network, p => p.Kind == DatagramKind.Data && p.From != end);
        using Tap lost = s.Network.Tap(p => p.Kind == DatagramKind.Data && p.From != end, 1, 2, _ => Verdict.Drop);
        s.World.RunFor(100 * Ms);
        s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => !s.SessionOf(end).Epochs.SwitchOpen && s.EpochOf(end) == 1, World.Second, "no rekey");
        DropCounters drops = s.LinkOf(end).Statistics.Drops;
        Assert.Equal(2, s.AcceptedBy(end));

        s.World.RunFor(1990 * Ms);
        (int duplicates, int badTags) = (drops.Of(DropCause.Duplicate), drops.Of(DropCause.BadTag));
        late.Replay(0);
        s.World.RunFor(0);
        Assert.Equal((duplicates + 1, badTags), (drops.Of(DropCause.Duplicate), drops.Of(DropCause.BadTag)));

        s.World.RunFor(20 * Ms);
        Assert.Equal(1, s.AcceptedBy(end));
        Assert.Throws<ObjectDisposedException>(() => old.MacIn.Compute(new byte[1], 0, 1, new byte[32], 0, 16));
        late.Replay(1);
        s.World.RunFor(0);
        Assert.Equal(badTags + 1, drops.Of(DropCause.BadTag));
    }

    [Fact]
    public void Timestamps_never_run_backwards_within_an_epoch_and_follow_a_clock_that_is_set_back_in_the_next()
    {
        // 5.1: they hold until the clock has caught up, and are not compared across epochs.
        Pair s = WithTraffic(7);
        using var sent = new Recorder(s.Network, p => p.From == s.Device && p.Info.IsUnderSessionKey);
        s.World.RunFor(100 * Ms);
        s.JumpClock(s.Device, 60 * World.Second);
        s.World.RunFor(100 * Ms);
        s.JumpClock(s.Device, -20 * World.Second);
        s.World.RunFor(100 * Ms);
        s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        AwaitSuccess(s, World.Second, Three);
        s.World.RunFor(100 * Ms);

        uint[][] stamps = [.. new[] { 0, 1 }.Select(phase => sent.Packets.Where(p => p.Info.KeyPhase == phase)
            .Select(p => p.Info.Timestamp).ToArray())];
        Assert.All(stamps, epoch => Assert.Equal(epoch.Order(), epoch));
        Assert.True(stamps[0][^1] > stamps[1][^1] + 50_000);
        long reference = s.SessionOf(s.Peer).ReadClock(s.Peer.Clock.Now) / Ms;
        Assert.InRange(stamps[1][^1], reference - 50, reference);
    }

    [Theory]
    [InlineData(true, 60_000, 0)]
    [InlineData(true, -60_000, 0)]
    [InlineData(true, 410, 0)]
    [InlineData(true, 220, 220)]
    [InlineData(false, 220, 220)]
    [InlineData(false, 410, 410)]
    [InlineData(false, 60_000, 60_000)]
    public void Only_the_device_as_requester_takes_the_time_and_only_if_it_is_off_by_more_than_the_round_trip(
        bool device, long offMs, long leftMs)
    {
        // 12.4. The round trip is 400 ms.
        Pair s = Connected(8, o => o.Delay = 200 * Ms);
        s.JumpClock(s.Device, offMs * Ms);
        s.Do(s.End(device), (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.EpochOf(s.Device) == 1, 2 * World.Second, "no rekey");
        Assert.InRange(s.ClockError(), leftMs * Ms - 100, leftMs * Ms + 100);
        Assert.Equal([Three], s.End(device).Events.Rungs());
    }

    private static void Damage(Pair s, EndNode node) => Assert.True(s.Do(node, link => link.Faults.DamageSessionKey()));
}
