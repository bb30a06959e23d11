namespace Hoplink.Peer.Chaos;

/// <summary>How bad a network is. Shares are in percent, 0 to 100.</summary>
internal sealed record ImpairmentSettings
{
    /// <summary>Datagrams that are lost.</summary>
    public double LossPercent { get; init; }

    /// <summary>Datagrams that come twice.</summary>
    public double DuplicatePercent { get; init; }

    /// <summary>Datagrams that are held back, so that later ones overtake them.</summary>
    public double ReorderPercent { get; init; }

    /// <summary>Datagrams in which one to three bits are flipped.</summary>
    public double CorruptPercent { get; init; }

    /// <summary>Delay of every datagram, ms.</summary>
    public int DelayMs { get; init; }

    /// <summary>Most that is added to the delay, ms, each datagram drawing its own.</summary>
    public int JitterMs { get; init; }
}
