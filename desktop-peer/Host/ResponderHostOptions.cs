using System.Net;
using Hoplink.Crypto;
using Hoplink.Parameters;

namespace Hoplink.Host;

/// <summary>What a <see cref="ResponderHost"/> is made of.</summary>
public sealed class ResponderHostOptions
{
    /// <summary>Local address of all ports.</summary>
    public IPAddress Address { get; init; } = UdpSocket.AnyAddress;

    /// <summary>Options of the library; <see cref="LinkOptions.RendezvousPort"/> of its links is the rendezvous port.</summary>
    public required ResponderOptions Responder { get; init; }

    /// <summary>The keys of the devices to serve, 32 bytes each, all different.</summary>
    public required IReadOnlyList<byte[]> Psks { get; init; }

    /// <summary>The stateless reset secret, 32 bytes (13.3).</summary>
    public required byte[] ResetSecret { get; init; }

    /// <summary>Makes a crypto provider; called once for the responder and once for each job thread.</summary>
    public required Func<CryptoProvider> CreateCrypto { get; init; }

    /// <summary>Threads for key agreements.</summary>
    public int JobThreads { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);
}
