using System.Text.Json;
using Hoplink.Device.Patterns;
using Hoplink.Host;
using Hoplink.Wire;

namespace Hoplink.Peer.Listen;

/// <summary>
/// What `listen` does with its links: prints events, reads messages, and sends them back if told to. What finds no room stays, one
/// message a link, and nothing more is read from that link until there is room: the device's own window then holds it back.
/// </summary>
internal sealed class PeerApplication : IResponderApplication
{
    /// <summary>Stalled links looked at after each call of the library: each acknowledgment that makes room is such a call.</summary>
    private const int RetriesEach = 8;

    /// <summary>How often stalled links are looked at when nothing happens, us.</summary>
    private const long RetryMicros = 25_000;

    private readonly Output _output;
    private readonly bool _echo;
    private readonly bool _verbose;
    private readonly byte[] _message = new byte[WireFormat.MaxMessage];
    private readonly Queue<PeerLink> _stalled = new();
    private readonly Dictionary<Link, PeerLink> _live = [];
    private Totals _ended = new();
    private long _sessions;
    private long _links;
    private long _notEchoed;

    public PeerApplication(Output output, bool echo, bool verbose)
    {
        _output = output;
        _echo = echo;
        _verbose = verbose;
    }

    /// <summary>The links that have a session.</summary>
    public IEnumerable<Link> LiveLinks => _live.Keys;

    public void OnNewLink(Link link, long now)
    {
        _links++;
        PeerLink.Of(link);
    }

    public void OnEvent(LinkEvent linkEvent, long now)
    {
        PeerLink peer = PeerLink.Of(linkEvent.Link);
        if (linkEvent.Kind == LinkEventKind.Connected)
        {
            // The link may have gone on to this session without the last one having ended by itself (4).
            EndSession(peer, now);
            peer.Session = new SessionRecord(linkEvent.Link, now);
            peer.LastSessionId = linkEvent.SessionId;
            _live[linkEvent.Link] = peer;
            _sessions++;
        }

        peer.Session?.Count(linkEvent);
        LinkEventReport.Write(_output, linkEvent, peer.LastSessionId);
        if (linkEvent.Kind is LinkEventKind.Terminated or LinkEventKind.Closed)
        {
            EndSession(peer, now);
        }
    }

    public void OnReadable(Link link, long now)
    {
        PeerLink peer = PeerLink.Of(link);
        if (peer.KeptLength == 0 && !ReadAll(peer, now))
        {
            _stalled.Enqueue(peer);
        }
    }

    public long Service(long now)
    {
        for (int i = Math.Min(RetriesEach, _stalled.Count); i > 0; i--)
        {
            PeerLink peer = _stalled.Dequeue();
            if (!SendBack(peer, peer.Kept, peer.KeptLength, now) || !ReadAll(peer, now))
            {
                _stalled.Enqueue(peer);
            }
        }

        return _stalled.Count > 0 ? now + RetryMicros : long.MaxValue;
    }

    /// <summary>Prints the totals of sessions that still live, and those of the whole run.</summary>
    public void ReportTotals(ResponderHost host, bool allClosed)
    {
        host.Call((responder, now) =>
        {
            foreach (PeerLink peer in _live.Values.ToArray())
            {
                EndSession(peer, now);
            }

            Totals totals = _ended.Plus(new Totals());
            totals.Add(responder.Drops, responder.EventsDropped);
            string text = $"totals: {_links} links, {_sessions} sessions, {SessionReport.Text(totals)}; not echoed {_notEchoed}; " +
                $"ports skipped {host.SkippedPorts}, send errors {host.SendErrors}, receive errors {host.ReceiveErrors}; " +
                $"drops: {DropCauses.Text(totals)}" + (allClosed ? string.Empty : "; some sessions did not close in time");
            _output.Event("totals", Mood.Plain, text, json => WriteTotals(json, totals, allClosed));
            return true;
        });

        void WriteTotals(Utf8JsonWriter json, Totals totals, bool closed)
        {
            json.WriteNumber("links", _links);
            json.WriteNumber("sessions", _sessions);
            json.WriteBoolean("allClosed", closed);
            json.WriteNumber("notEchoed", _notEchoed);
            json.WriteNumber("portsSkipped", host.SkippedPorts);
            json.WriteNumber("sendErrors", host.SendErrors);
            json.WriteNumber("receiveErrors", host.ReceiveErrors);
            SessionReport.WriteTotals(json, totals);
        }
    }

    private void EndSession(PeerLink peer, long now)
    {
        if (peer.Session is not { } session)
        {
            return;
        }

        SessionReport.Write(_output, session, now);
        _ended = _ended.Plus(session.Totals);
        peer.Session = null;
        _live.Remove(peer.Link);
    }

    /// <summary>Reads until nothing is left, or a message finds no room to be sent back: false.</summary>
    private bool ReadAll(PeerLink peer, long now)
    {
        int length;
        while ((length = peer.Link.Receive(_message, 0, now)) >= 0)
        {
            ReportMessage(peer, length, now);
            if (_echo && !SendBack(peer, _message, length, now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sends a message back, or keeps it: false.</summary>
    private bool SendBack(PeerLink peer, byte[] message, int length, long now)
    {
        peer.KeptLength = 0;
        if (length > peer.Link.MaxMessageBytes)
        {
            // Taken in a session that allowed more.
            _notEchoed++;
            return true;
        }

        switch (peer.Link.Send(message, 0, length, now))
        {
            case SendStatus.Full:
                Array.Copy(message, peer.Kept, length);
                peer.KeptLength = length;
                return false;
            case SendStatus.Closed:
                _notEchoed++;
                return true;
            default:
                return true;
        }
    }

    private void ReportMessage(PeerLink peer, int length, long now)
    {
        long index = peer.Received++;
        if (_verbose)
        {
            ulong sessionId = peer.LastSessionId;
            bool isPattern = TestPattern.IsPattern(_message, 0, length);
            uint pattern = isPattern ? TestPattern.Index(_message, 0) : 0;
            string text = $"{LinkEventReport.Hex(peer.Link.KeyId)} message {index}: {length} bytes";
            _output.Event(now, "message", Mood.Faint, text, json =>
            {
                LinkEventReport.WriteIds(json, peer.Link, sessionId);
                json.WriteNumber("index", index);
                json.WriteNumber("length", length);
                if (isPattern)
                {
                    json.WriteNumber("pattern", pattern);
                }
            });
        }
    }
}
