using System.Buffers.Binary;
using System.Numerics;
using Hoplink.Peer.Chaos;

namespace Hoplink.Peer.Tests;

public sealed class ImpairmentTests
{
    private const int Many = 20_000;
    private const int Enough = 100_000;
    private const int Size = 40;

    /// <summary>Six standard deviations: a right share fails once in 500 million.</summary>
    private const double Sigmas = 6;

    [Fact]
    public void Without_settings_everything_passes_at_once_and_in_order()
    {
        List<Exit> exits = Run(new ImpairmentSettings(), seed: 1, count: 100);

        Assert.Equal(Enumerable.Range(0, 100), exits.Select(exit => exit.Number));
        Assert.All(exits, exit => Assert.Equal(exit.Number * 1000L, exit.At));
        Assert.All(exits, exit => Assert.Equal(0, exit.FlippedBits));
    }

    [Theory]
    [InlineData(1, 2008)]
    [InlineData(2, 1958)]
    public void Loss_is_the_same_for_the_same_seed(ulong seed, int expected)
    {
        Impairment impairment = Make(new ImpairmentSettings { LossPercent = 10 }, seed);
        Offer(impairment, Many);

        Assert.Equal(expected, impairment.Counters.Lost);
    }

    [Fact]
    public void Shares_are_what_was_asked_for()
    {
        for (ulong seed = 100; seed < 120; seed++)
        {
            var settings = new ImpairmentSettings { LossPercent = 10, DuplicatePercent = 3, ReorderPercent = 25, CorruptPercent = 0.5 };
            Impairment impairment = Make(settings, seed);
            Offer(impairment, Many);

            AssertShare(impairment.Counters.Lost, Many, 0.10, seed);
            long rest = Many - impairment.Counters.Lost;
            AssertShare(impairment.Counters.Duplicated, rest, 0.03, seed);
            AssertShare(impairment.Counters.Reordered, rest, 0.25, seed);
            AssertShare(impairment.Counters.Corrupted, rest, 0.005, seed);
        }
    }

    [Fact]
    public void A_hundred_percent_leaves_nothing_out()
    {
        Assert.Empty(Run(new ImpairmentSettings { LossPercent = 100 }, seed: 3, count: 1000));
        Assert.Equal(2000, Run(new ImpairmentSettings { DuplicatePercent = 100 }, seed: 3, count: 1000).Count);
        Assert.DoesNotContain(Run(new ImpairmentSettings { CorruptPercent = 100 }, seed: 3, count: 1000), exit => exit.FlippedBits == 0);
    }

    [Fact]
    public void One_setting_does_not_change_what_chance_decides_for_another()
    {
        var alone = new ImpairmentSettings { LossPercent = 20 };
        var together = alone with { DelayMs = 10, JitterMs = 30, ReorderPercent = 20, CorruptPercent = 50 };

        IEnumerable<int> survivors = Run(alone, seed: 9, count: 2000).Select(exit => exit.Number);
        IEnumerable<int> survivorsTogether = Run(together, seed: 9, count: 2000).Select(exit => exit.Number).Order();

        Assert.Equal(survivors, survivorsTogether);
    }

    [Fact]
    public void Corruption_flips_one_to_three_bits_of_the_datagram_and_none_of_its_twin()
    {
        List<Exit> exits = Run(new ImpairmentSettings { CorruptPercent = 100 }, seed: 5, count: 1000);
        Assert.All(exits, exit => Assert.InRange(exit.FlippedBits, 1, 3));
        Assert.Equal(3, exits.Select(exit => exit.FlippedBits).Distinct().Count());

        List<Exit> twins = Run(new ImpairmentSettings { CorruptPercent = 100, DuplicatePercent = 100 }, seed: 5, count: 1000);
        Assert.Equal(1000, twins.Count(exit => exit.FlippedBits == 0));
    }

    [Fact]
    public void A_constant_delay_keeps_the_order()
    {
        List<Exit> exits = Run(new ImpairmentSettings { DelayMs = 70 }, seed: 1, count: 500);

        Assert.Equal(Enumerable.Range(0, 500), exits.Select(exit => exit.Number));
        Assert.All(exits, exit => Assert.Equal((exit.Number * 1000L) + 70_000, exit.At));
    }

