using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <content>How sessions come and go, and what of the link outlives them (13.2, 13.4).</content>
public sealed partial class Link
{
    private const long Ms = SpecConstants.MicrosPerMs;

    /// <summary>R: takes a datagram of one of this link's sessions.</summary>
    internal void HandleSessionDatagram(Header header, byte[] datagram, int offset, int count, Arrival arrival, long now)
    {
        _quietUntil = 0;
        Session session = FindSession(header.SessionId);
        if (session != null)
        {
            session.HandleDatagram(header, datagram, offset, count, arrival, now);
        }
    }

    /// <summary>R: which hop ports the session wants open now (5.2).</summary>
    internal void UpdatePorts(long now)
    {
        // 6.4, 13.1: what still answers, or says goodbye, needs its ports.
        Session session = _session ?? _lingering;
        if (session != null)
        {
            _ports.Update(session.Epochs, session.ReadClock(now), session.Path.Current.LocalPort, now);
        }
        else
        {
            _ports.HoldOnly(Farewell.DueAt == TimerTable.Never ? 0 : Farewell.LocalPort);
        }
    }

    /// <summary>R: the port to send from in place of one at which something arrived: that one, unless it has closed.</summary>
    internal int OpenPort(int port)
    {
        return _ports.IsOpen(port) ? port : Options.RendezvousPort;
    }

    internal LinkEvent AddEvent(LinkEventKind kind, long now)
    {
        LinkEvent added = _events.Add(kind, this, now);
        added.SessionId = SessionId;
        return added;
    }

    /// <summary>I: a handshake is through.</summary>
    internal void OnSessionAgreed(
        PacketProtection protection, SynAckPayload answer, byte[] resetToken, long offset, long roundTrip, long now)
    {
        Resume(answer.Resumed, LinkId != 0, protection.Session.SessionId, answer.NextExpected, now);
        Begin(new Session(this, protection, _crypto, _reserve, resetToken, offset, roundTrip, answer.ReceiveWindow, now), answer.Resumed, now);
        _reconnects = 0;
    }

    /// <summary>R: I's first datagram under the session key completed the handshake.</summary>
    internal Session OnHandshakeCompleted(PacketProtection protection, SynPayload syn, bool resumed, long clockZero, long now)
    {
        _quietUntil = 0;
        if (_session != null)
        {
            // 4: a live session goes on until the new one completes.
            _session.Abort(TerminationReason.Replaced, false, now);
        }

        if (_lingering != null)
        {
            OnLingerEnded(_lingering);
        }

        bool knewOther = LinkId != 0 || syn.LinkId != 0;
        Resume(resumed, knewOther, protection.Session.SessionId, syn.NextExpected, now);
        _started = true;
        Begin(new Session(this, protection, _crypto, _reserve, null, -clockZero, 0, syn.ReceiveWindow, now), resumed, now);
        return _session;
    }

    /// <summary>I: no SYN was answered for 30 s, or the answer was no good.</summary>
    internal void OnHandshakeFailed(long now)
    {
        ScheduleReconnect(now);
    }

    /// <summary>The session ended by L4, a reset, silence or a fault. Its secrets are gone.</summary>
    internal void OnSessionTerminated(Session session, TerminationReason reason, long now)
    {
        if (session != _session)
        {
            return;
        }

        _session = null;
        Forget(session, true);
        if (_aborting || (_responder != null && reason == TerminationReason.Replaced))
        {
            return;
        }

        if (IsClosing && Outbox.Count == 0)
        {
            Finish(reason, now);
            return;
        }

        if (!IsInitiator)
        {
            _responder.OnDormant(this, now);
            return;
        }

        if (reason == TerminationReason.StatelessReset && now >= _resetReconnectAllowedAt)
        {
            // 13.2: at once, but once in 5 s.
            _resetReconnectAllowedAt = now + (SpecConstants.ResetReconnectIntervalMs * Ms);
            _reconnectAt = now;
            AddEvent(LinkEventKind.Reconnecting, now).DelayMicros = 0;
            return;
        }

        ScheduleReconnect(now);
    }

