using CsCheck;
using Hoplink.Delivery;

namespace Hoplink.Tests.Delivery;

public sealed class ReplayWindowTests
{
    private const long Second = 1_000_000;

    private static readonly Gen<int> _genStep = Gen.Frequency(
        (6, Gen.Int[1, 3]),
        (4, Gen.Int[-40, 0]),
        (2, Gen.Int[-1030, -1018]),
        (2, Gen.Int[-1100, 0]),
        (1, Gen.Int[1, 1100]),
        (1, Gen.Int[1020, 1028]),
        (1, Gen.Int[-2100, -1020]),
        (1, Gen.Int[-ReplayWindow.FarDistance, ReplayWindow.FarDistance]));

    private static readonly Gen<long> _genPause = Gen.Frequency(
        (8, Gen.Long[0, 50_000]), (2, Gen.Long[0, 3 * Second]), (1, Gen.Long[0, 20 * Second]));

    private static readonly Gen<(int Ahead, int Prefix, long Pause)[]> _genSteps =
        Gen.Select(_genStep, Gen.Int[0, 2], _genPause).Array[1, 150];

    [Fact]
    public void It_judges_as_a_complete_memory_would()
    {
        (from first in Gen.Frequency((1, Gen.UInt), (2, Gen.UInt[0, 2000]), (2, Gen.UInt[uint.MaxValue - 2000, uint.MaxValue]))
         from start in Gen.Long[0, 1L << 45]
         from steps in _genSteps
         select (first, start, steps)).Sample(x =>
         {
             ReplayWindow window = new();
             Model model = new();
             long now = x.start;
             uint number = x.first;
             foreach ((int ahead, int prefix, long pause) in x.steps)
             {
                 now += pause;
                 Assert.Contains(window.Accept(number, (ushort)prefix, now), model.Accept(number, (ushort)prefix, now));
                 Assert.Equal(model.Newest, window.Newest);
                 number = unchecked(window.Newest + (uint)ahead);
             }
         }, iter: 1500);
    }

    [Fact]
    public void Of_1024_numbers_that_came_in_any_order_each_is_fresh_once()
    {
        (from first in Gen.UInt from order in Gen.Shuffle(Enumerable.Range(0, 1024).ToArray()) select (first, order))
            .Sample((first, order) =>
            {
                ReplayWindow window = new();
                Assert.All(order, i => Assert.Equal(ReplayVerdict.Fresh, window.Accept(unchecked(first + (uint)i), 7, 0)));
                Assert.All(order, i => Assert.Equal(ReplayVerdict.Repeated, window.Accept(unchecked(first + (uint)i), 7, 0)));
            }, iter: 20);
    }

    [Fact]
    public void It_starts_at_the_first_number_and_takes_those_that_were_overtaken()
    {
        ReplayWindow window = new();
        Assert.False(window.Started);
        Assert.Equal(ReplayVerdict.Fresh, window.Accept(5000, 1, 0));
        Assert.True(window.Started);
        Assert.Equal(5000u, window.Newest);
        Assert.Equal(ReplayVerdict.Fresh, window.Accept(5000 - 1023, 1, 0));
        Assert.Equal(ReplayVerdict.TooOld, window.Accept(5000 - 1024, 1, 0));
    }

