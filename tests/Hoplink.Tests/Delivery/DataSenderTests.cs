using Hoplink.Delivery;

namespace Hoplink.Tests.Delivery;

/// <summary>
/// protocol.md 6.1 to 6.3, one behaviour a test. The round trip is 300 ms and the RTO 900 ms, unless a test says otherwise.
/// </summary>
public sealed partial class DataSenderTests
{
    private const long Ms = 1000;

    private readonly SendWindow _window = new(64, 8);
    private readonly RttEstimator _rtt = new();
    private long _now;

    public DataSenderTests()
    {
        _rtt.Sample(300 * Ms);
    }

    [Fact]
    public void New_messages_go_in_order_within_the_first_congestion_window()
    {
        DataSender sender = Start(messages: 20, congestionWindow: 4);
        Assert.Equal([0, 1, 2, 3], Send(sender));
        Assert.Equal(4, sender.InFlight);
        Acknowledge(sender, 2);
        Assert.Equal([4, 5, 6, 7], Send(sender)); // slow start: two went, four may come
    }

    [Fact]
    public void A_message_waits_for_nothing_when_the_windows_are_open()
    {
        DataSender sender = Start(messages: 0);
        Assert.Empty(Send(sender));
        Assert.Equal(long.MaxValue, sender.RtoDeadline);
        Add(1);
        Assert.Equal([0], Send(sender));
        Assert.Empty(Send(sender));
    }

    [Fact]
    public void Nothing_goes_beyond_the_receivers_window()
    {
        DataSender sender = Start(messages: 10, receiveWindow: 3);
        Assert.Equal([0, 1, 2], Send(sender));
        sender.OnAcknowledgment(2, DataSender.WindowUnknown, false, 0, _now);
        Assert.Empty(Send(sender)); // a datagram without a window leaves the last one standing
        Acknowledge(sender, 2, window: 3);
        Assert.Equal([3, 4], Send(sender));
        Acknowledge(sender, 5, window: 1);
        Assert.Equal([5], Send(sender));
    }

    [Fact]
    public void A_window_that_shrinks_holds_back_even_what_was_sent()
    {
        DataSender sender = Start(messages: 10, receiveWindow: 6);
        Send(sender);
        Acknowledge(sender, 1, window: 2);
        _now = sender.RtoDeadline;
        sender.OnDeadline(_now);
        Assert.Equal([1], Send(sender));
        Acknowledge(sender, 2, window: 1);
        Assert.Equal([2], Send(sender));
        Acknowledge(sender, 2, window: 10);
        Assert.Equal([3], Send(sender));
    }

    [Fact]
    public void A_window_above_1000_counts_as_1000()
    {
        DataSender sender = Start(messages: 1, receiveWindow: 65535);
        Assert.Equal(1000, sender.ReceiverRoom);
        Acknowledge(sender, 0, window: 65535);
        Assert.Equal(1000, sender.ReceiverRoom);
    }

    [Fact]
    public void Three_acknowledgments_past_a_hole_retransmit_it_and_halve_the_window()
    {
        DataSender sender = Start(messages: 20);
        Send(sender);
        AckPast(sender, 0, 0b1);
        AckPast(sender, 0, 0b11);
        Assert.Equal([10, 11], Send(sender)); // the SACKed ones have left the network
        AckPast(sender, 0, 0b111);
        Assert.Equal(6, sender.CongestionWindow);
        Assert.Equal(8, sender.InFlight);
        Assert.Equal([0], Send(sender)); // at once, though 8 are in flight
    }

