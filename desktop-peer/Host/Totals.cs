using Hoplink.Wire;

namespace Hoplink.Host;

/// <summary>The counters of a link at one moment, or the difference of two.</summary>
public sealed class Totals
{
    private readonly long[] _drops = new long[DropCauses.Count];

    /// <summary>Datagrams sent.</summary>
    public long DatagramsSent { get; private set; }

    /// <summary>Datagrams received.</summary>
    public long DatagramsReceived { get; private set; }

    /// <summary>Bytes of datagrams sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Bytes of datagrams received.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Messages taken from the application.</summary>
    public long MessagesSent { get; private set; }

    /// <summary>Messages handed to the application.</summary>
    public long MessagesDelivered { get; private set; }

    /// <summary>Messages reported as lost (11).</summary>
    public long MessagesLost { get; private set; }

    /// <summary>Messages sent again.</summary>
    public long Retransmissions { get; private set; }

    /// <summary>Rekeys completed.</summary>
    public long Rekeys { get; private set; }

    /// <summary>Events that the application did not take in time.</summary>
    public long EventsDropped { get; private set; }

    /// <summary>Datagrams dropped for a cause.</summary>
    public long Dropped(DropCause cause)
    {
        return _drops[(int)cause];
    }

    /// <summary>The counters of a link now.</summary>
    public static Totals Of(LinkStatistics statistics)
    {
        var totals = new Totals
        {
            DatagramsSent = statistics.DatagramsSent,
            DatagramsReceived = statistics.DatagramsReceived,
            BytesSent = statistics.BytesSent,
            BytesReceived = statistics.BytesReceived,
            MessagesSent = statistics.MessagesSent,
            MessagesDelivered = statistics.MessagesDelivered,
            MessagesLost = statistics.MessagesLost,
            Retransmissions = statistics.Retransmissions,
            Rekeys = statistics.Rekeys,
        };
        totals.Add(statistics.Drops, statistics.EventsDropped);
        return totals;
    }

    /// <summary>These less those.</summary>
    public Totals Less(Totals other)
    {
        return Combine(other, -1);
    }

    /// <summary>These and those.</summary>
    public Totals Plus(Totals other)
    {
        return Combine(other, 1);
    }

    /// <summary>Adds datagrams and events that were dropped.</summary>
    public void Add(DropCounters drops, int eventsDropped)
    {
        EventsDropped += eventsDropped;
        for (int i = 0; i < _drops.Length; i++)
        {
            _drops[i] += drops.Of((DropCause)i);
        }
    }

    private Totals Combine(Totals other, int sign)
    {
        var result = new Totals
        {
            DatagramsSent = DatagramsSent + (sign * other.DatagramsSent),
            DatagramsReceived = DatagramsReceived + (sign * other.DatagramsReceived),
            BytesSent = BytesSent + (sign * other.BytesSent),
            BytesReceived = BytesReceived + (sign * other.BytesReceived),
            MessagesSent = MessagesSent + (sign * other.MessagesSent),
            MessagesDelivered = MessagesDelivered + (sign * other.MessagesDelivered),
            MessagesLost = MessagesLost + (sign * other.MessagesLost),
            Retransmissions = Retransmissions + (sign * other.Retransmissions),
            Rekeys = Rekeys + (sign * other.Rekeys),
            EventsDropped = EventsDropped + (sign * other.EventsDropped),
        };
        for (int i = 0; i < _drops.Length; i++)
        {
            result._drops[i] = _drops[i] + (sign * other._drops[i]);
        }

        return result;
    }
}
