using Hoplink.Fuzz;
using Hoplink.Fuzz.Ends;
using Hoplink.Fuzz.Targets;

namespace Hoplink.Proof.Fuzzing;

/// <summary>The fuzzing itself: that it reaches what it is to reach, says what it found, and repeats it.</summary>
public sealed class CampaignTests
{
    [Fact]
    public void The_corpus_has_genuine_datagrams_of_every_kind()
    {
        var seen = Corpus.Templates.Select(Kind).ToHashSet();
        Assert.Equal(Enum.GetValues<DatagramKind>().Except([DatagramKind.Malformed]).Order(), seen.Order());
        Assert.Contains(Corpus.Templates, t => Kind(t) == DatagramKind.Rst && t.Length == Wire.WireFormat.StatelessResetSize);
        Assert.Contains(Corpus.Templates, t => Kind(t) == DatagramKind.Rst && t.Length != Wire.WireFormat.StatelessResetSize);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void One_seed_makes_the_same_inputs_each_time(string name)
    {
        using FuzzTarget target = FuzzTargets.Create(name);
        Assert.Equal(target.Generate(new SimRandom(7), 50), target.Generate(new SimRandom(7), 50));
        Assert.NotEqual(target.Generate(new SimRandom(7), 50), target.Generate(new SimRandom(8), 50));
    }

    [Fact]
    public void About_half_of_the_datagrams_are_sealed()
    {
        using FuzzTarget target = FuzzTargets.Create(FuzzTargets.Device);
        var random = new SimRandom(1);
        Step[] steps = Enumerable.Range(0, 2000).SelectMany(_ => Script.Read(target.Generate(random, int.MaxValue)).Steps).ToArray();
        Assert.InRange(steps.Count(s => s.Options.HasFlag(StepOptions.Seal)) / (double)steps.Length, 0.4, 0.6);
    }

    [Fact]
    public void Every_field_that_may_change_without_a_tag_is_there()
    {
        Assert.Empty(DeepState.UnknownNames());
    }

    [Fact]
    public void A_fault_is_told_with_the_smallest_input_that_shows_it_and_how_to_play_it_again()
    {
        using var target = new Fragile();
        var failure = Assert.Throws<FuzzFailure>(() => Campaign.Run(target, 5, 1000));
        Assert.Contains("seed 5", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("replay fragile ff", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_campaign_runs_exactly_as_many_inputs_as_it_was_told()
    {
        using var target = new Fragile { IsSound = true };
        Assert.Equal(1001, Campaign.Run(target, 5, 1001));
        Assert.Equal(1001, target.Inputs);
    }

    [Fact]
    public void An_input_that_does_not_come_back_is_told()
    {
        using var told = new ManualResetEventSlim();
        string text = string.Empty;
        using var watchdog = new Watchdog("fragile", 5, TimeSpan.FromMilliseconds(60), said =>
        {
            text = said;
            told.Set();
        });
        using var target = new Fragile { IsSound = true, Running = () => told.Wait(TestContext.Current.CancellationToken) };
        Campaign.Run(target, 5, 1, watchdog);
        Assert.StartsWith("target fragile, seed 5: one input of 10 bytes takes longer than", text, StringComparison.Ordinal);
        string hex = Convert.ToHexStringLower(target.Generate(new SimRandom(5), 1));
        Assert.EndsWith("replay fragile " + hex, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_with_secrets_are_gone_after_the_last_input()
    {
        var target = new KeyFileTarget();
        Campaign.Run(target, 5, 3);
        Assert.NotEmpty(Directory.GetFiles(target.Folder));
        target.Dispose();
        Assert.False(Directory.Exists(target.Folder));
    }

    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    private static DatagramKind Kind(byte[] template) => (DatagramKind)((template[1] << 8) | template[2]);

    /// <summary>Breaks at any byte of 255; takes three inputs a file where there is room for them.</summary>
    private sealed class Fragile() : FuzzTarget("fragile")
    {
        public bool IsSound { get; init; }

        public int Inputs { get; private set; }

        public Action Running { get; init; } = () => { };

        public override int Run(byte[] file)
        {
            int inputs = file.Length / 10;
            Inputs += inputs;
            Running();
            return IsSound || !file.Contains((byte)255) ? inputs : throw new InvalidOperationException("255");
        }

        public override byte[] Generate(SimRandom random, int most) => random.Bytes(10 * Math.Min(most, 3));
    }
}
