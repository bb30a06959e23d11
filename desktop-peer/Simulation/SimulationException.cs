namespace Hoplink.Simulation;

/// <summary>A simulated run went wrong. The message names the seed that repeats it and ends with the last part of the trace.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Says what went wrong in a world, now.</summary>
    public SimulationException(World world, string what, Invariant broken = Invariant.None)
        : base($"{what}\nseed {world.Seed}, at {Trace.Seconds(world.Now)} s\n{world.DumpTrace(TraceLines)}")
    {
        What = what;
        Broken = broken;
    }

    /// <summary>Trace lines in the message.</summary>
    public const int TraceLines = 60;

    /// <summary>What went wrong, alone.</summary>
    public string What { get; }

    /// <summary>Which invariant did not hold.</summary>
    public Invariant Broken { get; }
}
