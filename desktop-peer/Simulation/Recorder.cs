namespace Hoplink.Simulation;

/// <summary>Keeps what was sent, to be replayed.</summary>
public sealed class Recorder : IDisposable
{
    private readonly Network _network;
    private readonly Tap _tap;

    /// <summary>Records what passes the filter from now on, as it was sent.</summary>
    public Recorder(Network network, Func<Packet, bool> filter)
    {
        _network = network;
        _tap = network.Tap(filter, packet =>
        {
            Packets.Add(packet.Copy());
            return Verdict.Pass;
        });
    }

    /// <summary>What was recorded, oldest first.</summary>
    public List<Packet> Packets { get; } = [];

    /// <summary>Lets a recorded datagram arrive again, from the same address at the same port, after a delay, us.</summary>
    public void Replay(int index, long delay = 0)
    {
        Packet packet = Packets[index];
        _network.Inject(packet.Source, packet.Destination, packet.Bytes, delay);
    }

    /// <summary>Ends the recording; what was recorded stays.</summary>
    public void Dispose() => _tap.Dispose();
}
