namespace Hoplink.Simulation;

/// <summary>How much longer than its shortest a datagram's way takes, us.</summary>
public readonly record struct Jitter
{
    /// <summary>Shape of the heavy tail: a finite mean (twice the scale), no finite variance.</summary>
    private const double TailExponent = 1.5;

    private long Scale { get; init; }

    private long Limit { get; init; }

    /// <summary>Anything from 0 to <paramref name="limit"/>, all as likely.</summary>
    public static Jitter Uniform(long limit) => new() { Limit = limit };

    /// <summary>
    /// A Lomax distribution cut at <paramref name="limit"/>: half of all below 0.59 of <paramref name="scale"/>, a few very late.
    /// </summary>
    public static Jitter HeavyTail(long scale, long limit) => new() { Scale = scale, Limit = limit };

    internal long Draw(SimRandom random)
    {
        if (Limit == 0)
        {
            return 0;
        }

        if (Scale == 0)
        {
            return random.Between(0, Limit);
        }

        double tail = Math.Pow(1 - random.NextDouble(), -1 / TailExponent) - 1;
        return (long)Math.Min(Limit, Scale * tail);
    }
}
