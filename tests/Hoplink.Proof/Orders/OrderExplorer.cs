namespace Hoplink.Proof.Orders;

/// <summary>Plays a scenario under every combination.</summary>
internal sealed class OrderExplorer(OrderScenario scenario, Action<Pair>? tamper = null)
{
    private readonly MemoCrypto.Memory _memory = new();

    /// <summary>Combinations covered so far.</summary>
    public int Combinations { get; private set; }

    /// <summary>Runs so far: combinations that differ in datagrams that were never sent are one.</summary>
    public int Runs { get; private set; }

    /// <summary>The longest time from an exchange's beginning until the ends were at rest, us, and the combination it took.</summary>
    public (long Micros, string Word) SlowestRest { get; private set; } = (0, string.Empty);

    /// <summary>The longest time that a message took once they were, us, and the combination.</summary>
    public (long Micros, string Word) SlowestFlow { get; private set; } = (0, string.Empty);

    /// <summary>Plays them all.</summary>
    /// <exception cref="OrderException">One went wrong.</exception>
    public void Explore(CancellationToken stop = default)
    {
        while (Combinations < Combination.Count)
        {
            stop.ThrowIfCancellationRequested();
            int sent = Play(new Combination(Combinations));
            Combinations += Combination.Alike(sent);
        }
    }

    /// <summary>Plays one, and returns how many of its datagrams were sent.</summary>
    /// <exception cref="OrderException">It went wrong.</exception>
    public int Play(Combination combination)
    {
        var run = new OrderRun(scenario, combination, _memory.Create, tamper: tamper);
        try
        {
            run.Play();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw OrderException.Of(scenario, combination, run.Disorder.Sent, Repeat(combination) ?? e);
        }

        Runs++;
        string word = combination.ToString(run.Disorder.Sent);
        SlowestRest = run.RestedAfter > SlowestRest.Micros ? (run.RestedAfter, word) : SlowestRest;
        SlowestFlow = run.FlowedAfter > SlowestFlow.Micros ? (run.FlowedAfter, word) : SlowestFlow;
        return run.Disorder.Sent;
    }

    /// <summary>Plays one again and takes a trace. Null if it goes well now, which should never be.</summary>
    private Exception? Repeat(Combination combination)
    {
        try
        {
            new OrderRun(scenario, combination, _memory.Create, trace: true, tamper).Play();
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e;
        }
    }
}
