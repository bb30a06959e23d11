using System;

namespace Hoplink.SelfTest;

/// <summary>
/// Runs every check and prints a line for each, then the heap, then the count. It exits with 1 if a check failed, where there is
/// somebody to exit to.
/// </summary>
public static class Program
{
    /// <summary>Runs it.</summary>
    public static int Main()
    {
        return RunAll(new Report()) ? 0 : 1;
    }

    internal static bool RunAll(Report report)
    {
        report.Heap("before");
        CryptoChecks.Run(report);
        VectorChecks.Run(report);
        LinkChecks.Run(report);
        LadderChecks.Run(report);
        AllocationCheck.Run(report);
        report.Heap("after");
        return report.Finish();
    }
}
