namespace Hoplink.Simulation;

/// <summary>Sees every datagram that leaves a node, and may interfere. It ends when it is disposed of.</summary>
public sealed class Tap : IDisposable
{
    private readonly Network _network;
    private readonly Func<Packet, bool> _filter;
    private readonly Func<Packet, Verdict> _judge;
    private readonly int _from;
    private readonly int _to;

    internal Tap(Network network, Func<Packet, bool> filter, int from, int to, Func<Packet, Verdict> judge)
    {
        _network = network;
        _filter = filter;
        _judge = judge;
        _from = from;
        _to = to;
    }

    /// <summary>Datagrams so far that the filter let through.</summary>
    public int Matches { get; private set; }

    /// <summary>Ends it: what is sent from now on passes untouched.</summary>
    public void Dispose() => _network.Remove(this);

    internal Verdict Judge(Packet packet)
    {
        if (!_filter(packet))
        {
            return Verdict.Pass;
        }

        Matches++;
        return Matches >= _from && Matches <= _to ? _judge(packet) : Verdict.Pass;
    }
}