    [Fact]
    public void A_map_that_stands_for_three_acknowledgments_counts_as_three()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        AckPast(sender, 0, 0b111);
        Assert.Equal([0], Send(sender));
    }

    [Fact]
    public void The_same_map_again_is_no_news()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        for (int i = 0; i < 10; i++)
        {
            AckPast(sender, 0, 0b11);
        }

        Assert.Empty(Send(sender));
        Assert.Equal(10, sender.CongestionWindow);
    }

    [Fact]
    public void Repeated_acknowledgments_without_a_map_retransmit_nothing()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        for (int i = 0; i < 10; i++)
        {
            Acknowledge(sender, 0);
        }

        Assert.Empty(Send(sender));
    }

    [Fact]
    public void A_hole_above_the_oldest_is_retransmitted_too()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        AckPast(sender, 2, 0b1110101); // 2 and 4 and 6 are missing, 3 5 7 8 9 are held
        Assert.Equal([2, 4, 6], Send(sender));
    }

    [Fact]
    public void After_a_retransmission_acknowledgments_do_not_count_for_one_round_trip()
    {
        DataSender sender = Start(messages: 30);
        Send(sender);
        _now = 300 * Ms;
        AckPast(sender, 0, 0b111);
        Assert.Equal([0], Send(sender));
        _now += 290 * Ms;
        AckPast(sender, 0, 0b1111);
        AckPast(sender, 0, 0b11111);
        AckPast(sender, 0, 0b111111);
        Assert.DoesNotContain(0, Send(sender));
        _now += 300 * Ms;
        AckPast(sender, 0, 0b1111111);
        AckPast(sender, 0, 0b11111111);
        Assert.DoesNotContain(0, Send(sender));
        AckPast(sender, 0, 0b111111111);
        Assert.Contains(0, Send(sender));
        Assert.Equal(5, sender.CongestionWindow);
    }

    [Fact]
    public void Several_losses_of_one_flight_cut_the_window_once()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        AckPast(sender, 0, 0b1110);
        Assert.Equal(5, sender.CongestionWindow);
        AckPast(sender, 0, 0b111101110);
        Assert.Equal(5, sender.CongestionWindow);
        Acknowledge(sender, 10);
        Add(10);
        Send(sender);
        AckPast(sender, 10, 0b111);
        Assert.Equal(2, sender.CongestionWindow);
    }

    [Fact]
    public void Progress_that_stops_short_of_the_recovery_shows_the_next_hole()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        AckPast(sender, 0, 0b111);
        Assert.Equal([0], Send(sender));
        Acknowledge(sender, 6);
        Assert.Equal([6], Send(sender));
        Acknowledge(sender, 10);
        Assert.Equal(5, sender.CongestionWindow); // recovery is over, and it did not grow within
    }

    [Fact]
    public void A_SACKed_message_stays_until_it_is_acknowledged()
    {
        DataSender sender = Start(messages: 3);
        Send(sender);
        AckPast(sender, 0, 0b11);
        Assert.Equal(1, sender.InFlight);
        Assert.Equal(3, _window.Count);
        Assert.Equal(1, _window.Copy(2, new byte[8], 0));
    }

    [Fact]
    public void The_newest_map_replaces_the_earlier_one()
    {
        DataSender sender = Start(messages: 3);
        Send(sender);
        AckPast(sender, 0, 0b10);
        Assert.Equal(2, sender.InFlight);
        Acknowledge(sender, 0);
        Assert.Equal(2, sender.InFlight); // without a map the last one stands
        AckPast(sender, 0, 0b01);
        Assert.Equal([2], Send(sender)); // the other end has dropped it
        Assert.Equal(10, sender.CongestionWindow);
    }

    [Fact]
    public void A_message_that_is_expected_next_is_not_held_whatever_an_earlier_map_said()
    {
        DataSender sender = Start(messages: 4);
        Send(sender);
        AckPast(sender, 0, 0b001);
        Acknowledge(sender, 1);
        Assert.Equal([1], Send(sender));
    }

    [Fact]
    public void An_acknowledgment_of_what_was_never_sent_is_known_and_changes_nothing()
    {
        DataSender sender = Start(messages: 20, congestionWindow: 4);
        Send(sender);
        Assert.False(sender.IsAckOfUnsent(4));
        Assert.True(sender.IsAckOfUnsent(5));
        Acknowledge(sender, 5, window: 1);
        Assert.Equal(0u, _window.Oldest);
        Assert.Equal(100, sender.ReceiverRoom);
        Assert.False(sender.IsAckOfUnsent(0x80000004)); // 2^31 apart: not newer, so old
        Assert.False(sender.IsAckOfUnsent(uint.MaxValue));
    }

    [Fact]
    public void A_new_session_begins_with_everything_unsent_and_may_hear_of_what_the_last_one_sent()
    {
        DataSender last = Start(messages: 6, congestionWindow: 4);
        Send(last);
        AckPast(last, 0, 0b11);
        DataSender sender = new(_window, new RttEstimator(), 10);
        sender.OnWindow(100);
        Assert.Equal((0, 0, long.MaxValue), (sender.InFlight, sender.Outstanding, sender.RtoDeadline));
        Assert.False(sender.IsAckOfUnsent(4));
        Assert.True(sender.IsAckOfUnsent(5));
        Acknowledge(sender, 3);
        Assert.Equal([3, 4, 5], Send(sender));
        Assert.Equal(0, sender.Retransmissions);
    }

    [Fact]
    public void Message_numbers_wrap()
    {
        SendWindowTests.MoveNearWrap(_window);
        DataSender sender = Start(messages: 20);
        Assert.Equal(Enumerable.Range(-10, 10), Send(sender));
        AckPast(sender, unchecked((uint)-10), 0b111);
        Assert.Equal([-10], Send(sender));
        Acknowledge(sender, 0);
        Assert.Equal(0u, _window.Oldest);
        Assert.Equal([0, 1, 2, 3, 4], Send(sender));
    }

    [Fact]
    public void The_window_does_not_grow_while_it_is_not_needed()
    {
        DataSender sender = Start(messages: 0);
        for (uint i = 1; i < 50; i++)
        {
            Add(1);
            Send(sender);
            Acknowledge(sender, i);
        }

        Assert.Equal(10, sender.CongestionWindow);
    }

    [Fact]
    public void After_a_pause_longer_than_the_RTO_the_first_window_holds_again()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        Acknowledge(sender, 10);
        Assert.Equal(20, sender.CongestionWindow);
        Add(30);
        _now += _rtt.Rto + 1;
        Assert.Equal(10, Send(sender).Count);
    }

    [Fact]
    public void A_sender_that_lost_what_the_other_end_waits_for_is_stalled_even_when_the_window_is_closed_to_the_rest()
    {
        DataSender sender = Start(messages: 20, receiveWindow: 4);
        Send(sender);
        _window.Forget();
        Add(5);
        Acknowledge(sender, 0, window: 4);
        for (int i = 0; i < 8; i++)
        {
            Assert.Empty(Send(sender));
            Assert.False(sender.IsStalled);
            _now = sender.RtoDeadline;
            sender.OnDeadline(_now);
            Assert.True(sender.TakeProbe());
            Acknowledge(sender, 0, window: 4);
        }

        Assert.True(sender.IsStalled);
        Assert.Equal(20u, sender.OldestUnacknowledged);
        Assert.False(sender.IsAckOfUnsent(20)); // a repair takes the other end there
        Acknowledge(sender, 20, window: 4);
        Assert.False(sender.IsStalled);
        Assert.Equal([20, 21, 22, 23], Send(sender));
    }

    [Fact]
    public void Loss_is_estimated_from_what_had_to_be_repeated()
    {
        DataSender sender = Start(messages: 10);
        Assert.Equal(0, sender.LossPermille);
        Send(sender);
        AckPast(sender, 0, 0b111111110);
        Assert.Equal([0, 1], Send(sender));
        Assert.Equal((12, 2, 166), (sender.MessagesSent, sender.Retransmissions, sender.LossPermille));
    }

    [Fact]
    public void Wrong_arguments_are_the_callers_error()
    {
        DataSender sender = Start(messages: 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.OnWindow(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.OnAcknowledgment(0, -2, false, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.MarkSent(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.MarkSent(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DataSender(_window, _rtt, 0));
        Assert.Throws<ArgumentNullException>(() => new DataSender(null!, _rtt, 1));
        Assert.Throws<ArgumentNullException>(() => new DataSender(_window, null!, 1));
    }

    private DataSender Start(int messages, int congestionWindow = 10, int receiveWindow = 100)
    {
        Add(messages);
        DataSender sender = new(_window, _rtt, congestionWindow);
        sender.OnWindow(receiveWindow);
        return sender;
    }

    private void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(_window.TryAdd([1], 0, 1));
        }
    }

    /// <summary>Transmits all that may go; numbers as int, so that they may be below 0.</summary>
    private List<int> Send(DataSender sender)
    {
        List<int> sent = [];
        while (sender.TryPeek(_now, out uint number))
        {
            sender.MarkSent(number, _now);
            sent.Add((int)number);
        }

        return sent;
    }

    private void Acknowledge(DataSender sender, uint number, int window = 100)
    {
        sender.OnAcknowledgment(number, window, false, 0, _now);
    }

    private void AckPast(DataSender sender, uint number, uint map)
    {
        sender.OnAcknowledgment(number, 100, true, map, _now);
    }
}
