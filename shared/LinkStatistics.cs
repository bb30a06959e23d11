using Hoplink.Wire;

namespace Hoplink;

/// <summary>Totals of a link over all its sessions.</summary>
public sealed class LinkStatistics
{
    /// <summary>Datagrams handed out for transmission.</summary>
    public long DatagramsSent { get; internal set; }

    /// <summary>Datagrams with the session's id that were handed in.</summary>
    public long DatagramsReceived { get; internal set; }

    /// <summary>Bytes of them.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Bytes of them.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Messages that the application sent.</summary>
    public long MessagesSent { get; internal set; }

    /// <summary>Messages that the application received.</summary>
    public long MessagesDelivered { get; internal set; }

    /// <summary>Messages reported by MessagesLost.</summary>
    public long MessagesLost { get; internal set; }

    /// <summary>Transmissions of messages beyond the first.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Sessions established.</summary>
    public int Sessions { get; internal set; }

    /// <summary>Key epochs entered after the first of each session.</summary>
    public int Rekeys { get; internal set; }

    /// <summary>Smoothed round trip of the present session, us; 0 before the first sample.</summary>
    public long RttMicros { get; internal set; }

    /// <summary>I: offset that the last time sample showed, us.</summary>
    public long ClockOffsetMicros { get; internal set; }

    /// <summary>Events that found no room in the queue.</summary>
    public int EventsDropped { get; internal set; }

    /// <summary>Datagrams that were dropped, by cause.</summary>
    public DropCounters Drops { get; } = new DropCounters();
}
