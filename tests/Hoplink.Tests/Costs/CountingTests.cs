using System.Reflection;
using Hoplink.Benchmarks.Measures;
using Hoplink.Crypto;
using Hoplink.Tests.Crypto;

namespace Hoplink.Tests.Costs;

/// <summary>That the counters count what runs: against an interpreter that goes through the same IL one instruction at a time.</summary>
[Collection(nameof(CountedLibraryFixture))]
public sealed class CountingTests(CountedLibraryFixture counted)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void A_loop_of_doublings_counts_as_many_instructions_as_an_interpreter_goes_through(int times)
    {
        var interpreter = new IntervalInterpreter();
        MethodInfo doubling = typeof(P256Doubling).GetMethod(nameof(P256Doubling.Run), BindingFlags.Static | BindingFlags.NonPublic)!;
        interpreter.Call(doubling, Element(), Element(), Element(), Interval.Exactly(times));
        Assert.Equal(interpreter.Instructions, counted.Library.Run<long>(typeof(CryptoCounts), nameof(CryptoCounts.Doublings), times));
    }

    [Fact]
    public void An_inversion_counts_as_many_instructions_as_an_interpreter_goes_through()
    {
        var interpreter = new IntervalInterpreter();
        MethodInfo inversion = typeof(P256Inverse).GetMethod(nameof(P256Inverse.Run), BindingFlags.Static | BindingFlags.NonPublic)!;
        interpreter.Call(inversion, Element(), Element());
        Assert.Equal(interpreter.Instructions, counted.Library.Run<long>(typeof(CryptoCounts), nameof(CryptoCounts.Inversion)));
    }

    private static Interval[] Element()
    {
        return [Interval.Exactly(1), .. Enumerable.Repeat(Interval.Exactly(0), 8)];
    }
}
