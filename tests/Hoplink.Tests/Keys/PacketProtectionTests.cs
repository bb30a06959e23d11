using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Wire;

namespace Hoplink.Tests.Keys;

/// <summary>Sealing and opening (2), the limits on bad tags, and timestamps that do not run backwards (5.1).</summary>
public sealed class PacketProtectionTests
{
    private const long Second = 1_000_000;

    // 2: each transmitted datagram takes the next number of its direction, whatever it is sealed with.
    [Fact]
    public void Every_datagram_takes_the_next_number()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        uint first = EpochRig.SequenceOf(sender.Seal());
        Assert.Equal(first + 1, EpochRig.SequenceOf(sender.SealNotice()));
        sender.Epochs.SwitchAsRequester(EpochRig.MakeEpoch(1), 0);
        Assert.Equal(first + 2, EpochRig.SequenceOf(sender.Seal()));
        Assert.Equal(first + 3, EpochRig.SequenceOf(sender.SealRequest()));
    }

    [Fact]
    public void What_one_end_sealed_does_not_open_at_itself()
    {
        PacketProtection end = EpochRig.MakeProtection(true);
        Assert.Equal(DropCause.BadTag, end.Open(end.Seal()));
        Assert.Equal(DropCause.BadTag, end.Open(end.SealNotice()));
    }

    // 2: every byte before the tag is covered by it.
    [Fact]
    public void No_bit_can_be_changed_on_the_way()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        byte[] datagram = sender.Seal(5);
        for (int bit = 8 * 4; bit < 8 * datagram.Length; bit++)
        {
            byte[] changed = [.. datagram];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var header = new Header();
            if (Header.Read(changed, 0, changed.Length, header) == DropCause.None)
            {
                Assert.Equal(DropCause.BadTag, EpochRig.MakeProtection(false).Open(header, changed, 0, false, 0));
            }
        }
    }

    // 12.1
    [Fact]
    public void A_datagram_opens_under_the_epoch_that_sealed_it_the_newer_tried_first()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        PacketProtection receiver = EpochRig.MakeProtection(false);
        byte[] underZero = sender.Seal();
        for (uint number = 1; number <= 2; number++)
        {
            receiver.Epochs.Stage(EpochRig.MakeEpoch(number, isInitiator: false));
            sender.Epochs.SwitchAsRequester(EpochRig.MakeEpoch(number), 0);
            Assert.Equal(DropCause.None, receiver.Open(sender.Seal()));
            Assert.Equal(number, receiver.OpenedUnder.Number);
            Assert.True(receiver.Epochs.IsStaged(receiver.OpenedUnder)); // opening alone switches nothing
        }

        Assert.Equal(DropCause.None, receiver.Open(underZero));
        Assert.Equal(0u, receiver.OpenedUnder.Number);
        Assert.Equal(1, receiver.OpenedUnder.Opened);
    }

    // 2: each epoch has a replay window of its own, moved only after the tag verified.
    [Fact]
    public void A_replay_is_told_and_a_forgery_marks_nothing()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        PacketProtection receiver = EpochRig.MakeProtection(false);
        byte[] datagram = sender.Seal();
        Assert.Equal(DropCause.BadTag, receiver.Open(EpochRig.Spoiled(datagram)));
        Assert.Equal(DropCause.None, receiver.Open(datagram));
        Assert.Equal(ReplayVerdict.Fresh, receiver.Verdict);
        Assert.Equal(DropCause.None, receiver.Open(datagram));
        Assert.Equal(ReplayVerdict.Repeated, receiver.Verdict);
    }

    // 2: an end may drop, before the tag, windowed types more than 2^16 away.
    [Theory]
    [InlineData(65536, DropCause.BadTag)]
    [InlineData(65537, DropCause.FarSequence)]
    [InlineData(-65536, DropCause.BadTag)]
    [InlineData(-65537, DropCause.FarSequence)]
    public void A_number_far_from_the_newest_is_dropped_before_the_tag(int distance, DropCause cause)
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        PacketProtection receiver = EpochRig.MakeProtection(false, 1);
        byte[] datagram = sender.Seal();
        uint newest = EpochRig.SequenceOf(datagram);
        byte[] far = EpochRig.Renumbered(datagram, newest + (uint)distance);
        Assert.Equal(DropCause.None, receiver.Open(datagram));
        Assert.Equal(cause, receiver.Open(far));

        // What was dropped before the tag costs no budget.
        Assert.Equal(cause == DropCause.BadTag ? DropCause.BadTagBudget : DropCause.None, receiver.Open(sender.Seal()));
    }

    // 2: the window starts at the epoch's first valid datagram; CONTROL and MANAGEMENT do not pass through it.
    [Fact]
    public void Nothing_is_far_before_the_first_datagram_of_an_epoch_nor_outside_the_window()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        PacketProtection receiver = EpochRig.MakeProtection(false);
        byte[] first = sender.Seal();
        Assert.Equal(DropCause.BadTag, receiver.Open(EpochRig.Renumbered(first, EpochRig.SequenceOf(first) + 1_000_000)));
        Assert.Equal(DropCause.None, receiver.Open(first));
        sender.SetCountersBack(1 << 20); // as a restored memory would
        Assert.Equal(DropCause.FarSequence, receiver.Open(sender.Seal()));
        Assert.Equal(DropCause.None, receiver.Open(sender.SealRequest()));
        Assert.Equal(DropCause.None, receiver.Open(sender.SealNotice()));
    }

    // 2: an end may limit the bad tags it verifies in a second; beyond that the second budget, of the same size.
    [Fact]
    public void Beyond_the_bad_tags_of_a_second_only_what_is_likely_is_verified()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        PacketProtection receiver = EpochRig.MakeProtection(false, 50);
        byte[] bad = EpochRig.Spoiled(sender.Seal());
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(DropCause.None, receiver.Open(sender.Seal(), now: i)); // good ones cost nothing
            Assert.Equal(DropCause.BadTag, receiver.Open(bad, now: i));
        }

        Assert.Equal(DropCause.BadTagBudget, receiver.Open(bad, now: 100));
        Assert.Equal(DropCause.BadTagBudget, receiver.Open(sender.Seal(), now: 100));
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(DropCause.None, receiver.Open(sender.Seal(), likely: true, now: 100));
            Assert.Equal(DropCause.BadTag, receiver.Open(bad, likely: true, now: 100));
        }

        Assert.Equal(DropCause.BadTagBudget, receiver.Open(sender.Seal(), likely: true, now: 200));
        Assert.Equal(DropCause.BadTagBudget, receiver.Open(sender.Seal(), likely: true, now: Second - 1));
        Assert.Equal(DropCause.None, receiver.Open(sender.Seal(), now: Second)); // the next second
    }

    [Fact]
    public void A_flood_of_likely_bad_tags_leaves_the_first_budget_alone()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        PacketProtection receiver = EpochRig.MakeProtection(false, 2);
        byte[] bad = EpochRig.Spoiled(sender.Seal());
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(DropCause.BadTag, receiver.Open(bad, likely: true));
        }

        Assert.Equal(DropCause.BadTagBudget, receiver.Open(bad, likely: true));
        Assert.Equal(DropCause.BadTagBudget, receiver.Open(bad));
    }

    [Fact]
    public void Without_a_limit_every_tag_is_verified()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        PacketProtection receiver = EpochRig.MakeProtection(false);
        byte[] bad = EpochRig.Spoiled(sender.Seal());
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(DropCause.BadTag, receiver.Open(bad));
        }

        Assert.Equal(DropCause.None, receiver.Open(sender.Seal()));
    }

    // 5.1: timestamps sent never run backwards within an epoch: they hold until the clock has caught up.
    [Fact]
    public void Timestamps_hold_while_the_clock_is_behind_and_are_not_held_across_epochs()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        Assert.Equal(5000u, EpochRig.TimestampOf(sender.Seal(5000)));
        Assert.Equal(5000u, EpochRig.TimestampOf(sender.Seal(3000)));
        Assert.Equal(5000u, EpochRig.TimestampOf(sender.SealNotice(4000)));
        Assert.Equal(5001u, EpochRig.TimestampOf(sender.Seal(5001)));
        Epoch old = sender.Epochs.Current;
        sender.Epochs.SwitchAsRequester(EpochRig.MakeEpoch(1), 0);
        Assert.Equal(100u, EpochRig.TimestampOf(sender.Seal(100)));

        // An answer goes under its request's epoch, which may be the old one.
        Assert.Equal(5001u, EpochRig.TimestampOf(sender.Seal(200, old)));
        Assert.Equal(150u, EpochRig.TimestampOf(sender.Seal(150)));
    }

    [Fact]
    public void Timestamps_go_on_where_32_bits_wrap()
    {
        PacketProtection sender = EpochRig.MakeProtection(true);
        Assert.Equal(uint.MaxValue, EpochRig.TimestampOf(sender.Seal(uint.MaxValue)));
        Assert.Equal(3u, EpochRig.TimestampOf(sender.Seal((1L << 32) + 3)));
        Assert.Equal(3u, EpochRig.TimestampOf(sender.Seal(uint.MaxValue)));
    }

    // 9.4: an end holds one key pair ready.
    [Fact]
    public void One_key_pair_is_made_at_a_time_and_handed_out_once()
    {
        var reserve = new KeyReserve();
        KeyJob job = reserve.PollJob();
        Assert.True(job.IsGeneration);
        Assert.Null(reserve.PollJob());
        Assert.Null(reserve.Take());
        job.Run(EpochRig.Crypto);
        reserve.Complete(job);
        Assert.True(reserve.IsReady);
        Assert.Null(reserve.PollJob());
        Assert.NotNull(reserve.Take());
        Assert.Null(reserve.Take());
        Assert.NotNull(reserve.PollJob());
    }
}
