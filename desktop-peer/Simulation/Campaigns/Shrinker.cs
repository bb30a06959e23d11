namespace Hoplink.Simulation.Campaigns;

/// <summary>
/// Makes a failing run shorter: the fewest episodes, impairments, messages and the shortest times with which the same invariant still
/// breaks for the same seed, and no later than before.
/// </summary>
public sealed class Shrinker
{
    private const int MostTries = 150;

    private static readonly long[] _times = [0, 1, 2, 5, 10, 20, 40, 100, 200, 500, 1000, 2000];
    private static readonly int[] _counts = [0, 1, 2, 3, 5, 8, 12, 20, 30, 65, 100, 200, 500];

    private readonly Func<Narrowing, RunReport> _play;
    private readonly Invariant _invariant;
    private RunReport _best;
    private int _tries;

    private Shrinker(RunReport failed, Func<Narrowing, RunReport> play)
    {
        _play = play;
        _best = failed;
        _invariant = failed.Failure!.Invariant;
    }

    /// <summary>Shrinks a failed run.</summary>
    /// <param name="failed">The run; its failure says what it was narrowed to already.</param>
    /// <param name="play">Plays the same preset and seed, narrowed.</param>
    /// <returns>The shortest run that was found, with the same invariant broken; the run itself if none is shorter.</returns>
    public static RunReport Shrink(RunReport failed, Func<Narrowing, RunReport> play)
    {
        var shrinker = new Shrinker(failed, play);
        shrinker.KeepFewestEpisodes();
        bool better = true;
        while (better && shrinker._tries < MostTries)
        {
            better = shrinker.LeaveOutImpairments();
            better |= shrinker.TryFirst(_counts, (narrowing, count) => narrowing with { Messages = count }, narrowing => narrowing.Messages);
            better |= shrinker.TryFirst(Micros(World.Minute), (n, time) => n with { IdleMicros = time }, n => n.IdleMicros);
            better |= shrinker.TryFirst(Micros(World.Second), (n, time) => n with { FaultMicros = time }, n => n.FaultMicros);
            better |= shrinker.DropEpisodes();
        }

        return shrinker._best with { Failure = shrinker._best.Failure! with { Tries = shrinker._tries } };
    }

    private Narrowing Present => _best.Failure!.Narrowing;

    private static long[] Micros(long unit) => [.. _times.Select(time => time * unit)];

    /// <summary>The last episode alone, the last two, four and so on, up to all from the first to the one that failed.</summary>
    private void KeepFewestEpisodes()
    {
        if (Present.Episodes.Count > 0)
        {
            return;
        }

        int last = _best.Failure!.Episode;
        for (int count = 1; count <= last; count *= 2)
        {
            if (Try(Present with { Episodes = [.. Enumerable.Range(last + 1 - count, count)] }))
            {
                return;
            }
        }

        Try(Present with { Episodes = [.. Enumerable.Range(0, last + 1)] });
    }

    private bool DropEpisodes()
    {
        bool any = false;
        foreach (int number in Present.Episodes.SkipLast(1).ToArray())
        {
            any |= Try(Present with { Episodes = [.. Present.Episodes.Where(other => other != number)] });
        }

        return any;
    }

    private bool LeaveOutImpairments()
    {
        bool any = false;
        foreach (Impairment impairment in Enum.GetValues<Impairment>().Where(i => (i & _best.Preset.Impairments & ~Present.Without) != 0))
        {
            any |= Try(Present with { Without = Present.Without | impairment });
        }

        return any;
    }

    /// <summary>Takes the first value of a rising list, below the present one, with which it still fails.</summary>
    private bool TryFirst<T>(T[] values, Func<Narrowing, T, Narrowing> set, Func<Narrowing, T> get)
        where T : IComparable<T>
    {
        return values.TakeWhile(value => value.CompareTo(get(Present)) < 0).Any(value => Try(set(Present, value)));
    }

    private bool Try(Narrowing narrowing)
    {
        if (_tries >= MostTries)
        {
            return false;
        }

        _tries++;
        RunReport report = _play(narrowing);
        if (report.Failure?.Invariant != _invariant || report.Failure.At > _best.Failure!.At)
        {
            return false;
        }

        _best = report;
        return true;
    }
}
