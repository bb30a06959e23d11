using Hoplink.Fuzz;

namespace Hoplink.Proof.Fuzzing;

public sealed class RegressionTests
{
    public static TheoryData<string, string, string> Inputs => [.. Regressions.All];

    [Theory]
    [MemberData(nameof(Inputs))]
    public void What_fuzzing_has_found_stays_mended(string what, string target, string hex)
    {
        Exception? broken = Record.Exception(() => FuzzTargets.Create(target).Run(Convert.FromHexString(hex)));
        Assert.True(broken == null, $"{what}: {broken}");
    }
}
