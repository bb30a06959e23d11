using System.Globalization;

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
/// <param name="IsBurst">The messages are all there when the faults begin, more than the link takes: else they come evenly.</param>
public sealed record Episode(int Number, Impairment Impairments, int Messages, long FaultMicros, long IdleMicros, bool IsBurst = false)
{
    private const long ShortestFault = 2 * World.Second;
    private const long LongFault = World.Minute;
    private const long LongestFault = World.Hour;
    private const long ShortestIdle = World.Minute;
    private const long LongestIdle = 15 * World.Minute;
    private const double LongShare = 0.15;
    private const int MostMessages = 100;
    private const int MostMessagesLater = 15;

    // Of 7 s of darkness, of 5 s between two bindings and of up to 8.5 s between two jumps there are two in each episode.
    private const long TwoTurns = 17 * World.Second;
    private const Impairment InTurns = Impairment.Blackhole | Impairment.Rebinding | Impairment.ClockJumps;

    /// <summary>The episode of that number in the run of a seed, without what was taken out.</summary>
    public static Episode Draw(Preset preset, ulong seed, int number, Narrowing narrowing)
    {
        SimRandom random = new SimRandom(seed).Split($"{preset.Name} episode {number}");
        Impairment impairments = preset.Impairments;
        if (preset.Mixes && random.Chance(0.5))
        {
            impairments &= (Impairment)random.NextULong();
        }

        bool isLong = random.Chance(LongShare);
        long shortest = (impairments & InTurns) != 0 ? TwoTurns : ShortestFault;
        long fault = isLong ? random.LogUniform(LongFault, LongestFault) : random.LogUniform(shortest, LongFault);

        // Up to so many, and in a long episode up to so many more for each minute: the links deliver what is left of them soon afterwards.
        int most = MostMessages + (int)(MostMessagesLater * (fault / World.Minute));
        int messages = random.Chance(0.2) ? 0 : (int)random.Between(1, most);
        bool isBurst = random.Chance(0.2);
        long idle = random.LogUniform(ShortestIdle, LongestIdle);
        return new Episode(
            number,
            impairments & ~Preset.Standing & ~narrowing.Without,
            Math.Min(messages, narrowing.Messages),
            Math.Min(fault, narrowing.FaultMicros),
            Math.Min(idle, narrowing.IdleMicros),
            isBurst);
    }

    /// <summary>It in words.</summary>
    public override string ToString()
    {
        string messages = Messages == 0 ? "no messages" : $"{Messages} messages each way, {(IsBurst ? "all at once" : "evenly")}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"episode {Number}: {Impairments} for {FaultMicros / 1e6:0.###} s, {messages}, then {IdleMicros / 1e6:0.###} s without faults");
    }
}
