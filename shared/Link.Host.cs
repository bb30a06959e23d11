using System;
using Hoplink.Keys;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <content>The host's side: datagrams, timers, jobs.</content>
public sealed partial class Link
{
    /// <summary>I: when <see cref="HandleTimeout"/> or <see cref="PollTransmit"/> has something to do, us; long.MaxValue: never.</summary>
    public long NextDeadline
    {
        get
        {
            long next = _session == null ? TimerTable.Never : _session.NextDeadline();
            next = Earlier(next, _reconnectAt, _farewell.DueAt);
            if (_lingering != null)
            {
                next = Earlier(next, _lingering.NextDeadline(), TimerTable.Never);
            }

            return _handshake == null ? next : Earlier(next, _handshake.DueAt, _handshake.GivesUpAt);
        }
    }

    /// <summary>
    /// I: takes a datagram that arrived, from any address and port of the peer: the tag decides. A payload that is encrypted is decrypted in
    /// place (14): afterwards the bytes are not those that arrived.
    /// </summary>
    public void HandleDatagram(byte[] datagram, int offset, int count, Arrival arrival, long now)
    {
        DropCause cause = Header.Read(datagram, offset, count, _header);
        if (cause == DropCause.None)
        {
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
        if (now >= _farewell.DueAt && _farewell.PollTransmit(datagram, now))
        {
            return true;
        }

        if (_handshake != null && _handshake.PollTransmit(datagram, now))
        {
            return true;
        }

        if (_session != null && _session.PollTransmit(datagram, now))
        {
            return true;
        }

        return _lingering != null && _lingering.PollTransmit(datagram, now);
    }

    /// <summary>
    /// Hands out work on keys that may take seconds on a device; null if there is none. The host runs it, on any thread, and gives it
    /// back by <see cref="CompleteJob"/>.
    /// </summary>
    public KeyJob PollJob()
    {
        KeyJob job = _handshake == null ? null : _handshake.PollJob();
        if (job == null && _session != null)
        {
            job = _session.PollJob();
        }

        if (job != null || _handshake == null || _closed || !_reserve.IsWanting)
        {
            return job;
        }

        // The next key pair waits until the agreement at hand is done, or its answer at least is there: a slow device makes one after
        // the other (4.1).
        bool expectsAgreement = _handshake.IsUnderWay || (_session != null && _session.ExpectsAgreement);
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
        if (_handshake != null)
        {
            _handshake.OnKeyPairReady(now);
        }

        if (_session != null)
        {
            _session.OnKeyPairReady(now);
        }
    }

    // R's host is the responder: it has to look at this link again.
    internal void Touch(long now)
    {
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

    private static long Earlier(long first, long second, long third)
    {
        long earlier = first < second ? first : second;
        return earlier < third ? earlier : third;
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
