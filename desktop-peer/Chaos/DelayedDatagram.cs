using Hoplink.Host;

namespace Hoplink.Peer.Chaos;

/// <summary>A datagram under way through an <see cref="Impairment"/>. Pooled.</summary>
internal sealed class DelayedDatagram
{
    /// <summary>The bytes, from index 0.</summary>
    public byte[] Buffer { get; } = new byte[UdpSocket.MaxDatagram];

    /// <summary>How many of them.</summary>
    public int Count { get; set; }

    /// <summary>Whose it is: the caller's own.</summary>
    public object? Flow { get; set; }

    /// <summary>The port it came to or from: the caller's own.</summary>
    public int Port { get; set; }
}
