using Hoplink.Simulation.Campaigns;

namespace Hoplink.Tests.Simulation.Campaigns;

/// <summary>What each preset does to a link.</summary>
public sealed class PresetTests
{
    [Theory]
    [InlineData("loss-2", 0.02, 0, 0)]
    [InlineData("corrupt-2", 0, 0.02, 0)]
    [InlineData("corrupt-30", 0, 0.30, 0)]
    [InlineData("jitter-577", 0, 0, 577)]
    public void Faults_have_the_strength_that_the_preset_is_named_after(string name, double loss, double corruption, long jitterMs)
    {
        Pair s = Under(name);
        s.EachWay(lane =>
        {
            Assert.Equal((loss, corruption), (lane.Loss, lane.Corruption));
            Assert.Equal(Jitter.Uniform(jitterMs * World.Millisecond), lane.Jitter);
        });
    }

    [Fact]
    public void Thirty_percent_are_lost_in_bursts_of_three()
    {
        Pair s = Under("loss-30-bursts");
        var lost = new List<bool>();
        var arrivals = new List<long>();
        for (int i = 0; i < 100_000; i++)
        {
            arrivals.Clear();
            lost.Add(s.Up.Carry(AnyPacket(s), arrivals) != null);
        }

        int bursts = lost.Where((isLost, i) => isLost && (i == 0 || !lost[i - 1])).Count();
        Assert.InRange(lost.Count(isLost => isLost) / 1e5, 0.28, 0.32);
        Assert.InRange(lost.Count(isLost => isLost) / (double)bursts, 2.8, 3.2);
    }

    [Fact]
    public void Nothing_comes_through_for_five_seconds_of_every_seven()
    {
        Pair s = Under("blackhole");
        long start = s.World.Now;
        s.World.RunFor(4999 * World.Millisecond);
        Assert.True(IsDark(s));
        s.World.RunFor(2 * World.Millisecond);
        Assert.False(IsDark(s));
        s.World.RunFor(1998 * World.Millisecond);
        Assert.False(IsDark(s));
        s.World.RunFor(2 * World.Millisecond);
        Assert.True(IsDark(s));
        Assert.Equal(7001 * World.Millisecond, s.World.Now - start);
    }

    [Theory]
    [InlineData("delay-15", 15)]
    [InlineData("delay-750", 750)]
    public void The_delay_is_that_of_each_way(string name, long ms) => Assert.Equal(ms * World.Millisecond, Preset.Find(name)!.DelayMicros);

    [Fact]
    public void Presets_are_those_that_are_promised()
    {
        Assert.Equal(
            [
                "clean", "loss-2", "loss-30-bursts", "corrupt-2", "corrupt-30", "delay-15", "delay-750", "jitter-577", "blackhole",
                "rebinding", "drift", "clock-jumps", "device-restart", "peer-restart", "both-restart", "slow-device", "everything",
            ],
            Preset.All.Select(preset => preset.Name));
        Impairment all = Enum.GetValues<Impairment>().Aggregate((set, next) => set | next);
        Assert.Equal(all, Preset.Find("everything")!.Impairments);
    }

    [Fact]
    public void Half_of_the_episodes_of_everything_have_all_of_it_at_once()
    {
        Preset everything = Preset.Find("everything")!;
        Impairment comesAndGoes = everything.Impairments & ~Preset.Standing;
        int whole = Enumerable.Range(0, 1000).Count(i => Episode.Draw(everything, 1, i, Narrowing.None).Impairments == comesAndGoes);
        Assert.InRange(whole, 450, 550);
    }

    /// <summary>A pair in the first instant of an episode's faults.</summary>
    private static Pair Under(string name)
    {
        Preset preset = Preset.Find(name)!;
        Pair s = new(1);
        new Faults(s, preset, new Episode(0, preset.Impairments, 0, World.Minute, 0)).Start();
        return s;
    }

    private static bool IsDark(Pair s) => s.Up.Carry(AnyPacket(s), []) != null && s.Down.Carry(AnyPacket(s), []) != null;

    private static Packet AnyPacket(Pair s)
    {
        return new Packet(1, s.Device, default, default, new byte[60], s.World.Now);
    }
}