    /// <summary>Both sides have closed, or the other never answered the FIN: the link ends, the session answers for a while.</summary>
    internal void OnSessionClosed(Session session, TerminationReason reason, long now)
    {
        if (session != _session)
        {
            return;
        }

        _session = null;
        if (reason == TerminationReason.None && !session.HasEnded)
        {
            _lingering = session;
            if (_responder != null)
            {
                _responder.OnSessionOver(session, true, false);
            }
        }
        else
        {
            session.End();
            Forget(session, true);
        }

        Finish(reason, now);
    }

    internal void OnLingerEnded(Session session)
    {
        session.End();
        _lingering = null;
        Forget(session, false);
    }

    internal void OnPeerClosing(long now)
    {
        _closesForPeer = !IsClosing;
        IsClosing = true;
        AddEvent(LinkEventKind.PeerClosing, now);
    }

    internal void OnReadable()
    {
        if (_responder != null)
        {
            _responder.OnReadable(this);
        }
    }

    /// <summary>R: the hour is over, or other links need the room (13.4).</summary>
    internal void Expire(long now)
    {
        Finish(TerminationReason.Expired, now);
    }

    // 13.4: the counters are the link's own; the numbers in SYN and SYN_ACK are lower bounds.
    private void Resume(bool resumed, bool linkWasNamed, ulong sessionId, uint peerExpects, long now)
    {
        if (!resumed)
        {
            LinkId = sessionId;
            if (_closesForPeer)
            {
                // 6.4: the other end closed the link that this one takes the place of.
                _closesForPeer = false;
                IsClosing = false;
            }

            Outbox.Restart();
            Inbox.Restart();
            if (linkWasNamed)
            {
                AddEvent(LinkEventKind.LinkRestarted, now).Count = Outbox.Count;
            }

            return;
        }

        if (SerialNumber.IsNewer(peerExpects, Outbox.NeverSent))
        {
            Outbox.MoveNextUpTo(peerExpects);
            AddEvent(LinkEventKind.LinkRestarted, now).Count = Outbox.Count;
        }
        else if (SerialNumber.IsNewer(peerExpects, Outbox.Oldest))
        {
            Outbox.Acknowledge(peerExpects);
        }
    }

    private void Begin(Session session, bool resumed, long now)
    {
        _session = session;
        _closed = false;
        MaxMessageBytes = session.MaxMessageBytes;
        if (_responder != null)
        {
            _responder.OnSessionBegan(this, session);
        }

        Statistics.Sessions++;
        LinkEvent connected = AddEvent(LinkEventKind.Connected, now);
        connected.Resumed = resumed;
        connected.Encrypted = session.IsEncrypted;
        if (IsClosing)
        {
            session.Close(now);
        }
    }

    // 13.2: after 1 s, then every 2 s (battery profile: doubling up to 60 s), +-20 %.
    private void ScheduleReconnect(long now)
    {
        long wait = (_reconnects == 0 ? SpecConstants.ReconnectFirstMs : SpecConstants.ReconnectMs) * Ms;
        if (Options.BatteryProfile)
        {
            wait = (SpecConstants.ReconnectFirstMs * Ms) << (_reconnects < 6 ? _reconnects : 6);
            long most = SpecConstants.BatteryReconnectMaxMs * Ms;
            wait = wait < most ? wait : most;
        }

        _reconnects++;
        long spread = (long)(_crypto.NewNonce() % 4001) - 2000;
        wait += wait * spread / 10000;
        _reconnectAt = now + wait;
        AddEvent(LinkEventKind.Reconnecting, now).DelayMicros = wait;
    }

    private void Finish(TerminationReason reason, long now)
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _reconnectAt = TimerTable.Never;
        LinkEvent added = AddEvent(LinkEventKind.Closed, now);
        added.Reason = reason;
        added.Count = Outbox.Count;
        if (IsInitiator)
        {
            _handshake.Cancel();
            _reserve.Wipe();
            _psk.Wipe();
            return;
        }

        UpdatePorts(now);
        _responder.OnFinished(this);
    }

    // R: the session id means nothing any more.
    private void Forget(Session session, bool live)
    {
        if (_responder != null)
        {
            _responder.OnSessionOver(session, live, true);
        }
    }
}
