namespace Hoplink.Tests.Simulation;

public sealed class LaneTests : SimulationTest
{
    private const long Interval = World.Millisecond;

    private static readonly SimEndpoint _there = new(SimEndpoint.Address(10, 0, 0, 2), 2000);

    [Fact]
    public void An_untouched_lane_delivers_everything_after_its_delay()
    {
        List<Arrival> arrivals = Send(100, lane => lane.Delay = 12_345);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => new Arrival(i, 12_345, true)), arrivals);
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(2, 0.5)]
    [InlineData(3, 0.9)]
    public void Independent_loss_takes_its_share_and_runs_in_no_bursts(ulong seed, double loss)
    {
        const int Count = 20_000;
        List<Arrival> arrivals = Send(Count, lane => lane.Loss = loss, seed);
        Assert.InRange(1 - arrivals.Count / (double)Count, loss - 0.015, loss + 0.015);
        Assert.InRange(MeanGap(arrivals, Count), 0.93 / (1 - loss), 1.07 / (1 - loss));
    }

    [Theory]
    [InlineData(1, 0.1, 5)]
    [InlineData(2, 0.3, 20)]
    public void Burst_loss_takes_its_share_in_runs_of_its_mean_length(ulong seed, double rate, double length)
    {
        const int Count = 40_000;
        List<Arrival> arrivals = Send(Count, lane => lane.SetBurstLoss(rate, length), seed);
        Assert.InRange(1 - arrivals.Count / (double)Count, rate * 0.85, rate * 1.15);
        Assert.InRange(MeanGap(arrivals, Count), length * 0.85, length * 1.15);
    }

    [Fact]
    public void Uniform_jitter_spreads_evenly_and_reorders()
    {
        List<Arrival> arrivals = Send(20_000, lane => lane.Jitter = Jitter.Uniform(10_000));
        Assert.All(arrivals, a => Assert.InRange(a.Latency, 10_000, 20_000));
        Assert.InRange(arrivals.Average(a => a.Latency), 14_900, 15_100);
        Assert.NotEqual(arrivals.Order(), arrivals);
    }

    [Fact]
    public void Heavy_tailed_jitter_is_mostly_small_and_sometimes_at_its_limit()
    {
        List<Arrival> arrivals = Send(20_000, lane => lane.Jitter = Jitter.HeavyTail(2_000, 300_000));
        Assert.All(arrivals, a => Assert.InRange(a.Latency, 10_000, 310_000));
        Assert.InRange(arrivals.Count(a => a.Latency < 11_180) / 20_000.0, 0.47, 0.53);
        Assert.InRange(arrivals.Count(a => a.Latency == 310_000), 1, 60);
    }

    [Fact]
    public void A_lane_that_keeps_order_delays_without_reordering()
    {
        List<Arrival> arrivals = Send(2_000, lane =>
        {
            lane.Jitter = Jitter.Uniform(10_000);
            lane.KeepOrder = true;
        });
        Assert.Equal(arrivals.OrderBy(a => a.Index), arrivals);
        Assert.True(arrivals.Select(a => a.Latency).Distinct().Count() > 1000);
    }

    [Fact]
    public void Duplication_delivers_its_share_twice()
    {
        List<Arrival> arrivals = Send(10_000, lane => lane.Duplication = 0.2);
        int[] counts = arrivals.GroupBy(a => a.Index).Select(g => g.Count()).ToArray();
        Assert.Equal(10_000, counts.Length);
        Assert.InRange(counts.Count(c => c == 2), 1_850, 2_150);
        Assert.Equal(2, counts.Max());
    }

    [Fact]
    public void Reordering_holds_its_share_up()
    {
        List<Arrival> arrivals = Send(10_000, lane =>
        {
            lane.Reordering = 0.3;
            lane.ReorderingDelay = 7_000;
        });
        Assert.InRange(arrivals.Count(a => a.Latency == 17_000), 2_850, 3_150);
        Assert.All(arrivals, a => Assert.True(a.Latency is 10_000 or 17_000));
    }

    [Fact]
    public void Corruption_flips_one_to_three_bits_of_its_share()
    {
        World world = NewWorld(5);
        (TestNode here, TestNode there) = Nodes(world);
        world.Network.Lane(here, there).Corruption = 0.5;
        byte[] bytes = new byte[100];
        for (int i = 0; i < 2_000; i++)
        {
            here.Send(_there, bytes);
        }

        world.RunFor(World.Second);
        int[] flips = there.Arrivals.Select(a => a.Packet.Bytes.Sum(b => int.PopCount(b))).ToArray();
        Assert.InRange(flips.Count(f => f > 0), 900, 1_100);
        Assert.Equal([0, 1, 2, 3], flips.Distinct().Order());
        Assert.All(bytes, b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_blackhole_swallows_what_is_sent_while_it_is_open()
    {
        List<Arrival> arrivals = Send(100, lane => lane.BlackholeBetween(20 * Interval, 50 * Interval));
        Assert.Equal(Enumerable.Range(0, 20).Concat(Enumerable.Range(50, 50)), arrivals.Select(a => a.Index));
        Assert.Empty(Send(10, lane => lane.Blackhole = true));
    }

    [Fact]
    public void A_narrow_line_spaces_datagrams_and_drops_what_its_queue_cannot_hold()
    {
        // 200 bytes with headers at 100 KB/s are 2 ms each, twice as long as the interval; four of them fit the queue.
        List<Arrival> arrivals = Send(
            100,
            lane =>
            {
                lane.Delay = 0;
                lane.Bandwidth = 100_000;
                lane.QueueLimit = 800;
            },
            size: 200 - Lane.Overhead);
        Assert.Equal(2_000, arrivals[0].Latency);
        Assert.Equal(8_000, arrivals.Max(a => a.Latency));
        Assert.InRange(arrivals.Count, 51, 54);
        long[] times = arrivals.Select(a => a.Index * Interval + a.Latency).ToArray();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.Equal(2_000, pair.Second - pair.First));
    }

    [Fact]
    public void What_exceeds_the_MTU_is_lost()
    {
        Assert.Single(Send(1, lane => lane.Mtu = 1280, size: 1232));
        Assert.Empty(Send(1, lane => lane.Mtu = 1280, size: 1233));
    }

    [Fact]
    public void A_healed_lane_is_untouched_but_for_its_delay()
    {
        List<Arrival> arrivals = Send(200, lane =>
        {
            lane.Delay = 1;
            lane.Loss = lane.Duplication = lane.Corruption = lane.Reordering = 0.5;
            lane.Jitter = Jitter.Uniform(5);
            lane.SetBurstLoss(0.5, 5);
            lane.Blackhole = true;
            lane.BlackholeBetween(0, World.Hour);
            lane.Bandwidth = 1;
            lane.Mtu = 50;
            lane.Heal();
        });
        Assert.Equal(Enumerable.Range(0, 200).Select(i => new Arrival(i, 1, true)), arrivals);
    }

    [Fact]
    public void Directions_and_impairments_draw_by_themselves()
    {
        int[] alone = Send(1_000, lane => lane.Loss = 0.3).Select(a => a.Index).Order().ToArray();
        int[] together = Send(1_000, lane =>
        {
            lane.Loss = 0.3;
            lane.Jitter = Jitter.Uniform(5_000);
            lane.Reordering = 0.5;
        }).Select(a => a.Index).Order().ToArray();
        Assert.Equal(alone, together);
        Assert.NotEqual(alone, Send(1_000, lane => lane.Loss = 0.3, seed: 2).Select(a => a.Index));

        List<Arrival> jittered = Send(1_000, lane => lane.Jitter = Jitter.Uniform(5_000));
        List<Arrival> doubled = Send(1_000, lane =>
        {
            lane.Jitter = Jitter.Uniform(5_000);
            lane.Duplication = 0.5;
        });
        Assert.Subset(doubled.ToHashSet(), jittered.ToHashSet());
    }

    /// <summary>Sends numbered datagrams, one each interval, over a lane.</summary>
    private List<Arrival> Send(int count, Action<Lane> configure, ulong seed = 1, int size = 100)
    {
        World world = NewWorld(seed);
        (TestNode here, TestNode there) = Nodes(world);
        configure(world.Network.Lane(here, there));
        for (int i = 0; i < count; i++)
        {
            int index = i;
            world.At(i * Interval, () => here.Send(_there, Numbered(index, size)));
        }

        world.RunFor(count * Interval + World.Minute);
        return there.Arrivals.Select(a => Arrival.Of(a.At, a.Packet)).ToList();
    }

    private static (TestNode Here, TestNode There) Nodes(World world)
    {
        return (new TestNode(world, "here", SimEndpoint.Address(10, 0, 0, 1)), new TestNode(world, "there", _there.Host));
    }

    private static byte[] Numbered(int index, int size)
    {
        byte[] bytes = new byte[size];
        BitConverter.TryWriteBytes(bytes, index);
        return bytes;
    }

    /// <summary>How many datagrams are lost in a row on average, where any are.</summary>
    private static double MeanGap(List<Arrival> arrivals, int count)
    {
        int[] indexes = [-1, .. arrivals.Select(a => a.Index).Order(), count];
        return indexes.Zip(indexes.Skip(1)).Select(p => p.Second - p.First - 1).Where(gap => gap > 0).Average();
    }

    private readonly record struct Arrival(int Index, long Latency, bool IsIntact) : IComparable<Arrival>
    {
        public static Arrival Of(long at, Packet packet)
        {
            int index = BitConverter.ToInt32(packet.Bytes);
            return new Arrival(index, at - packet.SentAt, packet.Bytes.AsSpan().SequenceEqual(Numbered(index, packet.Bytes.Length)));
        }

        public int CompareTo(Arrival other) => Index.CompareTo(other.Index);
    }
}