    [Fact]
    public void Jitter_adds_up_to_its_limit()
    {
        List<Exit> exits = Run(new ImpairmentSettings { DelayMs = 50, JitterMs = 20 }, seed: 4, count: 2000);

        long[] delays = [.. exits.Select(exit => exit.At - (exit.Number * 1000L))];
        Assert.All(delays, delay => Assert.InRange(delay, 50_000, 70_000));
        Assert.True(delays.Min() < 51_000 && delays.Max() > 69_000);
        Assert.Equal(2000, exits.Select(exit => exit.Number).Distinct().Count());
    }

    [Fact]
    public void A_reordered_datagram_is_overtaken()
    {
        List<Exit> exits = Run(new ImpairmentSettings { ReorderPercent = 5 }, seed: 4, count: 2000);

        Assert.Equal(2000, exits.Select(exit => exit.Number).Distinct().Count());
        Exit[] late = [.. exits.Where(exit => exit.At != exit.Number * 1000L)];
        Assert.NotEmpty(late);
        Assert.All(late, exit => Assert.InRange(
            exit.At - (exit.Number * 1000L), Impairment.MinHoldMicros, Impairment.MaxHoldMicros));

        // Datagrams come every millisecond, so whatever is held back meets at least nine that overtake it.
        Exit overtaken = late[0];
        int place = exits.IndexOf(overtaken);
        Assert.True(exits.Take(place).Count(exit => exit.Number > overtaken.Number) >= 9);
    }

    [Fact]
    public void A_blackout_loses_everything_from_its_begin_to_its_end()
    {
        Impairment impairment = Make(new ImpairmentSettings(), seed: 1);
        impairment.AddBlackout(10_000, 20_000);
        impairment.AddBlackout(15_000, 30_000);

        List<Exit> exits = Drive(impairment, 50);

        Assert.Equal(Enumerable.Range(0, 10).Concat(Enumerable.Range(30, 20)), exits.Select(exit => exit.Number));
        Assert.Equal(20, impairment.Counters.Blackout);
    }

    [Fact]
    public void A_blackout_does_not_shift_later_decisions()
    {
        var settings = new ImpairmentSettings { LossPercent = 30 };
        Impairment dark = Make(settings, seed: 8);
        dark.AddBlackout(0, 100_000);

        IEnumerable<int> after = Drive(dark, 1000).Select(exit => exit.Number);

        Assert.Equal(Run(settings, seed: 8, count: 1000).Select(exit => exit.Number).Where(number => number >= 100), after);
    }

    [Fact]
    public void The_queue_is_bounded_and_what_it_drops_is_counted()
    {
        var impairment = new Impairment(1, queueLimit: 16) { Settings = new ImpairmentSettings { DelayMs = 1000 } };
        for (int i = 0; i < 100; i++)
        {
            impairment.Offer(Datagram(i), null, 0, i);
        }

        Assert.Equal(16, impairment.Queued);
        Assert.Equal(84, impairment.Counters.QueueFull);
        Assert.Equal(1_000_000, impairment.NextDue);
    }

    [Fact]
    public void Nothing_leaves_before_it_is_due()
    {
        Impairment impairment = Make(new ImpairmentSettings { DelayMs = 5 }, seed: 1);
        impairment.Offer(Datagram(0), null, 0, 100);

        Assert.Null(impairment.Take(5099));
        Assert.NotNull(impairment.Take(5100));
        Assert.Equal(long.MaxValue, impairment.NextDue);
    }

    [Fact]
    public void New_settings_hold_for_what_comes_later_only()
    {
        Impairment impairment = Make(new ImpairmentSettings { DelayMs = 5 }, seed: 1);
        impairment.Offer(Datagram(0), null, 0, 0);
        impairment.Settings = new ImpairmentSettings { DelayMs = 1 };
        impairment.Offer(Datagram(1), null, 0, 0);

        Assert.Equal(1, NumberOf(impairment.Take(1000)!));
        Assert.Null(impairment.Take(4999));
        Assert.Equal(0, NumberOf(impairment.Take(5000)!));
    }

