namespace Hoplink.Tests.Simulation;

public sealed class MessageStreamTests : SimulationTest
{
    private readonly List<byte[]> _sent = [];
    private int _room = int.MaxValue;

    [Fact]
    public void Messages_in_order_pass_and_are_counted()
    {
        MessageStream stream = Stream(accept: 10);
        Assert.False(stream.IsDone);
        Deliver(stream, 0, 10);
        Assert.True(stream.IsDone);
        Assert.Equal(10, stream.Read);
    }

    [Fact]
    public void What_the_link_does_not_take_waits()
    {
        _room = 3;
        MessageStream stream = Stream(accept: 5);
        Assert.Equal((3, 2), (stream.Accepted, stream.Backlog));
        Deliver(stream, 0, 3);
        Assert.False(stream.IsDone);
        _room = 5;
        stream.Pump();
        Deliver(stream, 3, 5);
        Assert.True(stream.IsDone);
        Assert.Equal(5, _sent.Count);
    }

    [Fact]
    public void A_message_read_twice_is_caught()
    {
        MessageStream stream = Stream(accept: 10);
        Deliver(stream, 0, 5);
        AssertViolation(() => Deliver(stream, 4, 5), "message 4 was read twice, 5 was expected");
    }

    [Fact]
    public void A_message_read_before_another_is_caught()
    {
        MessageStream stream = Stream(accept: 10);
        AssertViolation(() => Deliver(stream, 1, 2), "message 1 was read before others, 0 was expected");
    }

    [Fact]
    public void A_changed_cut_foreign_or_invented_message_is_caught()
    {
        MessageStream stream = Stream(accept: 1, size: 40);
        AssertViolation(() => stream.OnRead(Changed(_sent[0], 39)), "is not as it was sent");
        AssertViolation(() => stream.OnRead(Changed(_sent[0], 11)), "is not as it was sent");
        AssertViolation(() => stream.OnRead(Changed(_sent[0], 0)), "that nobody sent");
        AssertViolation(() => stream.OnRead(_sent[0][..11]), "that nobody sent");
    }

    [Fact]
    public void A_gap_that_was_reported_passes_and_one_that_was_not_does_not()
    {
        MessageStream stream = Stream(accept: 20);
        Deliver(stream, 0, 3);
        stream.OnMessagesLost(5, 4);
        Deliver(stream, 3, 5);
        Assert.Equal(9, stream.Expected);
        Assert.Equal(4, stream.ReportedLost);
        Deliver(stream, 9, 12);
        AssertViolation(() => Deliver(stream, 13, 14), "message 13 was read before others, 12 was expected");
    }

    [Fact]
    public void A_report_of_loss_for_what_was_read_or_never_sent_is_caught()
    {
        MessageStream stream = Stream(accept: 20);
        Deliver(stream, 0, 3);
        AssertViolation(() => stream.OnMessagesLost(2, 1), "MessagesLost 2, 1 of them");
        AssertViolation(() => stream.OnMessagesLost(19, 2), "MessagesLost 19, 2 of them");
    }

    [Fact]
    public void After_a_link_began_anew_the_unacknowledged_may_be_read_again_from_the_first_of_them()
    {
        MessageStream stream = Stream(accept: 10);
        Deliver(stream, 0, 8);
        stream.OnSendersLinkRestarted(unacknowledged: 5);
        AssertViolation(() => Deliver(stream, 6, 7), "message 6 was read twice");
        Deliver(stream, 5, 10);
        Assert.Equal(3, stream.Repeated);
        Assert.True(stream.IsDone);
        AssertViolation(() => Deliver(stream, 5, 6), "message 5 was read twice");
    }

    [Fact]
    public void More_messages_to_send_again_than_were_ever_accepted_are_caught()
    {
        MessageStream stream = Stream(accept: 10);
        stream.OnSendersLinkRestarted(unacknowledged: 10);
        AssertViolation(() => stream.OnSendersLinkRestarted(unacknowledged: 11), "11 messages are sent again, but only 10 were accepted");
    }

    [Fact]
    public void Message_numbers_of_a_link_that_began_anew_count_from_the_first_that_is_sent_again()
    {
        MessageStream stream = Stream(accept: 10);
        Deliver(stream, 0, 4);
        stream.OnMessagesLost(7, 1);
        stream.OnSendersLinkRestarted(unacknowledged: 6);
        Deliver(stream, 4, 5);
        stream.OnMessagesLost(1, 2);
        Deliver(stream, 7, 8);
        Assert.Equal(2, stream.ReportedLost);
        Assert.Equal(8, stream.Expected);
    }

    [Fact]
    public void What_vanishes_when_a_link_begins_anew_is_caught_unless_somebody_lost_its_RAM()
    {
        MessageStream stream = Stream(accept: 10);
        Deliver(stream, 0, 3);
        stream.OnSendersLinkRestarted(unacknowledged: 5);
        AssertViolation(() => Deliver(stream, 5, 6), "messages 3 to 4 vanished");

        stream = Stream(accept: 10);
        Deliver(stream, 0, 3);
        stream.OnReceiverBeganAnew(hadUnread: true);
        stream.OnSendersLinkRestarted(unacknowledged: 5);
        Deliver(stream, 5, 10);
        Assert.Equal(2, stream.LostWithRam);
    }

    [Fact]
    public void Messages_that_a_test_made_the_sender_forget_may_vanish_when_the_link_begins_anew()
    {
        MessageStream stream = Stream(accept: 10);
        Deliver(stream, 0, 3);
        stream.MayVanish();
        AssertViolation(() => Deliver(stream, 5, 6), "message 5 was read before others");
        stream.OnSendersLinkRestarted(unacknowledged: 5);
        Deliver(stream, 5, 10);
        Assert.Equal(2, stream.LostWithRam);
    }

    [Fact]
    public void After_the_sender_lost_its_RAM_older_messages_may_still_arrive_or_be_gone()
    {
        MessageStream stream = Stream(accept: 10);
        Deliver(stream, 0, 3);
        stream.OnSenderRestarted();
        Assert.True(stream.IsDone);
        Deliver(stream, 3, 5);
        stream.Send(2);
        Deliver(stream, 10, 12);
        Assert.Equal(5, stream.LostWithRam);
        Assert.True(stream.IsDone);
    }

    private static byte[] Changed(byte[] message, int index)
    {
        byte[] changed = (byte[])message.Clone();
        changed[index] ^= 1;
        return changed;
    }

    private static void AssertViolation(Action action, string what)
    {
        Assert.Contains(what, Assert.Throws<SimulationException>(action).What, StringComparison.Ordinal);
    }

    private MessageStream Stream(int accept, int size = MessageStream.ShortestMessage)
    {
        _sent.Clear();
        var stream = new MessageStream(NewWorld(1), "a > b", 100, message =>
        {
            if (_sent.Count >= _room)
            {
                return SendStatus.Full;
            }

            _sent.Add(message);
            return SendStatus.Accepted;
        })
        {
            Sizes = (size, size),
        };
        stream.Send(accept);
        return stream;
    }

    private void Deliver(MessageStream stream, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            stream.OnRead(_sent[i]);
        }
    }
}
