namespace Hoplink.Simulation.Campaigns;

/// <summary>Runs every preset with every seed, several at a time, and shrinks what fails.</summary>
public sealed class Campaign
{
    /// <summary>Failures after which no further run begins.</summary>
    public const int MostFailures = 5;

    private readonly Lock _lock = new();
    private long _next;
    private int _failures;

    /// <summary>The presets that are run.</summary>
    public required IReadOnlyList<Preset> Presets { get; init; }

    /// <summary>The first seed.</summary>
    public required ulong FirstSeed { get; init; }

    /// <summary>The number of seeds, each of which is run under each preset.</summary>
    public required long Seeds { get; init; }

    /// <summary>Virtual time of each run, us.</summary>
    public required long Micros { get; init; }

    /// <summary>Runs at the same time.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>What is left out of each run.</summary>
    public Narrowing Narrowing { get; init; } = Narrowing.None;

    /// <summary>Changes each pair before it starts: for tests of the invariants.</summary>
    public Action<Pair>? Tamper { get; init; }

    /// <summary>Called after each run, on any thread, one at a time. A failed run has been shrunk by then.</summary>
    public Action<RunReport>? Completed { get; init; }

    /// <summary>The number of runs.</summary>
    public long Runs => Seeds * Presets.Count;

    /// <summary>Runs them all. When told to stop, the runs that are under way end with the episode they are in.</summary>
    public async Task RunAsync(CancellationToken stop = default)
    {
        // The runs of a preset differ little in length, so one at a time is handed out, seed by seed: what is done when it is stopped has
        // been spread over all presets.
        await Task.WhenAll(Enumerable.Range(0, Jobs).Select(_ => Task.Factory.StartNew(
            () => Work(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).ConfigureAwait(false);
    }

    private void Work(CancellationToken stop)
    {
        long number;
        while (!stop.IsCancellationRequested && Volatile.Read(ref _failures) < MostFailures
            && (number = Interlocked.Increment(ref _next) - 1) < Runs)
        {
            Preset preset = Presets[(int)(number % Presets.Count)];
            ulong seed = FirstSeed + (ulong)(number / Presets.Count);
            RunReport report = Play(preset, seed, Narrowing, stop);
            if (report.Failure != null)
            {
                Interlocked.Increment(ref _failures);
                report = Shrinker.Shrink(report, narrowing => Play(preset, seed, narrowing, CancellationToken.None));
            }

            lock (_lock)
            {
                Completed?.Invoke(report);
            }
        }
    }

    private RunReport Play(Preset preset, ulong seed, Narrowing narrowing, CancellationToken stop)
    {
        return new SimulatedRun(preset, seed, Micros, narrowing, Tamper).Play(stop);
    }
}
