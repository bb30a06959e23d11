using CsCheck;
using Hoplink.Timing;

namespace Hoplink.Tests.Timing;

/// <summary>Gradual adjustment of the clock (10).</summary>
public sealed class AdjustmentQueueTests
{
    private const long Hop = 500_000;

    private static readonly Gen<long> _offsets = Gen.OneOf(Gen.Long[-5_000_000, 5_000_000], Gen.Long[-20_000, 20_000], Gen.Long[-60_000_000, 60_000_000]);

    [Fact]
    public void The_parts_add_up_to_the_offset_exactly()
    {
        _offsets.Sample(offset => Parts(offset, 0).Sum(p => p.Part) == offset);
    }

    // min(10, max(1, |offset| div 500))
    [Theory]
    [InlineData(0, 1)]
    [InlineData(9_999, 1)]
    [InlineData(10_000, 1)]
    [InlineData(999_999, 1)]
    [InlineData(1_000_000, 2)]
    [InlineData(1_499_999, 2)]
    [InlineData(1_500_000, 3)]
    [InlineData(4_999_999, 9)]
    [InlineData(5_000_000, 10)]
    [InlineData(5_500_000, 10)]
    [InlineData(90_000_000, 10)]
    public void An_offset_is_cut_into_one_part_for_each_hop_interval_up_to_ten(long offset, int parts)
    {
        Assert.Equal(parts, Parts(offset, 0).Count);
        Assert.Equal(parts, Parts(-offset, 0).Count);
    }

    [Fact]
    public void The_parts_are_equal_and_come_one_each_hop_interval_the_first_at_once()
    {
        Gen.Select(_offsets, Gen.Long[0, 1L << 50]).Sample((offset, now) =>
        {
            List<(long At, long Part)> parts = Parts(offset, now);
            return parts.Select((p, i) => p.At == now + (i * Hop)).All(fits => fits)
                && parts.Max(p => p.Part) - parts.Min(p => p.Part) <= 1;
        });
    }

    [Fact]
    public void What_remains_is_the_offset_less_what_was_taken()
    {
        var queue = new AdjustmentQueue();
        queue.Plan(-1_500_001, 0);
        Assert.Equal(-1_500_001, queue.Remaining);
        long taken = queue.TakePart();
        Assert.Equal(-1_500_001 - taken, queue.Remaining);
    }

    // D2: one hop interval or more still to come.
    [Theory]
    [InlineData(499_999, false)]
    [InlineData(500_000, true)]
    public void Ports_do_not_meet_while_a_hop_interval_or_more_is_pending(long offset, bool misses)
    {
        var queue = new AdjustmentQueue();
        Assert.False(queue.MissesPorts);
        queue.Plan(offset, 0);
        Assert.Equal(misses, queue.MissesPorts);
        queue.Plan(-offset, 0);
        Assert.Equal(misses, queue.MissesPorts);
    }

    [Fact]
    public void A_new_plan_takes_the_place_of_what_was_pending_and_clearing_drops_it()
    {
        var queue = new AdjustmentQueue();
        queue.Plan(5_000_000, 0);
        queue.TakePart();
        queue.Plan(1_000_000, 7);
        Assert.Equal(1_000_000, queue.Remaining);
        Assert.Equal(7, queue.NextAt);
        queue.Clear();
        Assert.Equal(0, queue.Remaining);
        Assert.Equal(TimerTable.Never, queue.NextAt);
    }

    private static List<(long At, long Part)> Parts(long offset, long now)
    {
        var queue = new AdjustmentQueue();
        queue.Plan(offset, now);
        List<(long, long)> parts = [];
        while (queue.NextAt != TimerTable.Never)
        {
            parts.Add((queue.NextAt, queue.TakePart()));
        }

        return parts;
    }
}
