using System.Buffers.Binary;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Tests.Ladder;

/// <summary>Level 2 when something comes in its way (protocol.md 9.2, 11, D17).</summary>
public sealed class SequenceRepairFailureTests : RepairTest
{
    private const RecoveryLevel Two = RecoveryLevel.SequenceRepair;
    private const RecoveryLevel Three = RecoveryLevel.SessionRekey;

    [Fact]
    public void An_attempt_repeats_its_request_until_8_s_are_over_and_three_attempts_lead_to_L3()
    {
        // 9.2: eight times after 200 ms, then after 400, 800 and 1000 ms; backoff 4 s and 8 s, +-10 %. After L3, back to the condition's
        // own level.
        Pair s = Connected(1);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.RepairRequest);
        using Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RepairResponse, 1, 27, _ => Verdict.Drop);
        Tap hole = Hole(s, s.Device, 3);
        s.Checker.Down.Send(8);
        AwaitSuccess(s, World.Minute, Three);
        hole.Dispose();
        s.RunUntilQuiet(10 * World.Second);

        Assert.Equal([Two, Two, Two, Three, Two], s.Device.Events.Rungs());
        Assert.Equal(Enumerable.Repeat(RecoveryResult.SequenceRepairTimeout, 3), Failures(s.Device, Two));
        long[] starts = s.Device.Events.OfKind(LinkEventKind.RungStarted).Select(e => e.At).ToArray();
        long[] ends = s.Device.Events.OfKind(LinkEventKind.RungFailed).Select(e => e.At).ToArray();
        Assert.Equal([8 * World.Second, 8 * World.Second, 8 * World.Second], ends.Zip(starts, (end, start) => end - start));
        Assert.InRange(starts[1] - ends[0], 3600 * Ms, 4400 * Ms);
        Assert.InRange(starts[2] - ends[1], 7200 * Ms, 8800 * Ms);
        Packet[] first = requests.Packets.Where(p => p.SentAt < ends[0]).ToArray();
        Assert.Equal([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 2000, 2800, 3800, 4800, 5800, 6800, 7800], first.Select(p => (p.SentAt - starts[0]) / Ms));
        Assert.Equal(first.Select((_, i) => i % 2 == 1), first.Select(p => p.Destination.Port == Rendezvous));
        Assert.Equal(4, requests.Packets.Select(p => p.Info.Message).Distinct().Count());
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Fact]
    public void An_answer_with_a_wrong_confirmation_fails_the_attempt_at_once()
    {
        Pair s = Connected(2);
        using Tap lie = s.Network.Tap(
            p => p.Kind == DatagramKind.RepairResponse, 1, 1, p => p.Forge(s.PeerLink!, bytes => bytes[26 + 16] ^= 1));
        Tap hole = Hole(s, s.Device, 3);
        s.Checker.Down.Send(8);
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), 3 * World.Second, "the lie was believed");
        hole.Dispose();
        Assert.Equal([RecoveryResult.SequenceRepairInvalidConfirmation], Failures(s.Device, Two));
        s.RunUntilQuiet(10 * World.Second);
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void A_confirmation_proves_the_number_that_it_comes_with()
    {
        // 11: so a number that was changed on the way skips nothing.
        Pair s = Connected(3);
        using Tap lie = s.Network.Tap(
            p => p.Kind == DatagramKind.RepairResponse, 1, 1, p => p.Forge(s.PeerLink!, bytes => bytes[26 + 7] += 2));
        Tap hole = Hole(s, s.Device, 3);
        s.Checker.Down.Send(8);
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), 3 * World.Second, "the lie was believed");
        hole.Dispose();
        s.RunUntilQuiet(10 * World.Second);
        Assert.Equal([RecoveryResult.SequenceRepairInvalidConfirmation], Failures(s.Device, Two));
        Assert.False(s.Device.Events.Has(LinkEventKind.MessagesLost));
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void An_answer_with_another_nonce_is_passed_over_and_named_when_the_attempt_runs_out_of_time()
    {
        Pair s = Connected(4);
        Tap lie = s.Network.Tap(p => p.Kind == DatagramKind.RepairResponse, p => p.Forge(s.PeerLink!, bytes => bytes[26] ^= 1));
        Tap hole = Hole(s, s.Device, 3);
        s.Checker.Down.Send(8);
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), 15 * World.Second, "the lie was believed");
        Assert.Equal([RecoveryResult.SequenceRepairInvalidNonce], Failures(s.Device, Two));
        lie.Dispose();
        hole.Dispose();
        s.RunUntilQuiet(10 * World.Second);
        s.Checker.AssertAllDelivered();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void More_than_1000_lost_messages_are_skipped_only_after_L3(bool atDevice)
    {
        // D17, 11: 1000 is the most that L2 skips by itself; a larger jump wants the stronger proof.
        Pair s = Connected(5);
        EndNode receiver = s.End(atDevice);
        Lose(s, s.Other(receiver), 1001);
        StreamTo(s, receiver).Send(20);
        s.RunUntilQuiet(2 * World.Minute);

        RecoveryLevel[] rungs = receiver.Events.Rungs().Where(level => level != RecoveryLevel.TimeSync).ToArray();
        Assert.Equal([Two, Three, Two], rungs);
        Assert.Equal([RecoveryResult.SequenceRepairWindowTooLarge], Failures(receiver, Two));
        EventSnapshot lost = Assert.Single(receiver.Events.OfKind(LinkEventKind.MessagesLost));
        Assert.Equal((0u, 1001), (lost.First, lost.Count));
        Assert.InRange(lost.At - receiver.Successes(Three).Single().At, 20 * Ms, 50 * Ms);
        Assert.Equal(20, StreamTo(s, receiver).Read);
        AssertOneSession(s);
    }

    [Fact]
    public void A_thousand_lost_messages_are_skipped_without_L3()
    {
        Pair s = Connected(6);
        Lose(s, s.Peer, 1000);
        s.Checker.Down.Send(20);
        s.RunUntilQuiet(2 * World.Minute);
        Assert.Equal([Two], s.Device.Events.Rungs());
        Assert.Equal(1000, s.Device.Link.Statistics.MessagesLost);
    }

    [Fact]
    public void A_window_above_1000_is_not_even_asked_for_before_L3_and_stated_as_1000_after_it()
    {
        // 11, D17. The peer says once that it is far ahead, which it is not: nothing is lost, and highest seen becomes the highest held.
        Pair s = Connected(7);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.RepairRequest);
        using Tap lie = s.Network.Tap(
            p => p.Kind == DatagramKind.Data && p.From == s.Peer, 6, 6, p => p.Forge(s.PeerLink!, bytes => bytes[26 + 2] = 8));
        using Tap hole = s.Network.Tap(p => p.Kind == DatagramKind.Data && p.From == s.Peer && p.Info.Message == 2, _ => Verdict.Drop);
        s.Checker.Down.Send(8);
        s.Await(() => s.Device.Began(FailureCondition.SequenceGap), World.Second, "no SequenceGap");
        AwaitSuccess(s, 5 * World.Second, Three);
        Assert.Equal([RecoveryResult.SequenceRepairWindowTooLarge], Failures(s.Device, Two));
        Packet request = Assert.Single(requests.Packets);
        Assert.Equal(s.World.Now, request.SentAt);
        hole.Dispose();
        s.RunUntilQuiet(20 * World.Second);
        Assert.Equal(1000u, BinaryPrimitives.ReadUInt32BigEndian(request.Bytes.AsSpan(26 + 8)));
        Assert.Equal([Two, Three, Two], s.Device.Events.Rungs());
        Assert.False(s.Holds(s.Device, FailureCondition.SequenceGap));
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void A_request_that_states_a_window_above_1000_is_dropped()
    {
        Pair s = Connected(8);
        using var responses = new Recorder(s.Network, p => p.Kind == DatagramKind.RepairResponse);
        using Tap lie = s.Network.Tap(p => p.Kind == DatagramKind.RepairRequest, p => p.Forge(s.Device.Link, bytes =>
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(26 + 8), 1001)));
        using Tap hole = Hole(s, s.Device, 3);
        s.Checker.Down.Send(8);
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungFailed), 15 * World.Second, "it was answered");
        Assert.Empty(responses.Packets);
        Assert.Equal(lie.Matches, s.PeerLink!.Statistics.Drops.Of(DropCause.WrongField));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_that_never_gets_through_ends_no_session_and_arrives_when_it_can(bool atDevice)
    {
        // 9.2 step 3: from a successful L3 back to L2, never to L4. The other direction goes on all the while.
        Pair s = Connected(9, o => o.Device.SendCapacity = 12);
        EndNode receiver = s.End(atDevice);
        Tap hole = Hole(s, receiver, 3);
        StreamTo(s, receiver).Send(8);
        MessageStream other = StreamTo(s, s.Other(receiver));
        other.SendEvery(100 * Ms, 3000);
        s.World.RunFor(5 * World.Minute + World.Second);
        Assert.Equal(3000, other.Read);
        Assert.Equal(3, StreamTo(s, receiver).Read);
        Assert.Contains(Three, receiver.Events.Rungs());

        hole.Dispose();
        s.RunUntilQuiet(90 * World.Second);
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_end_that_both_asks_and_is_stalled_does_both_in_turn_and_each_on_both_kinds_of_port(bool device)
    {
        // 5.2, 9.5.
        Pair s = Connected(10);
        EndNode end = s.End(device);
        using var sent = new Recorder(s.Network, p => p.From == end && p.Kind is DatagramKind.RepairRequest or DatagramKind.Recovery);
        using Tap silence = s.Network.Tap(p => p.Kind is DatagramKind.RepairResponse, _ => Verdict.Drop);
        using Tap holes = s.Network.Tap(p => p.Kind == DatagramKind.Data && p.Info.Message == 3, _ => Verdict.Drop);
        s.Traffic(8);
        s.Await(() => StartsForBoth(end).Length > 0, 2 * World.Minute, "the end did not both ask and notify");
        EventSnapshot start = StartsForBoth(end)[0];
        s.World.RunFor(7900 * Ms);
        Packet[] both = sent.Packets.Where(p => p.SentAt >= start.At).ToArray();
        DatagramKind[] turns = [DatagramKind.RepairRequest, DatagramKind.Recovery];
        Assert.Equal(both.Select((_, i) => turns[i % 2]), both.Select(p => p.Kind));
        Assert.True(both.Length >= 8);
        if (device)
        {
            Assert.Equal(both.Select((_, i) => i % 4 >= 2), both.Select(p => p.Destination.Port == Rendezvous));
        }
    }

    private static EventSnapshot[] StartsForBoth(EndNode end)
    {
        return end.Events.OfKind(LinkEventKind.RungStarted).Where(e => e.Level == Two
            && ConditionSet.Has(e.Conditions, FailureCondition.DeliveryStalled)
            && ConditionSet.Has(e.Conditions, FailureCondition.GapTimeout)).ToArray();
    }
}
