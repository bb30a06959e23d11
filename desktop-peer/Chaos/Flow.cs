using Hoplink.Host;
using Hoplink.Routing;

namespace Hoplink.Peer.Chaos;

/// <summary>One device as the proxy sees it: an address, and a socket that stands for it at the peer.</summary>
internal sealed class Flow : IDisposable
{
    public Flow(Endpoint client, UdpSocket upstream)
    {
        Client.CopyFrom(client);
        Upstream = upstream;
    }

    /// <summary>The device's address.</summary>
    public Endpoint Client { get; } = new();

    /// <summary>Towards the peer.</summary>
    public UdpSocket Upstream { get; }

    /// <summary>When a datagram last came from either side, us.</summary>
    public long LastMicros { get; set; }

    /// <summary>The port that the device last sent to.</summary>
    public int ClientPort { get; set; }

    /// <summary>The newest session datagram on its way to the peer: what an attacker on the path knows.</summary>
    public Captured ToPeer { get; } = new();

    /// <summary>The same on its way to the device.</summary>
    public Captured ToDevice { get; } = new();

    public void Dispose()
    {
        Upstream.Dispose();
    }
}
