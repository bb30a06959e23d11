using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder.Decisions;

/// <summary>Clock, ports and messages, where protocol.md 15 decides otherwise than the document, seen on whole links.</summary>
public sealed class DeliveryDecisionsTests : RepairTest
{
    [Theory]
    [InlineData(4900)]
    [InlineData(-4900)]
    public void D2_messages_get_through_while_a_clock_is_adjusted_and_it_is_verified_after_the_last_part(long offMs)
    {
        // Of so many ports R listens to those of three windows only (5.2).
        Pair s = WithTraffic(2, o => o.Peer.HopCount = 8192);
        s.JumpClock(s.Device, offMs * Ms);
        var clock = new ClockWatch(s);
        var arrivals = new List<long>();
        s.Peer.MessageRead += (_, _) => arrivals.Add(s.Device.Clock.Now);
        AwaitSuccess(s, 10 * World.Second);

        Assert.Equal(9, clock.Steps.Count);
        // In the first interval the device finds out that it is heard again.
        Assert.All(clock.Steps.Skip(1).Zip(clock.Steps.Skip(2)), pair => Assert.True(
            arrivals.Count(at => at >= pair.First.At && at < pair.Second.At) >= 20, "messages stood still while the clock was adjusted"));
        Assert.InRange(s.Device.Clock.Now - clock.Steps[^1].At, 2 * s.Up.Delay, World.Second);
        Assert.DoesNotContain(clock.Sent, x => x.Packet.Kind == DatagramKind.TimeSyncRequest && x.StepsBefore is > 0 and < 9);
        Assert.InRange(s.ClockError(), -100, 100);
        AssertHealed(s);
    }

    [Fact]
    public void D5_a_repair_delivers_what_is_held_and_reports_what_is_gone()
    {
        Pair s = Connected(5);
        s.Checker.Down.Send(3);
        s.RunUntilQuiet(World.Second);
        Lose(s, s.Peer, 4);
        using var sent = new Recorder(s.Network, p => p.Kind == DatagramKind.Data && p.From == s.Peer);
        s.Checker.Down.Send(5);
        s.World.RunFor(World.Second);
        Assert.Equal((3, 5), (s.Checker.Down.Read, s.Device.Link.Inbox.Held));

        s.Await(() => s.Device.Events.Has(LinkEventKind.MessagesLost), 3 * World.Second, "no report");
        EventSnapshot lost = s.Device.Events.OfKind(LinkEventKind.MessagesLost).Single();
        Assert.Equal((3u, 4), (lost.First, lost.Count));
        Assert.Equal((8, s.World.Now), (s.Checker.Down.Read, lost.At));
        s.RunUntilQuiet(World.Second);

        // Message numbers skip what is gone; packet numbers know nothing of it: they went on meanwhile.
        DatagramInfo[] first = [.. sent.Packets.Take(5).Select(p => p.Info)];
        Assert.Equal([7u, 8, 9, 10, 11], first.Select(d => d.Message));
        Assert.Equal([0u, 1, 2, 3, 4], first.Select(d => d.Sequence - first[0].Sequence));
    }

    [Fact]
    public void D12_message_numbers_packet_numbers_and_timestamps_pass_2_to_the_32_unnoticed()
    {
        Pair s = Connected(12);
        s.Do(s.Device, (link, now) => link.Faults.Terminate(now));
        s.Await(() => s.PeerLink!.State == LinkState.Dormant, World.Second, "the peer was not told");
        BringNearWrap(s.Device.Link, s.PeerLink!);
        BringNearWrap(s.PeerLink!, s.Device.Link);
        using var sent = new Recorder(s.Network, _ => true);
        s.Await(() => s.IsConnected, 5 * World.Second, "not connected");
        s.World.RunFor(World.Second);

        // The epoch that begins now has windows and timestamps of its own.
        foreach (EndNode end in new EndNode[] { s.Device, s.Peer })
        {
            uint next = sent.Packets.Last(p => p.From == end).Info.Sequence + 1;
            SetForward(s.SessionOf(end), uint.MaxValue - 100 - next);
            s.JumpClock(end, ((1L << 32) - 10_000) * Ms - s.SessionOf(end).ReadClock(end.Clock.Now));
        }

        s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        AwaitSuccess(s, World.Second, RecoveryLevel.SessionRekey);
        sent.Packets.Clear();
        var gaps = new GapWatch(s);
        s.Traffic(1000, 20 * Ms);
        s.World.RunFor(20 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.InRange(gaps.Longest, 1, 20 * Ms);
        Assert.Single(s.Device.Events.Rungs());
        Assert.Empty(s.Peer.Events.Rungs());
        foreach (EndNode end in new EndNode[] { s.Device, s.Peer })
        {
            DatagramInfo[] data = [.. sent.Packets.Where(p => p.From == end && p.Kind == DatagramKind.Data).Select(p => p.Info)];
            Assert.All(
                new Func<DatagramInfo, uint>[] { d => d.Message, d => d.Sequence, d => d.Timestamp },
                number => Assert.True(number(data[0]) > uint.MaxValue - 20_000 && number(data[^1]) < 20_000));
        }
    }

    /// <summary>Lets the packet number skip so many: forward, since a keystream that might repeat would be given up (14).</summary>
    private static void SetForward(Session session, uint numbers)
    {
        session.SetCountersBack(-(int)(numbers / 2));
        session.SetCountersBack(-(int)(numbers - (numbers / 2)));
    }

    /// <summary>Lets the numbers of one direction be as if all messages but the last 500 before 2^32 had been delivered.</summary>
    private static void BringNearWrap(Link sender, Link receiver)
    {
        foreach (uint number in new uint[] { int.MaxValue, uint.MaxValue - 499 })
        {
            sender.Outbox.MoveNextUpTo(number);
            receiver.Inbox.SkipTo(number);
        }
    }
}
