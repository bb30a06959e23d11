namespace Hoplink.Proof.Grid;

/// <summary>
/// What the runs of a cell came to. Times are us of virtual time; a percentile is the time of one of the runs (nearest rank).
/// </summary>
/// <param name="Cell">The cell.</param>
/// <param name="RungMedian">Median of the rung's own part.</param>
/// <param name="RungP99">99th percentile of the rung's own part.</param>
/// <param name="HealedMedian">Median of the whole time.</param>
/// <param name="HealedP99">99th percentile of the whole time.</param>
/// <param name="DeliveredMedian">Median of the time until a message has come through each way.</param>
/// <param name="DeliveredP99">99th percentile of that.</param>
/// <param name="Retried">Runs in which an attempt failed and another followed.</param>
/// <param name="Escalated">Runs in which another rung was needed, or ran beside it.</param>
internal sealed record CellResult(
    Cell Cell, long RungMedian, long RungP99, long HealedMedian, long HealedP99, long DeliveredMedian, long DeliveredP99,
    int Retried, int Escalated)
{
    /// <summary>Runs of a cell.</summary>
    public const int Runs = 200;

    /// <summary>
    /// Measures all cells, as many runs at a time as there are processors. Run 1 to 200 of each cell have the seeds 1 to 200.
    /// </summary>
    /// <exception cref="AggregateException">A run did not heal, or broke a promise: the exceptions in it name cell and seed.</exception>
    public static CellResult[] MeasureAll()
    {
        return Cell.All.AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.NotBuffered).Select(Measure).ToArray();
    }

    public static CellResult Measure(Cell cell)
    {
        Healing[] runs = Enumerable.Range(1, Runs).Select(seed => HealingRun.Of(cell, (ulong)seed).Play()).ToArray();
        long[] rung = runs.Select(run => run.Rung).Order().ToArray();
        long[] healed = runs.Select(run => run.Healed).Order().ToArray();
        long[] delivered = runs.Select(run => run.Delivered).Order().ToArray();
        return new CellResult(
            cell, Percentile(rung, 50), Percentile(rung, 99), Percentile(healed, 50), Percentile(healed, 99), Percentile(delivered, 50),
            Percentile(delivered, 99), runs.Count(run => run.Retried), runs.Count(run => run.Escalated));
    }

    /// <summary>The smallest of the sorted values that so many percent of them do not exceed.</summary>
    private static long Percentile(long[] sorted, int percent) => sorted[(sorted.Length * percent + 99) / 100 - 1];
}
