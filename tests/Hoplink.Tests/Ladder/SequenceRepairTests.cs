using System.Buffers.Binary;
using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>Level 2 (protocol.md 11, 9.3): what is still held arrives, what is gone is reported.</summary>
public sealed class SequenceRepairTests : RepairTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_message_that_stays_away_is_asked_for_and_arrives(bool atDevice)
    {
        // 8, GapTimeout: after 2 s, since 4 RTO are less once there is a round trip to go by. 11: last known = next expected - 1, window =
        // highest seen - next expected.
        Pair s = Connected(1);
        EndNode receiver = s.End(atDevice);
        StreamTo(s, s.Other(receiver)).Send(5);
        s.RunUntilQuiet(World.Second);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.RepairRequest);
        using var responses = new Recorder(s.Network, p => p.Kind == DatagramKind.RepairResponse);
        Tap hole = Hole(s, receiver, 3);
        StreamTo(s, receiver).Send(8);
        s.Await(() => receiver.Began(FailureCondition.GapTimeout), 2500 * Ms, "no GapTimeout");
        hole.Dispose();
        s.RunUntilQuiet(World.Second);

        Assert.Equal([RecoveryLevel.SequenceRepair], receiver.Events.Rungs());
        Assert.InRange(receiver.Successes(RecoveryLevel.SequenceRepair).Single().DurationMicros, 20 * Ms, 40 * Ms);
        Packet request = Assert.Single(requests.Packets);
        Assert.Equal((2u, 4u), (Word(request, 4), Word(request, 8)));
        Packet response = Assert.Single(responses.Packets);
        Assert.Equal((Word(request, 0), 3u, 4u), (Word(response, 0), Word(response, 4), Word(response, 8)));
        Assert.False(receiver.Events.Has(LinkEventKind.MessagesLost));
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void A_stall_is_noticed_the_moment_a_message_goes_out_for_the_ninth_time()
    {
        // Not with whatever arrives next: that may be a datagram that nobody sealed.
        Pair s = Connected(1);
        using var sent = new Recorder(s.Network, p => p.From == s.Peer && p.Kind == DatagramKind.Data);
        using Tap hole = s.Network.Tap(p => p.From == s.Peer, _ => Verdict.Drop);
        s.Checker.Down.Send(1);
        s.Await(() => s.Peer.Began(FailureCondition.DeliveryStalled), 2 * World.Minute, "no DeliveryStalled");
        Assert.Equal(9, sent.Packets.Count);
        Assert.Equal(sent.Packets[8].SentAt, s.World.Now);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 5)]
    [InlineData(true, 11)]
    [InlineData(true, 12)]
    [InlineData(true, 40)]
    [InlineData(false, 1)]
    [InlineData(false, 12)]
    public void Messages_that_the_sender_no_longer_has_are_reported_to_the_number_and_the_rest_arrives(bool atDevice, int count)
    {
        // D5. From 12 on, the first message kept lies beyond the device's window: the stalled sender has to ask for the repair.
        Pair s = Connected(2);
        EndNode receiver = s.End(atDevice);
        EndNode sender = s.Other(receiver);
        MessageStream stream = StreamTo(s, receiver);
        stream.Send(7);
        s.RunUntilQuiet(World.Second);
        Lose(s, sender, count);
        stream.Send(20);
        s.RunUntilQuiet(2 * World.Minute);

        EventSnapshot lost = Assert.Single(receiver.Events.OfKind(LinkEventKind.MessagesLost));
        Assert.Equal((7u, count), (lost.First, lost.Count));
        Assert.Equal(count, s.LinkOf(receiver).Statistics.MessagesLost);
        Assert.Equal((27 + count, 27), (stream.Accepted, stream.Read));
        Assert.DoesNotContain(RecoveryLevel.SessionRekey, receiver.Events.Rungs());
        AssertOneSession(s);
    }

    [Fact]
    public void What_is_held_beyond_the_lost_messages_is_delivered_and_what_is_held_among_them_is_not()
    {
        // 11: held messages below the answerer's current sequence are dropped, as their order says: all before them is gone.
        Pair s = Connected(3);
        using Tap hole = s.Network.Tap(p => p.Kind == DatagramKind.Data && p.From == s.Peer && p.Info.Message is 0 or 2, _ => Verdict.Drop);
        s.Checker.Down.Send(4);
        s.World.RunFor(100 * Ms);
        Assert.Equal(2, s.Device.Link.Inbox.Held);
        Assert.Equal(4, s.Do(s.Peer, link => link.Faults.ForgetSendHistory()));
        s.Checker.Down.Send(3);
        s.RunUntilQuiet(20 * World.Second);
        EventSnapshot lost = Assert.Single(s.Device.Events.OfKind(LinkEventKind.MessagesLost));
        Assert.Equal((0u, 4), (lost.First, lost.Count));
        Assert.Equal(3, s.Checker.Down.Read);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sender_whose_message_stalls_gets_the_receiver_to_repair(bool atDevice)
    {
        // 6.3, 9.5: with nothing held, the receiver knows of no hole.
        Pair s = Connected(4);
        EndNode receiver = s.End(atDevice);
        EndNode sender = s.Other(receiver);
        using var notices = new Recorder(s.Network, p => p.Kind == DatagramKind.Recovery);
        Tap hole = Hole(s, receiver, 0);
        StreamTo(s, receiver).Send(1);
        s.Await(() => s.Holds(sender, FailureCondition.DeliveryStalled), 2 * World.Minute, "no DeliveryStalled");
        hole.Dispose();
        s.RunUntilQuiet(World.Second);

        Assert.All(notices.Packets, p => Assert.Equal((2, (int)FailureCondition.DeliveryStalled), (p.Bytes[26], p.Bytes[27])));
        Assert.Equal(RecoveryLevel.SequenceRepair, Assert.Single(sender.Events.Rungs(), level => level != RecoveryLevel.TimeSync));
        Assert.Equal([RecoveryLevel.SequenceRepair], receiver.Events.Rungs());
        EventSnapshot started = receiver.Events.OfKind(LinkEventKind.RungStarted).Single();
        Assert.Equal(ConditionSet.Of(FailureCondition.PeerAsks), started.Conditions);
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void A_reorder_buffer_that_overflows_is_repaired_without_loss()
    {
        Pair s = Connected(5, o => o.Device.ReorderLimit = 2);
        Tap hole = Hole(s, s.Device, 3);
        s.Checker.Down.Send(12);
        s.Await(() => s.Device.Began(FailureCondition.ReorderOverflow), World.Second, "no ReorderOverflow");
        hole.Dispose();
        s.RunUntilQuiet(5 * World.Second);
        Assert.Equal([RecoveryLevel.SequenceRepair], s.Device.Events.Rungs());
        Assert.Single(s.Device.Successes(RecoveryLevel.SequenceRepair));
        s.Checker.AssertAllDelivered();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void With_a_small_reorder_buffer_a_lossy_path_delivers_all(ulong seed)
    {
        Pair s = Connected(seed, o => o.Device.ReorderLimit = 1);
        s.EachWay(lane => lane.Loss = 0.1);
        s.Traffic(200, 20 * Ms);
        s.World.RunFor(5 * World.Second);
        s.RunUntilQuiet(3 * World.Minute);
        s.Checker.AssertAllDelivered();
        Assert.True(s.Device.Began(FailureCondition.ReorderOverflow));
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reorder_buffer_that_is_lost_costs_no_message(bool atDevice)
    {
        // 6.2: a SACKed message is kept all the same.
        Pair s = Connected(6);
        EndNode receiver = s.End(atDevice);
        Tap hole = Hole(s, receiver, 3);
        StreamTo(s, receiver).Send(10);
        s.World.RunFor(500 * Ms);
        Assert.Equal(6, s.LinkOf(receiver).Inbox.Held);
        Assert.True(s.Do(receiver, link => link.Faults.DropReorderBuffer()));
        Assert.Equal(0, s.LinkOf(receiver).Inbox.Held);
        hole.Dispose();
        s.RunUntilQuiet(10 * World.Second);
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Fact]
    public void A_request_that_comes_twice_is_answered_twice_but_what_is_held_is_sent_again_once()
    {
        // 11: once for each nonce. 9.4: the same answer.
        Pair s = Connected(7);
        using var data = new Recorder(s.Network, p => p.Kind == DatagramKind.Data && p.From == s.Peer);
        using var responses = new Recorder(s.Network, p => p.Kind == DatagramKind.RepairResponse);
        using Tap copies = s.Network.Tap(p => p.Kind == DatagramKind.RepairRequest, _ => Verdict.Duplicate(1, 50 * Ms));
        using Tap hole = Hole(s, s.Device, 3);
        s.Checker.Down.Send(8);
        s.Await(() => s.Device.Events.Has(LinkEventKind.RungStarted), 3 * World.Second, "no L2");
        data.Packets.Clear();
        s.World.RunFor(150 * Ms);
        Assert.Equal([3u], data.Packets.Select(p => p.Info.Message));
        Assert.Equal(2, responses.Packets.Count);
        Assert.Equal(responses.Packets[0].Bytes.AsSpan(26, 24), responses.Packets[1].Bytes.AsSpan(26, 24));
        Assert.NotEqual(responses.Packets[0].Info.Sequence, responses.Packets[1].Info.Sequence);
    }

    [Fact]
    public void Ten_messages_that_come_again_are_a_condition_that_L2_clears()
    {
        // 8, DuplicateSequence. Instead of ten of its acknowledgments the peer sends an old message under their packet numbers.
        Pair s = Connected(8);
        using var sent = new Recorder(s.Network, p => p.Kind == DatagramKind.Data && p.From == s.Peer);
        s.Checker.Down.Send(1);
        s.World.RunFor(World.Second);
        using Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.Ack && p.From == s.Peer, 1, 10, ack => Verdict.Replace(
            Forger.Changed(sent.Packets[0], s.PeerLink!, bytes => ack.Bytes.AsSpan(12, 12).CopyTo(bytes.AsSpan(12)))));
        s.Checker.Up.SendEvery(100 * Ms, 100);
        s.World.RunFor(20 * World.Second);
        Assert.True(s.Device.Began(FailureCondition.DuplicateSequence));
        Assert.Equal([RecoveryLevel.SequenceRepair], s.Device.Events.Rungs());
        Assert.Single(s.Device.Successes(RecoveryLevel.SequenceRepair));
        Assert.Equal(0, s.Device.Link.Conditions);
        s.Checker.AssertAllDelivered();
    }

    private static uint Word(Packet packet, int offset) => BinaryPrimitives.ReadUInt32BigEndian(packet.Bytes.AsSpan(26 + offset));
}
