namespace Hoplink.Routing;

/// <summary>
/// A datagram on its way out: bytes, and the sockets it goes between. The host makes one with a buffer and reuses it.
/// </summary>
public sealed class Datagram
{
    /// <summary>Makes a datagram with room for <paramref name="capacity"/> bytes (at least the largest datagram of the options).</summary>
    public Datagram(int capacity)
    {
        Buffer = new byte[capacity];
        Remote = new Endpoint();
    }

    /// <summary>The bytes, from index 0.</summary>
    public readonly byte[] Buffer;

    /// <summary>How many of them, bytes.</summary>
    public int Length;

    /// <summary>
    /// Where to. At a device only the port is set unless <see cref="HasAddress"/>: the address is the peer's, which the host
    /// knows.
    /// </summary>
    public readonly Endpoint Remote;

    /// <summary>True if <see cref="Remote"/> has an address as well as a port.</summary>
    public bool HasAddress;

    /// <summary>At the responder: the local port to send from. 0 at a device, which has one socket (5.2).</summary>
    public int LocalPort;

    /// <summary>Copies address, ports and whether there is an address from where a datagram came: the answer goes back there.</summary>
    public void ReplyTo(Arrival arrival)
    {
        Remote.CopyFrom(arrival.Remote);
        HasAddress = true;
        LocalPort = arrival.LocalPort;
    }
}
