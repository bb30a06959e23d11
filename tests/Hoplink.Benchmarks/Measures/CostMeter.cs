namespace Hoplink.Benchmarks.Measures;

/// <summary>What calls cost: a figure that only grows, read before and after each.</summary>
internal class CostMeter(Func<long> figure)
{
    private long _before;

    /// <summary>A call begins.</summary>
    internal virtual void Start()
    {
        _before = figure();
    }

    /// <summary>It is over: what it cost.</summary>
    internal virtual long Stop()
    {
        return figure() - _before;
    }
}
