namespace Hoplink.Tests.Simulation;

/// <summary>
/// A class of tests that prints seed and trace of its worlds when one fails, unless a <see cref="SimulationException"/> has told them.
/// </summary>
public abstract class SimulationTest : IDisposable
{
    private readonly List<World> _worlds = [];

    protected World NewWorld(ulong seed)
    {
        var world = new World(seed);
        _worlds.Add(world);
        return world;
    }

    protected Pair NewPair(ulong seed, Action<PairOptions>? configure = null)
    {
        var pair = new Pair(seed, configure);
        _worlds.Add(pair.World);
        return pair;
    }

    public void Dispose()
    {
        TestResultState? state = TestContext.Current.TestState;
        bool isTold = state?.ExceptionTypes?.Contains(typeof(SimulationException).FullName) == true;
        if (state?.Result == TestResult.Failed && !isTold)
        {
            foreach (World world in _worlds)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"seed {world.Seed}\n{world.DumpTrace(SimulationException.TraceLines)}");
            }
        }

        GC.SuppressFinalize(this);
    }
}
