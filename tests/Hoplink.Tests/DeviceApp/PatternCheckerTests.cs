using CsCheck;
using Hoplink.Device.Patterns;

namespace Hoplink.Tests.Device;

public sealed class PatternCheckerTests
{
    private const int Size = 24;

    [Fact]
    public void A_stream_in_order_is_clean()
    {
        PatternChecker checker = Feed(false, 0, 1, 2, 3);

        Assert.True(checker.IsClean);
        Assert.Equal(4, checker.Received);
    }

    [Fact]
    public void What_is_passed_over_is_lost_until_it_comes()
    {
        PatternChecker checker = Feed(false, 0, 3);
        Assert.Equal(2, checker.Lost);

        Add(checker, 2);

        Assert.Equal(1, checker.Lost);
        Assert.Equal(1, checker.OutOfOrder);
        Assert.Equal(3, checker.Received);
        Assert.Equal(0, checker.Duplicated);
    }

    [Fact]
    public void A_repetition_is_duplicated_whether_it_came_in_order_or_late()
    {
        PatternChecker checker = Feed(false, 0, 2, 1, 1, 2, 0);

        Assert.Equal(3, checker.Duplicated);
        Assert.Equal(3, checker.Received);
        Assert.Equal(1, checker.OutOfOrder);
    }

    [Fact]
    public void A_stream_that_was_already_running_has_lost_nothing_before_its_first()
    {
        PatternChecker running = Feed(true, 500, 501);
        Assert.True(running.IsClean);

        Assert.Equal(500, Feed(false, 500, 501).Lost);
    }

    [Fact]
    public void What_lies_before_the_first_of_a_running_stream_makes_up_for_no_loss()
    {
        PatternChecker checker = Feed(true, 500, 502, 499);

        Assert.Equal(1, checker.Lost);
        Assert.Equal(1, checker.OutOfOrder);
    }

    [Fact]
    public void Every_changed_byte_is_seen()
    {
        for (int i = 0; i < Size; i++)
        {
            byte[] message = Pattern(77);
            message[i] ^= 0x10;
            var checker = new PatternChecker(true);

            bool taken = checker.Check(message, 0, Size);

            Assert.Equal(i != 0, taken);
            Assert.Equal(i == 0 ? 0 : 1, checker.Damaged);
            Assert.Equal(0, checker.Received);
        }
    }

    [Fact]
    public void A_message_that_was_cut_below_its_index_is_no_test_pattern()
    {
        Assert.False(new PatternChecker(false).Check(Pattern(0), 0, TestPattern.MinSize - 1));
    }

    [Fact]
    public void A_message_is_read_where_it_stands()
    {
        byte[] buffer = new byte[Size + 9];
        Pattern(5).CopyTo(buffer, 9);
        var checker = new PatternChecker(true);

        Assert.True(checker.Check(buffer, 9, Size));
        Assert.Equal(1, checker.Received);
    }

    [Fact]
    public void Indexes_beyond_what_is_remembered_count_as_duplicated()
    {
        PatternChecker checker = Feed(false, 0, PatternChecker.Memory, 1);

        Assert.Equal(0, checker.Duplicated);
        Assert.Equal(1, checker.OutOfOrder);

        checker = Feed(false, 0, PatternChecker.Memory + 1, 1);

        Assert.Equal(1, checker.Duplicated);
        Assert.Equal(0, checker.OutOfOrder);
    }

    [Fact]
    public void Reset_begins_a_new_stream()
    {
        PatternChecker checker = Feed(false, 0, 0, 4, 2);

        checker.Reset();
        Add(checker, 0);

        Assert.True(checker.IsClean);
        Assert.Equal(1, checker.Received);
    }

    [Fact]
    public void Any_order_within_the_memory_counts_as_a_plain_set_does()
    {
        Gen.UInt[0, PatternChecker.Memory - 1].Array[1, 400].Sample(indexes =>
        {
            var seen = new HashSet<uint>();
            long next = 0;
            int late = 0;
            foreach (uint index in indexes)
            {
                bool isNew = seen.Add(index);
                late += isNew && index < next ? 1 : 0;
                next = Math.Max(next, index + 1L);
            }

            PatternChecker checker = Feed(false, indexes);

            return checker.Received == seen.Count && checker.Duplicated == indexes.Length - seen.Count
                && checker.Lost == next - seen.Count && checker.OutOfOrder == late;
        });
    }

    [Fact]
    public void A_pattern_neither_below_its_least_size_nor_beyond_the_buffer_can_be_made()
    {
        Assert.Throws<ArgumentException>(() => TestPattern.Write(new byte[64], 0, TestPattern.MinSize - 1));
        Assert.Throws<ArgumentException>(() => TestPattern.Write(new byte[64], 0, 65));
    }

    private static PatternChecker Feed(bool fromFirstSeen, params uint[] indexes)
    {
        var checker = new PatternChecker(fromFirstSeen);
        foreach (uint index in indexes)
        {
            Add(checker, index);
        }

        return checker;
    }

    private static void Add(PatternChecker checker, uint index)
    {
        Assert.True(checker.Check(Pattern(index), 0, Size));
    }

    private static byte[] Pattern(uint index)
    {
        byte[] message = new byte[Size];
        TestPattern.Write(message, index, Size);
        return message;
    }
}
