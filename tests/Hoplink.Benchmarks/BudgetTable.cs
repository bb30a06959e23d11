using System.Globalization;
using System.Text.Json;

namespace Hoplink.Benchmarks;

/// <summary>Budgets as a table of Markdown, or as JSON, one object a line.</summary>
internal static class BudgetTable
{
    internal static void Write(TextWriter output, IReadOnlyList<Budget> budgets)
    {
        output.WriteLine("| | measured | at most | aim |");
        output.WriteLine("|---|---|---|---|");
        foreach (Budget budget in budgets)
        {
            string exceeded = budget.IsKept ? string.Empty : " (exceeded)";
            string measured = $"{Number(budget.Measured)} {budget.Unit}{exceeded}";
            output.WriteLine($"| {budget.Name} | {measured} | {Number(budget.AtMost)} | {Number(budget.Aim)} |");
        }
    }

    internal static void WriteJson(TextWriter output, IReadOnlyList<Budget> budgets)
    {
        foreach (Budget b in budgets)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new { name = b.Name, unit = b.Unit, measured = b.Measured, atMost = b.AtMost, aim = b.Aim, kept = b.IsKept }));
        }
    }

    private static string Number(long? value)
    {
        return value?.ToString("N0", CultureInfo.InvariantCulture) ?? string.Empty;
    }
}
