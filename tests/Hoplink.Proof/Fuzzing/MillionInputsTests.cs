using System.Collections.Concurrent;
using Hoplink.Fuzz;
using Hoplink.Fuzz.Ends;

namespace Hoplink.Proof.Fuzzing;

/// <summary>
/// Two million inputs, other ones each run: nothing throws, hangs, answers or changes what it must not. A failure names seed and input;
/// what it was then joins <see cref="Regressions"/>.
/// </summary>
public sealed class MillionInputsTests(ITestOutputHelper output)
{
    private const int InputsOfShard = 50_000;

    private static readonly Dictionary<string, int> _inputs = new()
    {
        ["wire"] = 300_000,
        [FuzzTargets.Handshake] = 300_000,
        [FuzzTargets.Device] = 500_000,
        [FuzzTargets.Peer] = 500_000,
        ["messages"] = 150_000,
        ["board"] = 98_000,
        ["text"] = 150_000,
        // Each is a file.
        ["key-files"] = 2_000,
    };

    [Fact]
    public void Two_million_inputs_break_nothing()
    {
        ulong seed = (ulong)Random.Shared.NextInt64();
        output.WriteLine($"seed {seed}");
        var shards = _inputs.SelectMany(target => Shards(target.Key, target.Value)).Select((s, i) => (s.Target, s.Inputs, Seed: seed + (ulong)i));
        var done = new ConcurrentDictionary<string, int>();
        var broken = new ConcurrentQueue<string>();
        int sealedInputs = 0;
        Parallel.ForEach(
            Partitioner.Create(shards, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            shard =>
            {
                try
                {
                    using FuzzTarget target = FuzzTargets.Create(shard.Target);
                    int inputs = Campaign.Run(target, shard.Seed, shard.Inputs);
                    done.AddOrUpdate(shard.Target, inputs, (_, before) => before + inputs);
                    Interlocked.Add(ref sealedInputs, target is EndTarget end ? end.Encrypted.Sealed + end.Plain.Sealed : 0);
                }
                catch (FuzzFailure e)
                {
                    broken.Enqueue(e.Message);
                }
            });

        output.WriteLine(string.Join(", ", FuzzTargets.Names.Select(name => $"{name} {done.GetValueOrDefault(name)}")) + $"; {sealedInputs} sealed");
        Assert.True(broken.IsEmpty, string.Join("\n\n", broken));
        Assert.Equal(FuzzTargets.Names.Order(), _inputs.Keys.Order());
        Assert.Equal(_inputs.OrderBy(p => p.Key), done.OrderBy(p => p.Key));
        Assert.Equal(2_000_000, done.Values.Sum());
        // Half of those for the ends are meant to be, and a third of these find no key.
        Assert.InRange(sealedInputs, 400_000, 650_000);
    }

    private static IEnumerable<(string Target, int Inputs)> Shards(string target, int inputs)
    {
        for (int left = inputs; left > 0; left -= InputsOfShard)
        {
            yield return (target, Math.Min(left, InputsOfShard));
        }
    }
}
