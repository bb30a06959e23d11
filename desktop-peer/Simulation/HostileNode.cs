namespace Hoplink.Simulation;

/// <summary>
/// An attacker with an address of its own, who also sees every datagram on the network, may interfere with it, and may send in anybody's
/// name. What it does is up to the derived class.
/// </summary>
public class HostileNode : Node
{
    /// <summary>Puts an attacker at an IPv4 address, and its tap on the network.</summary>
    public HostileNode(World world, string name, uint host)
        : base(world, name, host)
    {
        world.Network.Tap(packet => packet.From == this ? Verdict.Pass : Watch(packet));
    }

    /// <summary>Datagrams that came to its own address.</summary>
    public List<Packet> Received { get; } = [];

    /// <summary>Sends in its own name, over the network like anybody.</summary>
    public void Send(int localPort, SimEndpoint destination, ReadOnlySpan<byte> bytes)
    {
        World.Network.Send(this, new SimEndpoint(Host, localPort), destination, bytes);
    }

    /// <summary>Sends in somebody else's name; it arrives after a delay, us.</summary>
    public void Inject(SimEndpoint source, SimEndpoint destination, ReadOnlySpan<byte> bytes, long delay = 0)
    {
        World.Network.Inject(source, destination, bytes, delay);
    }

    /// <summary>Sees what anybody else sends and says what becomes of it.</summary>
    protected virtual Verdict Watch(Packet packet) => Verdict.Pass;

    internal override string? Arrive(Packet packet, int localPort)
    {
        World.Trace.Add(Name, TraceKind.Delivered, packet, string.Empty);
        Received.Add(packet);
        return null;
    }
}
