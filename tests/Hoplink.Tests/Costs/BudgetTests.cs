using Hoplink.Benchmarks;

namespace Hoplink.Tests.Costs;

/// <summary>That the library keeps to what a board can afford: IL instructions, flash and heap, all of them exact.</summary>
[Collection(nameof(CountedLibraryFixture))]
public sealed class BudgetTests(CountedLibraryFixture counted, ITestOutputHelper log)
{
    [Fact]
    public void Every_budget_is_kept()
    {
        IReadOnlyList<Budget> budgets = Budgets.Measure(counted.Library);
        BudgetTable.Write(new StringWriterTo(log), budgets);
        Assert.Equal(12, budgets.Count(b => b.AtMost != null));
        Assert.All(budgets, b => Assert.True(b.IsKept, $"{b.Name}: {b.Measured} {b.Unit}, at most {b.AtMost}"));

        // Nothing was measured that does not run at all.
        Assert.All(budgets, b => Assert.True(b.Measured > 0 || b.AtMost == 0, b.Name));
    }

    [Fact]
    public void A_figure_above_its_budget_is_not_kept()
    {
        Assert.True(new Budget("at the limit", "IL", 10, 10, 5).IsKept);
        Assert.True(new Budget("without a limit", "IL", 10).IsKept);
        var passed = new Budget("above", "IL", 1_011, 1_010, 5);
        Assert.False(passed.IsKept);
        var table = new StringWriter();
        BudgetTable.Write(table, [passed]);
        Assert.Contains("| above | 1,011 IL (exceeded) | 1,010 | 5 |", table.ToString());
        var json = new StringWriter();
        BudgetTable.WriteJson(json, [passed]);
        Assert.Contains("\"measured\":1011,\"atMost\":1010,\"aim\":5,\"kept\":false", json.ToString());
    }

    private sealed class StringWriterTo(ITestOutputHelper log) : StringWriter
    {
        public override void WriteLine(string? value) => log.WriteLine(value ?? string.Empty);
    }
}
