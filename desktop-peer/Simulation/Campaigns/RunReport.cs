using Hoplink.Recovery;

namespace Hoplink.Simulation.Campaigns;

/// <summary>What one run was and came to.</summary>
/// <param name="Preset">What went wrong in it.</param>
/// <param name="Seed">What decided all that was left to chance.</param>
public sealed record RunReport(Preset Preset, ulong Seed)
{
    /// <summary>Virtual time that was played, us.</summary>
    public long Micros { get; init; }

    /// <summary>Of that, the time under faults, us: the rest is healing, and idling on a healthy network.</summary>
    public long FaultMicros { get; init; }

    /// <summary>Episodes that were begun.</summary>
    public int Episodes { get; init; }

    /// <summary>Messages that were read, both ways.</summary>
    public long Messages { get; init; }

    /// <summary>Datagrams that were sent, both ways.</summary>
    public long Datagrams { get; init; }

    /// <summary>Attempts at L1, L2 and L3, both ends, and sessions that ended by L4 or otherwise.</summary>
    public IReadOnlyList<int> Rungs { get; init; } = [0, 0, 0, 0];

    /// <summary>
    /// Longest time from the end of an episode's faults, or from the reconnect that followed it, until messages flowed both ways, us.
    /// </summary>
    public long SlowestFlow { get; init; }

    /// <summary>Longest time from the end of an episode's faults to the reconnect that followed it, us; 0 if none did.</summary>
    public long SlowestReconnect { get; init; }

    /// <summary>What went wrong; null if all held.</summary>
    public Failure? Failure { get; init; }

    /// <summary>How often a level was attempted by an end.</summary>
    internal static int[] CountRungs(params EndNode[] nodes)
    {
        int[] counts = new int[4];
        foreach (EventSnapshot e in nodes.SelectMany(node => node.Events))
        {
            if (e.Kind == LinkEventKind.RungStarted)
            {
                counts[(int)e.Level - 1]++;
            }
            else if (e.Kind == LinkEventKind.Terminated)
            {
                counts[(int)RecoveryLevel.ConnectionTerminate - 1]++;
            }
        }

        return counts;
    }
}

/// <summary>A broken invariant, and how to see it again.</summary>
/// <param name="Invariant">Which one.</param>
/// <param name="What">What went wrong, in words.</param>
/// <param name="At">Virtual time, us.</param>
/// <param name="Episode">The episode that was on.</param>
/// <param name="Trace">The last part of the run's trace, a line each.</param>
public sealed record Failure(Invariant Invariant, string What, long At, int Episode, IReadOnlyList<string> Trace)
{
    /// <summary>The run without what is not needed to see the failure.</summary>
    public Narrowing Narrowing { get; init; } = Narrowing.None;

    /// <summary>Runs that were tried to find it.</summary>
    public int Tries { get; init; }
}
