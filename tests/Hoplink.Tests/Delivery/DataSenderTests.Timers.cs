using Hoplink.Delivery;

namespace Hoplink.Tests.Delivery;

/// <content>The RTO, probes, stalls, and what undoes a doubling.</content>
public sealed partial class DataSenderTests
{
    [Fact]
    public void The_RTO_doubles_forgets_maps_and_starts_again_from_the_oldest_with_a_window_of_1()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        AckPast(sender, 0, 0b11);
        Assert.Equal(900 * Ms, sender.RtoDeadline);
        sender.OnDeadline(900 * Ms - 1);
        Assert.Equal(10, sender.CongestionWindow);
        _now = 900 * Ms;
        sender.OnDeadline(_now);
        Assert.Equal((1, 0), (sender.CongestionWindow, sender.InFlight));
        Assert.Equal([0], Send(sender));
        Assert.True(sender.RtoDeadline - _now > 1000 * Ms);
        long rto = _rtt.Rto;
        _now = sender.RtoDeadline;
        sender.OnDeadline(_now);
        Assert.Equal(2 * rto, _rtt.Rto);
        Assert.Equal([0], Send(sender));
        Acknowledge(sender, 1);
        Assert.Equal([1, 2], Send(sender)); // slow start; 1 and 2 were SACKed once, and go again
    }

    [Fact]
    public void A_jump_over_what_was_held_is_no_reason_for_a_burst_after_an_RTO()
    {
        DataSender sender = Start(messages: 30);
        Send(sender);
        _now = sender.RtoDeadline;
        sender.OnDeadline(_now);
        Send(sender);
        Acknowledge(sender, 10);
        Assert.Equal(2, sender.CongestionWindow);
    }

    [Fact]
    public void There_is_no_timer_when_nothing_is_in_flight_and_progress_restarts_it()
    {
        DataSender sender = Start(messages: 4);
        Assert.Equal(long.MaxValue, sender.RtoDeadline);
        Send(sender);
        Assert.Equal(_rtt.Rto, sender.RtoDeadline);
        _now = 300 * Ms;
        Acknowledge(sender, 2);
        Assert.Equal(_now + _rtt.Rto, sender.RtoDeadline);
        long deadline = sender.RtoDeadline;
        _now = 400 * Ms;
        Acknowledge(sender, 2);
        AckPast(sender, 2, 0b1);
        Assert.Equal(deadline, sender.RtoDeadline);
        Acknowledge(sender, 4);
        Assert.Equal(long.MaxValue, sender.RtoDeadline);
        sender.OnDeadline(long.MaxValue - 1);
        Assert.Equal(_rtt.BaseRto, _rtt.Rto);
    }

    [Fact]
    public void A_fast_retransmission_of_the_oldest_gets_a_whole_RTO()
    {
        DataSender sender = Start(messages: 10);
        Send(sender);
        _now = 800 * Ms;
        AckPast(sender, 0, 0b111);
        Assert.Equal([0], Send(sender));
        Assert.Equal(_now + _rtt.Rto, sender.RtoDeadline);
    }

    [Fact]
    public void A_message_sent_twice_tells_no_round_trip()
    {
        DataSender sender = Start(messages: 2);
        Send(sender);
        _now = sender.RtoDeadline;
        sender.OnDeadline(_now);
        Send(sender);
        long srtt = _rtt.SmoothedRtt;
        _now += 10 * Ms;
        Acknowledge(sender, 2); // jumps over it to one that was sent once, long ago
        Assert.Equal(srtt, _rtt.SmoothedRtt);
        Assert.True(_rtt.Rto > _rtt.BaseRto);
    }

    [Theory]
    [InlineData(299, true)]     // sooner than any round trip: it answers an earlier transmission, and the path has become slow
    [InlineData(300, false)]
    [InlineData(900, false)]
    [InlineData(901, true)]     // later than the RTO: it says nothing
    public void An_answer_a_usual_round_trip_after_the_repetition_undoes_the_doubling(long afterMs, bool staysDoubled)
    {
        DataSender sender = Start(messages: 2);
        Send(sender);
        for (int i = 0; i < 3; i++)
        {
            _now = sender.RtoDeadline;
            sender.OnDeadline(_now);
            Send(sender);
        }

        _now += afterMs * Ms;
        Acknowledge(sender, 1);
        Assert.Equal(staysDoubled ? 8 * _rtt.BaseRto : _rtt.BaseRto, _rtt.Rto);
        Assert.Equal(300 * Ms, _rtt.SmoothedRtt);
        Assert.Equal(_now + _rtt.Rto, sender.RtoDeadline);
    }

    [Fact]
    public void A_SACKed_message_tells_its_round_trip_when_the_map_first_names_it()
    {
        DataSender sender = Start(messages: 3);
        Send(sender);
        _now = 100 * Ms;
        AckPast(sender, 0, 0b10);
        Assert.Equal(100 * Ms, _rtt.MinRtt);
        long srtt = _rtt.SmoothedRtt;
        Assert.Equal((7 * 300 * Ms + 100 * Ms) / 8, srtt);
        _now = 700 * Ms;
        AckPast(sender, 0, 0b10);
        Assert.Equal(srtt, _rtt.SmoothedRtt);
    }

    [Fact]
    public void What_was_named_before_an_RTO_and_again_after_it_tells_nothing()
    {
        DataSender sender = Start(messages: 3);
        Send(sender);
        _now = 300 * Ms;
        AckPast(sender, 0, 0b10);
        long srtt = _rtt.SmoothedRtt;
        _now = sender.RtoDeadline;
        sender.OnDeadline(_now);
        AckPast(sender, 0, 0b10);
        Assert.Equal(srtt, _rtt.SmoothedRtt);
    }

    [Fact]
    public void The_newest_message_acknowledged_tells_the_round_trip()
    {
        DataSender sender = Start(messages: 1);
        Send(sender);
        _now = 500 * Ms;
        Add(1);
        Send(sender);
        _now = 600 * Ms;
        Acknowledge(sender, 2);
        Assert.Equal(100 * Ms, _rtt.MinRtt);
    }

    [Fact]
    public void A_window_of_0_is_probed_at_the_RTO_while_messages_wait()
    {
        DataSender sender = Start(messages: 2, receiveWindow: 2);
        Send(sender);
        Acknowledge(sender, 2, window: 0);
        Assert.Equal(long.MaxValue, sender.RtoDeadline);
        Assert.False(sender.ProbeDue);
        _now = 100 * Ms;
        Add(1);
        Assert.Empty(Send(sender));
        long rto = _rtt.Rto;
        Assert.InRange(sender.RtoDeadline, rto, _now + rto);
        _now = sender.RtoDeadline;
        sender.OnDeadline(_now);
        Assert.True(sender.ProbeDue);
        Assert.True(sender.TakeProbe());
        Assert.False(sender.TakeProbe());
        Assert.Equal(_now + (2 * rto), sender.RtoDeadline);
        Assert.False(sender.IsStalled);
    }

    [Fact]
    public void A_probe_is_due_no_more_once_the_window_is_open()
    {
        DataSender sender = Start(messages: 2, receiveWindow: 0);
        Assert.Empty(Send(sender));
        _now = sender.RtoDeadline;
        Assert.Equal(900 * Ms, _now);
        sender.OnDeadline(_now);
        Acknowledge(sender, 0, window: 1);
        Assert.False(sender.ProbeDue);
        Assert.Equal([0], Send(sender));
        Acknowledge(sender, 1, window: 0);
        Assert.False(sender.TakeProbe());
    }

    [Fact]
    public void A_closed_window_never_counts_as_stalled_however_long()
    {
        DataSender sender = Start(messages: 2, receiveWindow: 1);
        Send(sender);
        Acknowledge(sender, 0, window: 0);
        for (int i = 0; i < 20; i++)
        {
            _now = sender.RtoDeadline;
            sender.OnDeadline(_now);
            Assert.Empty(Send(sender));
        }

        Assert.False(sender.IsStalled);
        Assert.Equal(0, sender.Retransmissions);
    }

    [Fact]
    public void Eight_retransmissions_of_the_oldest_without_progress_stall_it_and_progress_ends_that()
    {
        DataSender sender = Start(messages: 2);
        Send(sender);
        for (int i = 0; i < 8; i++)
        {
            Assert.False(sender.IsStalled);
            _now = sender.RtoDeadline;
            sender.OnDeadline(_now);
            Assert.Equal([0], Send(sender));
        }

        Assert.True(sender.IsStalled);
        Assert.Equal(0u, sender.OldestUnacknowledged);
        Assert.Equal(2, _window.Count); // the message stays
        Acknowledge(sender, 0, window: 0);
        Assert.False(sender.IsStalled);
        Acknowledge(sender, 0);
        Assert.True(sender.IsStalled);
        Acknowledge(sender, 1);
        Assert.False(sender.IsStalled);
        Assert.Equal(1u, sender.OldestUnacknowledged);
    }

    [Fact]
    public void A_message_that_waits_for_a_long_RTO_is_asked_for_each_second_meanwhile()
    {
        DataSender sender = Start(messages: 1);
        Send(sender);
        for (int i = 0; i < 2; i++)
        {
            _now = sender.RtoDeadline;
            sender.OnDeadline(_now);
            Assert.False(sender.TakeProbe());
            Send(sender);
        }

        (long sent, long rto) = (_now, _rtt.Rto);
        Assert.Equal(3600 * Ms, rto);
        foreach (int second in new[] { 1, 2, 3 })
        {
            Assert.Equal(sent + second * 1000 * Ms, sender.Deadline);
            _now = sender.Deadline;
            sender.OnDeadline(_now);
            Assert.True(sender.TakeProbe());
            Assert.Equal((rto, sent + rto), (_rtt.Rto, sender.RtoDeadline));
            Assert.Empty(Send(sender));
        }

        Assert.Equal(sender.RtoDeadline, sender.Deadline);
    }

    [Theory]
    [InlineData(900, true)]
    [InlineData(899, false)]    // the probe may have overtaken it
    public void What_an_echo_still_expects_though_it_was_sent_an_RTO_before_the_probe_is_sent_again_at_once(int probeMs, bool goesAgain)
    {
        DataSender sender = Start(messages: 2);
        Send(sender);
        _now = 899 * Ms;
        Acknowledge(sender, 0);
        sender.OnEcho(0, probeMs * Ms, _now);
        Assert.Equal(goesAgain ? [0] : [], Send(sender));
        Assert.Equal(goesAgain ? 2 : 10, sender.CongestionWindow);
        sender.OnEcho(0, probeMs * Ms, _now);
        Assert.Empty(Send(sender)); // an echo says nothing of what was sent after its probe
    }

    [Fact]
    public void An_echo_that_is_older_than_what_is_known_shows_nothing_lost()
    {
        DataSender sender = Start(messages: 2);
        Send(sender);
        Acknowledge(sender, 1);
        sender.OnEcho(0, 5000 * Ms, _now);
        Assert.Empty(Send(sender));
    }

    [Fact]
    public void Undoing_the_doubling_sends_the_oldest_at_once_even_beyond_the_congestion_window()
    {
        DataSender sender = Start(messages: 4, congestionWindow: 1);
        Send(sender);
        _now = sender.RtoDeadline;
        sender.OnDeadline(_now);
        Assert.Equal([0], Send(sender));
        Assert.Empty(Send(sender));
        _now += 10 * Ms;
        sender.UndoBackoff(_now);
        Assert.Equal(_rtt.BaseRto, _rtt.Rto);
        Assert.Equal(_now + _rtt.BaseRto, sender.RtoDeadline);
        Assert.Equal([0], Send(sender));
        Assert.Equal(1, sender.InFlight);
    }

    [Fact]
    public void Undoing_the_doubling_sends_nothing_when_all_is_acknowledged()
    {
        DataSender sender = Start(messages: 1);
        Send(sender);
        Acknowledge(sender, 1);
        sender.UndoBackoff(_now);
        Assert.Empty(Send(sender));
        Assert.Equal(long.MaxValue, sender.RtoDeadline);
    }

    [Fact]
    public void Progress_makes_up_for_the_oldest_that_was_to_go_at_once()
    {
        DataSender sender = Start(messages: 4);
        Send(sender);
        sender.UndoBackoff(_now);
        Acknowledge(sender, 1);
        Assert.Empty(Send(sender));
    }

    [Fact]
    public void The_answerer_of_a_repair_sends_again_what_it_holds_within_its_congestion_window()
    {
        DataSender sender = Start(messages: 12, congestionWindow: 4);
        Send(sender);
        Acknowledge(sender, 4);
        Send(sender);
        AckPast(sender, 4, 0b11);
        sender.ResendAll(_now);
        Assert.Equal(0, sender.InFlight);
        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], Send(sender));
        Assert.Equal(8, sender.CongestionWindow); // no loss was seen
    }

    [Fact]
    public void The_answerer_of_a_repair_undoes_its_doubling_since_the_other_end_is_there()
    {
        DataSender sender = Start(messages: 1);
        Send(sender);
        _now = sender.RtoDeadline;
        sender.OnDeadline(_now);
        Send(sender);
        sender.ResendAll(_now);
        Assert.Equal(_rtt.BaseRto, _rtt.Rto);
        Assert.Equal(_now + _rtt.BaseRto, sender.RtoDeadline);
    }
}
