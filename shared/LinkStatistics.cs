using Hoplink.Delivery;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>Totals of a link over all its sessions.</summary>
public sealed class LinkStatistics
{
    private long _datagramsSent;
    private long _datagramsReceived;
    private long _bytesSent;
    private long _bytesReceived;
    private long _messagesSent;
    private long _messagesDelivered;
    private long _retransmissionsBefore;
    private readonly EventQueue _events;
    private DataSender _sender;
    private RttEstimator _rtt;
    private TimeSample _lastSample;

    internal LinkStatistics(EventQueue events)
    {
        _events = events;
    }

    /// <summary>Datagrams handed out for transmission.</summary>
    public long DatagramsSent => _datagramsSent;

    /// <summary>Datagrams with the session's id that were handed in.</summary>
    public long DatagramsReceived => _datagramsReceived;

    /// <summary>Bytes of them.</summary>
    public long BytesSent => _bytesSent;

    /// <summary>Bytes of them.</summary>
    public long BytesReceived => _bytesReceived;

    /// <summary>Messages that the application sent.</summary>
    public long MessagesSent => _messagesSent;

    /// <summary>Messages that the application received.</summary>
    public long MessagesDelivered => _messagesDelivered;

    /// <summary>Messages reported by MessagesLost.</summary>
    public long MessagesLost { get; internal set; }

    /// <summary>Transmissions of messages beyond the first.</summary>
    public long Retransmissions => _sender == null ? 0 : _retransmissionsBefore + _sender.Retransmissions;

    /// <summary>What sends the messages of the newest session; null before the first.</summary>
    internal DataSender Sender => _sender;

    /// <summary>What measures the round trip of the newest session; null before the first.</summary>
    internal RttEstimator Rtt => _rtt;

    /// <summary>Sessions established.</summary>
    public int Sessions { get; internal set; }

    /// <summary>Key epochs entered after the first of each session.</summary>
    public int Rekeys { get; internal set; }

    /// <summary>Smoothed round trip of the present session, us; 0 before the first sample.</summary>
    public long RttMicros => _rtt == null ? 0 : _rtt.SmoothedRtt;

    /// <summary>I: offset that the last time sample showed, us.</summary>
    public long ClockOffsetMicros => _lastSample == null ? 0 : _lastSample.MeasuredOffset;

    /// <summary>Events that found no room in the queue.</summary>
    public int EventsDropped => _events.Dropped;

    /// <summary>Datagrams that were dropped, by cause.</summary>
    public DropCounters Drops { get; } = new DropCounters();

    /// <summary>A session began: what is measured now is its own.</summary>
    internal void Follow(DataSender sender, RttEstimator rtt, TimeSample lastSample)
    {
        _retransmissionsBefore = Retransmissions;
        _sender = sender;
        _rtt = rtt;
        _lastSample = lastSample;
    }

    internal void CountAccepted()
    {
        _messagesSent++;
    }

    internal void CountDelivered()
    {
        _messagesDelivered++;
    }

    internal void CountSent(int bytes)
    {
        _datagramsSent++;
        _bytesSent += bytes;
    }

    internal void CountReceived(int bytes)
    {
        _datagramsReceived++;
        _bytesReceived += bytes;
    }
}
