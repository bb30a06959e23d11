using Hoplink.Benchmarks.Counting;

namespace Hoplink.Benchmarks;

internal static class Program
{
    /// <summary>Prints the budgets, or where the instructions of a datagram go. 0: all are kept; 1: one is not; 2: wrong use.</summary>
    private static int Main(string[] args)
    {
        bool json = args is ["--json"];
        bool byMethod = args is ["--by-method"];
        if (args.Length > 0 && !json && !byMethod)
        {
            Console.Error.WriteLine("usage: Hoplink.Benchmarks [--json | --by-method]");
            return 2;
        }

        var library = CountedLibrary.Load();
        if (byMethod)
        {
            Breakdown.Write(Console.Out, library);
            return 0;
        }

        IReadOnlyList<Budget> budgets = Budgets.Measure(library);
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
