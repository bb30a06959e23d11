using Hoplink.Fuzz;
using Hoplink.Fuzz.Ends;

namespace Hoplink.Proof.Fuzzing;

/// <summary>What a datagram costs that is dropped: nothing that a flood of them could use up.</summary>
public sealed class DroppedDatagramTests
{
    public static TheoryData<string, bool> Stages =>
        [.. from situation in Enum.GetNames<Situation>() from peer in (bool[])[false, true] select (situation, peer)];

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_datagram_without_a_valid_tag_allocates_nothing(string situation, bool peerIsVictim)
    {
        var random = new SimRandom(11);
        var generator = new StepGenerator(random);
        var script = new Script { PeerIsVictim = peerIsVictim };
        while (script.Steps.Count < 300)
        {
            // A recorded datagram that nothing was changed in would move the end on.
            Step step = generator.Next(isJunk: true, previous: null);
            if (!step.Options.HasFlag(StepOptions.Edit) || step.Bytes.AsSpan(2).ContainsAnyExcept((byte)0))
            {
                script.Steps.Add(step);
            }
        }

        // What is made with its first use is there the second time.
        script.Steps.AddRange(script.Steps.ToArray());
        var allocated = new List<long>();
        using var target = new EndTarget("allocations", peerIsVictim, Enum.Parse<Situation>(situation))
        {
            Watch = (inspector, _) => allocated.Add(inspector.WasJunk ? inspector.Allocated : 0),
        };
        target.Run(script.Write());
        Assert.Equal(600, allocated.Count);
        Assert.All(allocated[300..], bytes => Assert.Equal(0, bytes));
    }
}
