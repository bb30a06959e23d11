namespace Hoplink.Tests.Simulation;

/// <summary>A node that takes whatever comes and remembers when; for tests of the network alone.</summary>
internal sealed class TestNode(World world, string name, uint host) : Node(world, name, host)
{
    public List<(long At, Packet Packet, int LocalPort)> Arrivals { get; } = [];

    /// <summary>Sends one datagram from a port of its own.</summary>
    public void Send(SimEndpoint destination, byte[] bytes, int localPort = 1000)
    {
        World.Network.Send(this, new SimEndpoint(Host, localPort), destination, bytes);
    }

    internal override string? Arrive(Packet packet, int localPort)
    {
        Arrivals.Add((World.Now, packet, localPort));
        return null;
    }
}
