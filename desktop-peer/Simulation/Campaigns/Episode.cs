namespace Hoplink.Simulation.Campaigns;

/// <summary>
/// A part of a run: faults with traffic, their end, and a stretch without faults. It depends on preset, seed and number alone, so that it
/// can be played without the episodes before it. Times are us.
/// </summary>
/// <param name="Number">Which one of the run, from 0.</param>
/// <param name="Impairments">What goes wrong meanwhile; what is <see cref="Preset.Standing"/> is not among it.</param>
/// <param name="Messages">Messages that each end sends during the faults.</param>
/// <param name="FaultMicros">How long the faults last.</param>
/// <param name="IdleMicros">How long all is well afterwards.</param>
public sealed record Episode(int Number, Impairment Impairments, int Messages, long FaultMicros, long IdleMicros)
{
    private const long ShortestFault = 2 * World.Second;
    private const long LongestFault = World.Minute;
    private const int MostMessages = 100;

    /// <summary>The episode of that number in the run of a seed, without what was taken out.</summary>
    public static Episode Draw(Preset preset, ulong seed, int number, Narrowing narrowing)
    {
        SimRandom random = new SimRandom(seed).Split($"{preset.Name} episode {number}");
        Impairment impairments = preset.Impairments;
        if (preset.Mixes && random.Chance(0.5))
        {
            impairments &= (Impairment)random.NextULong();
        }

        // As likely to be between 2 and 4 s as between 20 and 40.
        long fault = (long)(ShortestFault * Math.Pow((double)LongestFault / ShortestFault, random.NextDouble()));
        int messages = random.Chance(0.2) ? 0 : (int)random.Between(1, MostMessages);
        long idle = random.Between(World.Minute, 15 * World.Minute);
        return new Episode(
            number,
            impairments & ~Preset.Standing & ~narrowing.Without,
            Math.Min(messages, narrowing.Messages),
            Math.Min(fault, narrowing.FaultMicros),
            Math.Min(idle, narrowing.IdleMicros));
    }
}
