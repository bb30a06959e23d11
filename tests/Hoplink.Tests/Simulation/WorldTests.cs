using CsCheck;

namespace Hoplink.Tests.Simulation;

public sealed class WorldTests : SimulationTest
{
    [Fact]
    public void Events_run_by_time_and_those_of_one_time_as_they_were_scheduled()
    {
        World world = NewWorld(1);
        var order = new List<(long, string)>();
        world.TimerAt(20, () => order.Add((world.Now, "timer")));
        world.At(20, () => order.Add((world.Now, "first")));
        world.At(10, () => order.Add((world.Now, "early")));
        world.At(20, () => order.Add((world.Now, "second")));
        world.RunFor(100);
        Assert.Equal([(10, "early"), (20, "first"), (20, "second"), (20, "timer")], order);
        Assert.Equal(100, world.Now);
    }

    [Fact]
    public void What_is_scheduled_in_the_past_runs_now()
    {
        World world = NewWorld(1);
        world.RunFor(50);
        long ranAt = -1;
        world.At(10, () => ranAt = world.Now);
        world.RunFor(1);
        Assert.Equal(50, ranAt);
    }

    [Fact]
    public void RunUntil_stops_at_the_event_that_fulfils_the_condition_or_at_the_limit()
    {
        World world = NewWorld(1);
        int ticks = 0;
        world.Every(10, () =>
        {
            ticks++;
            return true;
        });
        Assert.True(world.RunUntil(() => ticks == 3, 1000));
        Assert.Equal(30, world.Now);
        Assert.False(world.RunUntil(() => ticks == 1000, 100));
        Assert.Equal(130, world.Now);
        Assert.Equal(13, ticks);
    }

    [Fact]
    public void A_run_with_too_many_events_ends_with_the_seed()
    {
        World world = NewWorld(4711);
        world.EventLimit = 1000;
        world.Every(1, () => true);
        world.RunFor(1000);
        var e = Assert.Throws<SimulationException>(() => world.RunFor(1001));
        Assert.Equal("more than 1000 events in one run", e.What);
        Assert.Contains("seed 4711", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_in_which_time_stands_still_ends()
    {
        World world = NewWorld(1);
        world.Every(0, () => true);
        var e = Assert.Throws<SimulationException>(() => world.RunFor(1));
        Assert.Contains("time stands still", e.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_generator_does_not_depend_on_what_was_drawn_elsewhere()
    {
        var left = new SimRandom(7);
        var right = new SimRandom(7);
        right.NextULong();
        right.Split("other").NextULong();
        Assert.Equal(left.Split("part").Bytes(32), right.Split("part").Bytes(32));
        Assert.NotEqual(left.Split("part").Bytes(32), left.Split("parts").Bytes(32));
        Assert.NotEqual(left.Split("part").Bytes(32), new SimRandom(8).Split("part").Bytes(32));
    }

    [Fact]
    public void Draws_lie_in_their_range_and_fill_it()
    {
        var random = new SimRandom(3);
        long[] draws = Enumerable.Range(0, 10_000).Select(_ => random.Between(-2, 7)).ToArray();
        foreach (IGrouping<long, long> value in draws.GroupBy(d => d))
        {
            Assert.InRange(value.Key, -2, 7);
            Assert.InRange(value.Count(), 850, 1150);
        }

        Assert.Equal(10, draws.Distinct().Count());
        Assert.Equal(0, random.Below(0));
    }

    [Fact]
    public void A_clock_shows_a_time_at_the_world_time_it_gives_for_it_and_not_before()
    {
        Gen.Select(Gen.Int[-999_000, 3_000_000], Gen.Long[0, 40L * 365 * 24 * World.Hour], Gen.Long[0, World.Hour]).Sample(
            (drift, ahead, elapsed) =>
            {
                var world = new World(1);
                var clock = new SimClock(world, 12345);
                world.RunFor(777);
                clock.SetDrift(drift);
                world.RunFor(elapsed);
                long local = clock.Now + ahead;
                world.RunFor(clock.ToWorld(local) - 1 - world.Now);
                Assert.True(ahead == 0 || clock.Now < local);
                world.RunFor(1);
                Assert.True(clock.Now >= local);
            });
    }

    [Fact]
    public void A_clock_goes_on_from_where_it_is_when_its_rate_changes()
    {
        World world = NewWorld(1);
        var clock = new SimClock(world, 0);
        clock.SetDrift(100);
        world.RunFor(World.Hour);
        Assert.Equal(World.Hour + 360 * World.Millisecond, clock.Now);
        clock.SetDrift(-100);
        world.RunFor(World.Hour);
        Assert.Equal(2 * World.Hour, clock.Now);
        clock.Jump(5);
        Assert.Equal(2 * World.Hour + 5, clock.Now);
    }
}
