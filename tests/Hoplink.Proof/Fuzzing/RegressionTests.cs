using Hoplink.Fuzz;

namespace Hoplink.Proof.Fuzzing;

public sealed class RegressionTests
{
    public static TheoryData<string, string, string> Inputs => [.. Regressions.All];

    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    // The same inputs each time: what one change breaks shows at that change.
    [Theory]
    [MemberData(nameof(Targets))]
    public void A_seed_that_stays_breaks_nothing(string target)
    {
        using FuzzTarget fuzzed = FuzzTargets.Create(target);
        Assert.Equal(2000, Campaign.Run(fuzzed, 1, 2000));
    }

    [Theory]
    [MemberData(nameof(Inputs))]
    public void What_fuzzing_has_found_stays_mended(string what, string target, string hex)
    {
        using FuzzTarget fuzzed = FuzzTargets.Create(target);
        Exception? broken = Record.Exception(() => fuzzed.Run(Convert.FromHexString(hex)));
        Assert.True(broken == null, $"{what}: {broken}");
    }
}
