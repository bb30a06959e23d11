using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Tests.Ladder;

/// <summary>
/// What else leads to level 3 (protocol.md 8): keys that are used up, counters that moved back, replays; and slow devices.
/// </summary>
public sealed class RekeyConditionTests : LadderTest
{
    private const RecoveryLevel Three = RecoveryLevel.SessionRekey;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_device_that_needs_twenty_seconds_for_an_agreement_rekeys_without_holding_up_a_message(bool device)
    {
        // 4.1 feature bit 1, 12.1: 30 s are allowed, and the epoch in use serves meanwhile.
        Pair s = NewPair(1, o => o.DeviceJobMicros = 20 * World.Second);
        s.Connect(2 * World.Minute);
        s.World.RunFor(World.Minute);
        s.Traffic(2500, 20 * Ms);
        s.World.RunFor(World.Second);
        var gaps = new GapWatch(s);
        s.Do(s.End(device), (link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(40 * World.Second);
        EventSnapshot success = Assert.Single(s.End(device).Successes(Three));
        Assert.InRange(success.DurationMicros, 20 * World.Second, 22 * World.Second);
        Assert.Equal([Three], s.End(device).Events.Rungs());
        Assert.InRange(gaps.Longest, 1, 20 * Ms);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_key_under_which_2_to_the_30_datagrams_were_sealed_or_verified_is_replaced(bool atDevice, bool byReceiving)
    {
        // 8, KeyWornOut: a planned rekey, with the session in full use.
        Pair s = WithTraffic(2);
        var gaps = new GapWatch(s);
        EndNode end = s.End(atDevice);
        Hoplink.Keys.Epoch worn = s.SessionOf(end).Epochs.Current;
        if (byReceiving)
        {
            worn.Opened = SpecConstants.KeyWornOutDatagrams - 10;
        }
        else
        {
            worn.Sealed = SpecConstants.KeyWornOutDatagrams - 10;
        }

        s.World.RunFor(2 * World.Second);
        Assert.True(end.Began(FailureCondition.KeyWornOut));
        Assert.Equal([Three], end.Events.Rungs());
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        Assert.InRange(gaps.Longest, 1, 20 * Ms);
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_is_sealed_under_a_key_with_2_to_the_31_datagrams_until_it_is_replaced(bool atDevice)
    {
        Pair s = WithTraffic(3);
        EndNode end = s.End(atDevice);
        s.SessionOf(end).Epochs.Current.Sealed = SpecConstants.KeyWornOutDatagrams - 10;
        Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        s.World.RunFor(World.Second);
        Assert.True(s.Holds(end, FailureCondition.KeyWornOut));
        s.SessionOf(end).Epochs.Current.Sealed = SpecConstants.KeyExhaustedDatagrams;
        using var sent = new Recorder(s.Network, p => p.From == end);
        s.World.RunFor(2 * World.Second);
        Assert.NotEmpty(sent.Packets);
        Assert.All(sent.Packets, p => Assert.Equal(DatagramKind.RekeyRequest, p.Kind));

        silence.Dispose();
        s.Await(() => s.EpochOf(end) == 1, 3 * World.Second, "no rekey");
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true, 50, 2)]
    [InlineData(false, 50, 2)]
    [InlineData(true, 1000, 2)]
    [InlineData(false, 1000, 2)]
    [InlineData(true, 5000, 60)]
    [InlineData(false, 5000, 60)]
    [InlineData(true, 1 << 30, 60)]
    [InlineData(false, 1 << 30, 60)]
    public void Packet_numbers_that_go_back_without_encryption_end_in_a_new_epoch_and_cost_no_message(
        bool atDevice, int numbers, long seconds)
    {
        // Numbers used twice are KeyCompromise, ones below the window ReplayPattern, ones far off are not even verified (2): then nothing
        // but CONTROL and MANAGEMENT gets through, and it takes L2, in vain, to get to L3.
        Pair s = WithTraffic(4, o => o.Device.Encryption = PayloadEncryption.Off, messages: 5000);
        s.World.RunFor(20 * World.Second);
        s.Rules.OnlyCounts = true;
        EndNode end = s.End(atDevice);
        Assert.True(s.Do(end, link => link.Faults.SetCountersBack(numbers)));
        s.Await(() => s.EpochOf(s.Device) > 0 && s.EpochOf(s.Device) == s.EpochOf(s.Peer), seconds * World.Second, "no rekey");
        s.World.RunFor(90 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(0, s.Device.Link.Conditions | s.PeerLink!.Conditions);
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 5000)]
    [InlineData(false, 5000)]
    [InlineData(true, 1 << 30)]
    [InlineData(false, 1 << 30)]
    public void Packet_numbers_that_go_back_with_encryption_send_nothing_and_lead_to_a_rekey_at_once(bool atDevice, int numbers)
    {
        // 14. The rules of the wire throw if a keystream is used twice.
        Pair s = WithTraffic(8, messages: 5000);
        s.World.RunFor(20 * World.Second);
        EndNode end = s.End(atDevice);
        var gaps = new GapWatch(s);
        using var sent = new Recorder(s.Network, p => p.From == end);
        Assert.True(s.Do(end, link => link.Faults.SetCountersBack(numbers)));
        s.Await(() => s.EpochOf(end) == 1, World.Second, "no rekey");
        Assert.Contains(sent.Packets, p => p.Kind == DatagramKind.RekeyRequest);
        Assert.All(sent.Packets.Where(p => p.Info.IsUnderSessionKey), p => Assert.Equal(1, p.Info.KeyPhase));
        Assert.True(end.Began(FailureCondition.KeyWornOut));
        Assert.Equal([Three], end.Events.Rungs());
        s.World.RunFor(90 * World.Second);
        AssertHealed(s);
        Assert.InRange(gaps.Longest, 1, World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        Assert.Equal(0, s.Rules.Reuses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void While_a_keystream_is_given_up_requests_are_answered_and_time_stands_still_for_nothing(bool atDevice)
    {
        // 14: nothing but CONTROL and MANAGEMENT, for as long as no rekey gets through; then L4, and the link goes on.
        Pair s = WithTraffic(9, messages: 5000);
        EndNode end = s.End(atDevice);
        Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        s.Do(end, link => link.Faults.SetCountersBack(10));
        s.World.RunFor(100 * Ms);
        using var sent = new Recorder(s.Network, p => p.From == end);
        s.Do(s.Other(end), link => link.Faults.DropReorderBuffer());
        if (!atDevice)
        {
            // A clock that is off lets the device ask for the time.
            s.Do(s.Device, (link, now) => link.Faults.JumpClock(World.Second, now));
        }

        s.World.RunFor(8 * World.Second);
        Assert.All(
            sent.Packets, p => Assert.Contains(p.Kind, new[]
            {
                DatagramKind.RekeyRequest, DatagramKind.Recovery, DatagramKind.TimeSyncRequest, DatagramKind.TimeSyncResponse,
                DatagramKind.RepairRequest, DatagramKind.RepairResponse,
            }));
        Assert.Contains(sent.Packets, p => p.Kind == DatagramKind.RekeyRequest);
        if (!atDevice)
        {
            Assert.Contains(sent.Packets, p => p.Kind == DatagramKind.TimeSyncResponse);
        }

        s.World.RunFor(3 * World.Minute);
        silence.Dispose();
        s.RunUntilQuiet(2 * World.Minute);
        s.Checker.AssertAllDelivered();
        Assert.True(s.Device.Events.OfKind(LinkEventKind.Connected).Length > 1, "L4 did not end it");
        Assert.Equal(0, s.Rules.Reuses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_number_that_comes_twice_with_different_tags_is_a_leaked_key(bool atDevice)
    {
        // 8, KeyCompromise. Somebody who has the key seals a datagram with a number that the end has used.
        Pair s = WithTraffic(5);
        EndNode victim = s.End(atDevice);
        EndNode other = s.Other(victim);
        using var sent = new Recorder(s.Network, p => p.Kind == DatagramKind.Data && p.From == other);
        s.World.RunFor(100 * Ms);
        Packet original = sent.Packets[0];
        byte[] forged = Forger.Changed(original, s.LinkOf(other), bytes => bytes[^(WireFormat.TagSize + 1)] ^= 1);
        s.Network.Inject(original.Source, original.Destination, forged);
        s.World.RunFor(World.Second);
        Assert.True(victim.Began(FailureCondition.KeyCompromise));
        Assert.Equal([Three], victim.Events.Rungs());
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        AssertHealed(s);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void Five_late_replays_in_10_s_are_a_pattern(int replays, bool begins)
    {
        // 8, ReplayPattern.
        Pair s = WithTraffic(6, messages: 1000);
        using var sent = new Recorder(s.Network, p => p.Kind == DatagramKind.Data && p.From == s.Peer);
        s.World.RunFor(World.Second);
        sent.Dispose();
        s.World.RunFor(3 * World.Second);
        for (int i = 0; i < replays; i++)
        {
            sent.Replay(i, delay: i * 500 * Ms);
        }

        s.World.RunFor(5 * World.Second);
        Assert.Equal(begins, s.Device.Began(FailureCondition.ReplayPattern));
        Assert.Equal(begins ? [Three] : [], s.Device.Events.Rungs());
        AssertHealed(s);
    }
}
