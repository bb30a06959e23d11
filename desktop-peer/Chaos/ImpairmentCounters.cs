namespace Hoplink.Peer.Chaos;

/// <summary>What an <see cref="Impairment"/> did, in datagrams.</summary>
internal sealed record ImpairmentCounters
{
    /// <summary>Offered to it.</summary>
    public long Received { get; set; }

    /// <summary>Bytes offered to it.</summary>
    public long BytesReceived { get; set; }

    /// <summary>Handed on, duplicates included.</summary>
    public long Forwarded { get; set; }

    /// <summary>Not taken by the system, or without a port to leave from.</summary>
    public long SendErrors { get; set; }

    /// <summary>Lost by chance.</summary>
    public long Lost { get; set; }

    /// <summary>Lost in a blackout.</summary>
    public long Blackout { get; set; }

    /// <summary>Corrupted.</summary>
    public long Corrupted { get; set; }

    /// <summary>Doubled.</summary>
    public long Duplicated { get; set; }

    /// <summary>Held back.</summary>
    public long Reordered { get; set; }

    /// <summary>Dropped because the queue was full.</summary>
    public long QueueFull { get; set; }
}
