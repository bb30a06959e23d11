using Hoplink.Benchmarks.Counting;

namespace Hoplink.Benchmarks;

internal static class Program
{
    /// <summary>Prints the budgets. 0: all are kept; 1: one is not; 2: wrong use.</summary>
    private static int Main(string[] args)
    {
        bool json = args is ["--json"];
        if (args.Length > 0 && !json)
        {
            Console.Error.WriteLine("usage: Hoplink.Benchmarks [--json]");
            return 2;
        }

        IReadOnlyList<Budget> budgets = Budgets.Measure(CountedLibrary.Load());
        if (json)
        {
            BudgetTable.WriteJson(Console.Out, budgets);
        }
        else
        {
            BudgetTable.Write(Console.Out, budgets);
        }

        return budgets.All(budget => budget.IsKept) ? 0 : 1;
    }
}
