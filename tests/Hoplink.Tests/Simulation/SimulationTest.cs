namespace Hoplink.Tests.Simulation;

/// <summary>A class of tests that prints seed and trace of its worlds when one fails.</summary>
public abstract class SimulationTest : IDisposable
{
    private readonly List<World> _worlds = [];

    protected World NewWorld(ulong seed)
    {
        var world = new World(seed);
        _worlds.Add(world);
        return world;
    }

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            foreach (World world in _worlds)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"seed {world.Seed}\n{world.DumpTrace(SimulationException.TraceLines)}");
            }
        }

        GC.SuppressFinalize(this);
    }
}
