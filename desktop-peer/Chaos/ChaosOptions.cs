using System.Net;

namespace Hoplink.Peer.Chaos;

/// <summary>What a <see cref="ChaosProxy"/> is made of.</summary>
internal sealed class ChaosOptions
{
    /// <summary>Local address that devices are told instead of the peer's.</summary>
    public required IPAddress Listen { get; init; }

    /// <summary>The peer's address.</summary>
    public required IPAddress Forward { get; init; }

    /// <summary>Ports, the rendezvous port first.</summary>
    public required IReadOnlyList<int> Ports { get; init; }

    /// <summary>Decides all that chance decides.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How bad the network is at first.</summary>
    public required ImpairmentSettings Settings { get; init; }

    /// <summary>Blackouts: from and how long, us since the start.</summary>
    public IReadOnlyList<(long At, long For)> Blackouts { get; init; } = [];
}
