namespace Hoplink.Simulation;

/// <summary>Somebody with an address.</summary>
public abstract class Node
{
    /// <summary>Attaches a node to the world's network, at an IPv4 address that nobody has.</summary>
    protected Node(World world, string name, uint host)
    {
        World = world;
        Name = name;
        world.Network.Attach(this, host);
    }

    /// <summary>The world it is in.</summary>
    public World World { get; }

    /// <summary>Its name in the trace; what it draws at random depends on it.</summary>
    public string Name { get; }

    /// <summary>Its own IPv4 address: a private one if it is behind a NAT. <see cref="Network.Attach"/> sets it.</summary>
    public uint Host { get; internal set; }

    /// <summary>The NAT it is behind; null: none.</summary>
    public Nat? Nat { get; internal set; }

    /// <summary>Takes a datagram that has arrived at one of its ports; says why if it does not.</summary>
    internal abstract string? Arrive(Packet packet, int localPort);
}
