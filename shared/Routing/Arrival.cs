namespace Hoplink.Routing;

/// <summary>Where a received datagram came from, and on which local port. The host makes one and reuses it.</summary>
public sealed class Arrival
{
    /// <summary>The sender's address and port.</summary>
    public readonly Endpoint Remote = new Endpoint();

    /// <summary>The local port it came to; 0 at a device, which has one socket.</summary>
    public int LocalPort;

    /// <summary>Copies another arrival's value.</summary>
    public void CopyFrom(Arrival other)
    {
        Remote.CopyFrom(other.Remote);
        LocalPort = other.LocalPort;
    }
}
