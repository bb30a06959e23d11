using Hoplink.Benchmarks.Measures;

namespace Hoplink.Benchmarks.Counting;

/// <summary>Instructions of calls, added up for each method that they run.</summary>
internal sealed class MethodMeter() : CostMeter(() => 0)
{
    private Dictionary<string, long> _before = [];

    /// <summary>Instructions by method, since this was last emptied.</summary>
    internal Dictionary<string, long> Total { get; } = [];

    internal override void Start()
    {
        _before = InstructionMeter.ByMethod();
    }

    internal override long Stop()
    {
        foreach ((string method, long count) in InstructionMeter.ByMethod())
        {
            if (count != _before[method])
            {
                Total[method] = Total.GetValueOrDefault(method) + count - _before[method];
            }
        }

        return 0;
    }
}