    [Fact]
    public void A_datagram_keeps_its_flow_port_and_length()
    {
        Impairment impairment = Make(new ImpairmentSettings { DuplicatePercent = 100 }, seed: 1);
        object flow = new();
        impairment.Offer(Datagram(7), flow, 40100, 0);

        for (int i = 0; i < 2; i++)
        {
            DelayedDatagram datagram = impairment.Take(0)!;
            Assert.Same(flow, datagram.Flow);
            Assert.Equal(40100, datagram.Port);
            Assert.Equal(Datagram(7), datagram.Buffer.AsSpan(0, datagram.Count).ToArray());
        }
    }

    [Fact]
    public void Once_warm_it_allocates_nothing()
    {
        // As many are under way at all times, so the pool has its size after the first second.
        Impairment impairment = Make(new ImpairmentSettings { DelayMs = 20, DuplicatePercent = 100, CorruptPercent = 50 }, seed: 1);
        byte[] datagram = Datagram(1);
        Churn(impairment, datagram, 0, Enough);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Churn(impairment, datagram, Enough, Enough);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Churn(Impairment impairment, byte[] datagram, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            long now = i * 1000L;
            impairment.Offer(datagram, null, 0, now);
            while (impairment.Take(now) is { } taken)
            {
                impairment.Return(taken, isSent: true);
            }
        }
    }

    private static void AssertShare(long counted, long of, double share, ulong seed)
    {
        double deviation = Math.Sqrt(of * share * (1 - share));
        Assert.True(
            Math.Abs(counted - (of * share)) < Sigmas * deviation, $"seed {seed}: {counted} of {of}, expected a share of {share}");
    }

    private static Impairment Make(ImpairmentSettings settings, ulong seed)
    {
        return new Impairment(seed, queueLimit: 10 * Many) { Settings = settings };
    }

    private static List<Exit> Run(ImpairmentSettings settings, ulong seed, int count)
    {
        return Drive(Make(settings, seed), count);
    }

    /// <summary>Offers a datagram each millisecond and collects what comes out, until nothing is under way.</summary>
    private static List<Exit> Drive(Impairment impairment, int count)
    {
        var exits = new List<Exit>();
        for (int i = 0; i < count; i++)
        {
            Collect(impairment, (i * 1000L) - 1, exits);
            impairment.Offer(Datagram(i), null, 0, i * 1000L);
        }

        Collect(impairment, long.MaxValue - 1, exits);
        return exits;
    }

    private static void Offer(Impairment impairment, int count)
    {
        for (int i = 0; i < count; i++)
        {
            impairment.Offer(Datagram(i), null, 0, i);
        }
    }

    private static void Collect(Impairment impairment, long until, List<Exit> exits)
    {
        while (impairment.NextDue <= until)
        {
            long at = impairment.NextDue;
            DelayedDatagram datagram = impairment.Take(at)!;
            exits.Add(new Exit(NumberOf(datagram), at, FlippedBits(datagram)));
            impairment.Return(datagram, isSent: true);
        }
    }

    /// <summary>A datagram that says its number ten times over, so that three flipped bits do not hide it.</summary>
    private static byte[] Datagram(int number)
    {
        var bytes = new byte[Size];
        for (int i = 0; i < Size; i += sizeof(int))
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i), number);
        }

        return bytes;
    }

    private static int NumberOf(DelayedDatagram datagram)
    {
        return Enumerable.Range(0, Size / sizeof(int))
            .GroupBy(i => BinaryPrimitives.ReadInt32BigEndian(datagram.Buffer.AsSpan(i * sizeof(int))))
            .MaxBy(group => group.Count())!.Key;
    }

    private static int FlippedBits(DelayedDatagram datagram)
    {
        byte[] sent = Datagram(NumberOf(datagram));
        return sent.Select((value, i) => BitOperations.PopCount((uint)(value ^ datagram.Buffer[i]))).Sum();
    }

    private readonly record struct Exit(int Number, long At, int FlippedBits);
}
