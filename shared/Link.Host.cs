using System;
using Hoplink.Keys;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <content>The host's side: datagrams, timers, jobs.</content>
public sealed partial class Link
{
    // Until then there is nothing to transmit and no timer to run: a host that asks all the same gets its answer at once. Whatever happens
    // to the link sets it to 0, not known; PollTransmit, when it has found nothing, looks it up again.
    private long _quietUntil;

    /// <summary>I: when <see cref="HandleTimeout"/> or <see cref="PollTransmit"/> has something to do, us; long.MaxValue: never.</summary>
    public long NextDeadline
    {
        get { return _quietUntil != 0 ? _quietUntil : FindDeadline(); }
    }

    /// <summary>
    /// I: takes a datagram that arrived, from any address and port of the peer: the tag decides. A payload that is encrypted is decrypted
    /// in place (14): afterwards the bytes are not those that arrived.
    /// </summary>
    public void HandleDatagram(byte[] datagram, int offset, int count, Arrival arrival, long now)
    {
        _quietUntil = 0;
        Header header = _header;
        DropCause cause = Header.Read(datagram, offset, count, header);
        if (cause == DropCause.None)
        {
            Session session = _session;
            if (session != null && session.Id == header.SessionId && header.Type > PacketType.SynAck)
            {
                session.HandleDatagram(header, datagram, offset, count, arrival, now);
                return;
            }

            cause = Route(datagram, offset, count, arrival, now);
        }

        if (cause != DropCause.None)
        {
            Statistics.Drops.Count(cause);
        }
    }

    /// <summary>
    /// Runs what is due. The host hands in what it has received before it calls this: after a pause, the datagrams count first.
    /// </summary>
    public void HandleTimeout(long now)
    {
        _quietUntil = 0;
        if (_session != null)
        {
            _session.HandleTimeout(now);
        }

        if (_lingering != null)
        {
            _lingering.HandleTimeout(now);
        }

        if (!IsInitiator)
        {
            return;
        }

        _handshake.HandleTimeout(now);
        if (_reconnectAt <= now)
        {
            _reconnectAt = TimerTable.Never;
            _handshake.Start(now);
        }
    }

    /// <summary>Fills in the next datagram to send. False if there is none.</summary>
    public bool PollTransmit(Datagram datagram, long now)
    {
        if (now < _quietUntil)
        {
            return false;
        }

        bool filled;
        if (now >= _farewell.DueAt)
        {
            filled = _farewell.PollTransmit(datagram, now);
        }
        else
        {
            filled = _session != null ? _session.PollTransmit(datagram, now) : PollWithoutSession(datagram, now);
        }

        _quietUntil = filled ? 0 : FindDeadline();
        return filled;
    }

    /// <summary>
    /// Hands out work on keys that may take seconds on a device; null if there is none. The host runs it, on any thread, and gives it
    /// back by <see cref="CompleteJob"/>.
    /// </summary>
    public KeyJob PollJob()
    {
        Session session = _session;
        if (session != null && session.IsCalm && (_reserve.IsReady || _handshake == null))
        {
            // The usual case: no agreement is under way, and the next key pair is there.
            return null;
        }

        KeyJob job = _handshake == null ? null : _handshake.PollJob();
        if (job == null && session != null)
        {
            job = session.PollJob();
        }

        if (job != null || _handshake == null || _closed || !_reserve.IsWanting)
        {
            return job;
        }

        // The next key pair waits until the agreement at hand is done, or its answer at least is there: a slow device makes one after
        // the other (4.1).
        bool expectsAgreement = _handshake.IsUnderWay || (session != null && session.ExpectsAgreement);
        return expectsAgreement ? null : _reserve.PollJob();
    }

    /// <summary>Takes back a job that was run.</summary>
    /// <exception cref="ArgumentException">The job was not run.</exception>
    public void CompleteJob(KeyJob job, long now)
    {
        if (job == null || job.Outcome == KeyJobOutcome.Pending)
        {
            throw new ArgumentException("job: it was not run");
        }

        _quietUntil = 0;
        if (job.Owner == _reserve && _reserve != null)
        {
            _reserve.Complete(job);
            OnKeyPairReady(now);
        }
        else if (job.Owner == _handshake && _handshake != null)
        {
            _handshake.CompleteJob(job, now);
        }
        else if (_session != null && _session.Owns(job))
        {
            _session.CompleteJob(job, now);
        }
        else
        {
            job.Wipe();
        }
    }

    internal void OnKeyPairReady(long now)
    {
        _quietUntil = 0;
        if (_handshake != null)
        {
            _handshake.OnKeyPairReady(now);
        }

        if (_session != null)
        {
            _session.OnKeyPairReady(now);
        }
    }

    // A call changed the link: what is due has to be looked up again, at R by the responder, which is its host.
    internal void Touch(long now)
    {
        _quietUntil = 0;
        if (_responder != null)
        {
            _responder.Touch(this, now);
        }
    }

    internal Session FindSession(ulong sessionId)
    {
        if (_session != null && _session.Id == sessionId)
        {
            return _session;
        }

        return _lingering != null && _lingering.Id == sessionId ? _lingering : null;
    }

    // A live session has taken the place of the handshake, and of a session that only answers.
    private long FindDeadline()
    {
        long next = _session != null ? _session.NextDeadline() : FindDeadlineWithoutSession();
        long farewell = _farewell.DueAt;
        return farewell < next ? farewell : next;
    }

    private long FindDeadlineWithoutSession()
    {
        long next = _lingering == null ? TimerTable.Never : _lingering.NextDeadline();
        next = Earlier(next, _reconnectAt);
        return _handshake == null ? next : Earlier(next, Earlier(_handshake.DueAt, _handshake.GivesUpAt));
    }

    private bool PollWithoutSession(Datagram datagram, long now)
    {
        if (_handshake != null && _handshake.PollTransmit(datagram, now))
        {
            return true;
        }

        return _lingering != null && _lingering.PollTransmit(datagram, now);
    }

    private static long Earlier(long first, long second)
    {
        return first < second ? first : second;
    }

    private DropCause Route(byte[] datagram, int offset, int count, Arrival arrival, long now)
    {
        Header header = _header;
        if (header.Type <= PacketType.SynAck)
        {
            return header.Type == PacketType.Syn ? DropCause.NotExpected : _handshake.HandleSynAck(header, datagram, offset, now);
        }

        Session session = FindSession(header.SessionId);
        if (session == null)
        {
            return DropCause.UnknownSession;
        }

        session.HandleDatagram(header, datagram, offset, count, arrival, now);
        return DropCause.None;
    }
}