    [Fact]
    public void The_same_number_with_another_tag_is_a_conflict_however_late()
    {
        ReplayWindow window = new();
        window.Accept(10, 0x1234, 0);
        Assert.Equal(ReplayVerdict.Conflict, window.Accept(10, 0x1235, 1));
        Assert.Equal(ReplayVerdict.Repeated, window.Accept(10, 0x1234, 2));
        Assert.Equal(ReplayVerdict.Conflict, window.Accept(10, 0x1334, 100 * Second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    [InlineData(1_048_575)]
    [InlineData(1L << 44)]
    public void A_repeat_is_late_some_time_between_2_and_3_2_s_and_is_judged_by_the_first_arrival(long first)
    {
        ReplayWindow window = new();
        window.Accept(10, 1, first);
        for (long age = 0; age <= 2 * Second; age += 100_000)
        {
            window.Accept((uint)(11 + (age / 100_000)), 1, first + age);
            Assert.Equal(ReplayVerdict.Repeated, window.Accept(10, 1, first + age));
        }

        Assert.Equal(ReplayVerdict.RepeatedLate, window.Accept(10, 1, first + 3_200_000));
        Assert.Equal(ReplayVerdict.Repeated, window.Accept(31, 1, first + 3_200_000));
    }

    [Fact]
    public void After_a_silence_of_any_length_a_repeat_is_late()
    {
        foreach (long silence in new[] { 3_200_000, 10 * Second, 1L << 32, (1L << 32) + Second, 1L << 45 })
        {
            ReplayWindow window = new();
            window.Accept(10, 1, 0);
            Assert.Equal(ReplayVerdict.RepeatedLate, window.Accept(10, 1, silence));
        }
    }

    [Fact]
    public void A_number_that_takes_the_place_of_one_seen_long_ago_is_not_late_itself()
    {
        ReplayWindow window = new();
        window.Accept(10, 1, 0);
        window.Accept(10 + 1024, 1, 10 * Second);
        Assert.Equal(ReplayVerdict.Repeated, window.Accept(10 + 1024, 1, 11 * Second));
        Assert.Equal(ReplayVerdict.RepeatedLate, window.Accept(10 + 1024, 1, 14 * Second));
    }

    [Fact]
    public void Below_the_window_it_is_late_once_the_bottom_passed_2_s_ago()
    {
        ReplayWindow window = new();
        window.Accept(0, 1, 0);
        window.Accept(1024, 1, 10 * Second);
        Assert.Equal(ReplayVerdict.TooOld, window.Accept(0, 1, 12 * Second));
        Assert.Equal(ReplayVerdict.TooOldLate, window.Accept(0, 1, 14 * Second));

        // Moving on does not make it young again.
        window.Accept(5000, 1, 14 * Second);
        Assert.Equal(ReplayVerdict.TooOldLate, window.Accept(0, 1, 14 * Second));
        Assert.Equal(ReplayVerdict.TooOld, window.Accept(3000, 1, 14 * Second));
    }

    [Fact]
    public void What_is_below_the_first_number_is_not_late_for_2_s()
    {
        ReplayWindow window = new();
        window.Accept(5000, 1, 50 * Second);
        Assert.Equal(ReplayVerdict.TooOld, window.Accept(3000, 1, 52 * Second));
        Assert.Equal(ReplayVerdict.TooOldLate, window.Accept(3000, 1, 54 * Second));
    }

    [Theory]
    [InlineData(0, 65536, false)]
    [InlineData(0, 65537, true)]
    [InlineData(0, -65536, false)]
    [InlineData(0, -65537, true)]
    [InlineData(uint.MaxValue, 65536, false)]
    [InlineData(100, int.MinValue, true)]
    public void More_than_65536_away_is_far(uint newest, int distance, bool far)
    {
        ReplayWindow window = new();
        uint number = unchecked(newest + (uint)distance);
        Assert.False(window.IsFar(number));
        window.Accept(newest, 1, 0);
        Assert.Equal(far, window.IsFar(number));
    }

    /// <summary>Everything ever seen.</summary>
    private sealed class Model
    {
        private readonly Dictionary<uint, (ushort Prefix, long Time)> _seen = [];
        private readonly List<(uint Newest, long Time)> _tops = [];

        public uint Newest { get; private set; }

        /// <summary>The verdicts that would be right; two where the units of time leave it open.</summary>
        public ReplayVerdict[] Accept(uint number, ushort prefix, long now)
        {
            if (_tops.Count != 0 && unchecked((int)(number - Newest)) <= -1024)
            {
                long passed = _tops.First(t => unchecked((int)(t.Newest - number)) >= 1024).Time;
                return Verdicts(now - passed, ReplayVerdict.TooOld, ReplayVerdict.TooOldLate);
            }

            if (_seen.TryGetValue(number, out (ushort Prefix, long Time) first))
            {
                return first.Prefix != prefix ? [ReplayVerdict.Conflict]
                    : Verdicts(now - first.Time, ReplayVerdict.Repeated, ReplayVerdict.RepeatedLate);
            }

            if (_tops.Count == 0 || unchecked((int)(number - Newest)) > 0)
            {
                Newest = number;
                _tops.Add((number, now));

                // A number 2^32 ago is another number.
                foreach (uint old in _seen.Keys.Where(n => unchecked((int)(number - n)) is >= 1024 or < 0).ToArray())
                {
                    _seen.Remove(old);
                }
            }

            _seen[number] = (prefix, now);
            return [ReplayVerdict.Fresh];
        }

        private static ReplayVerdict[] Verdicts(long age, ReplayVerdict young, ReplayVerdict late)
        {
            return age <= 2 * Second ? [young] : age > 3_200_000 ? [late] : [young, late];
        }
    }
}
