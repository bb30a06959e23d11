namespace Hoplink.Proof.Orders;

/// <summary>
/// Every combination of fates of an exchange's first seven datagrams. One class for each scenario, so that they run in parallel. If a
/// combination fails, <see cref="ReplayTests"/> repeats it.
/// </summary>
public abstract class EveryOrderTest
{
    private protected abstract OrderScenario Scenario { get; }

    [Fact]
    public void Every_combination_ends_live_and_agreeing()
    {
        var explorer = new OrderExplorer(Scenario);
        explorer.Explore(TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Scenario.Name}: {explorer.Combinations} combinations in {explorer.Runs} runs; at rest after {Seconds(explorer.SlowestRest)} at most, "
            + $"a message then takes {Seconds(explorer.SlowestFlow)} at most");
        Assert.Equal(78_125, explorer.Combinations);
    }

    [Fact]
    public void Undisturbed_it_climbs_the_rungs_that_it_is_about()
    {
        var run = new OrderRun(Scenario, new Combination(0), new MemoCrypto.Memory().Create);
        run.Play();
        Assert.Equal(Scenario.DeviceRungs, run.Pair.Device.Events.Rungs(run.Disorder.BeganAt));
        Assert.Equal(Scenario.PeerRungs, run.Pair.Peer.Events.Rungs(run.Disorder.BeganAt));
    }

    private static string Seconds((long Micros, string Word) slowest) => $"{slowest.Micros / 1e6:F3} s ({slowest.Word})";
}
