using System;
using Hoplink.Collections;
using Hoplink.Crypto;
using Hoplink.Hopping;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>
/// R: many sessions behind one set of ports. Answers SYNs, routes by session id, resets what it does not know, and keeps links over their
/// sessions. It has no socket, no thread and no clock: after each call, and when <see cref="NextDeadline"/> has come, the host sends what
/// <see cref="PollTransmit"/> fills in, runs what <see cref="PollJob"/> hands out, and fetches links, events and ports. One thread at a
/// time; times are us of a monotonic clock. Nothing scans all sessions.
/// </summary>
public sealed partial class Responder
{
    private readonly ResponderOptions _options;
    private readonly CryptoProvider _crypto;
    private readonly HmacKey _resetSecret;
    private readonly StatelessResets _resets;
    private readonly KeyReserve _reserve = new KeyReserve();
    private readonly EventQueue _events;
    private readonly PortBook _ports;
    private readonly RateLimit _handshakes;
    private readonly IdTable _keys = new IdTable();
    private readonly IdTable _sessions = new IdTable();
    private readonly DeadlineQueue _deadlines = new DeadlineQueue();
    private readonly ObjectQueue _jobs = new ObjectQueue();
    private readonly ObjectQueue _readyLinks = new ObjectQueue();
    private readonly ObjectQueue _readyAnswers = new ObjectQueue();
    private readonly ObjectQueue _readable = new ObjectQueue();
    private readonly ObjectQueue _appeared = new ObjectQueue();
    private readonly DeadlineQueue _dormant = new DeadlineQueue();
    private readonly ObjectQueue _waitingForKeyPair = new ObjectQueue();
    private readonly Header _header = new Header();
    private readonly SynPayload _syn = new SynPayload();
    private readonly byte[] _tag = new byte[WireFormat.TagSize];
    private int _unavailablePorts;

    /// <summary>
    /// Makes a responder. <paramref name="resetSecret"/> is 32 random bytes that outlive a restart (13.3); only a key made from it is kept.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range, or the secret is not 32 bytes.</exception>
    public Responder(ResponderOptions options, CryptoProvider crypto, byte[] resetSecret)
    {
        if (options == null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        options.Validate();
        if (resetSecret == null || resetSecret.Length != CryptoProvider.HashSize)
        {
            throw new ArgumentException("resetSecret: 32 bytes are needed");
        }

        _options = options;
        _crypto = crypto;
        _resetSecret = crypto.CreateHmacKey(resetSecret, 0, resetSecret.Length);
        _resets = new StatelessResets(crypto, _resetSecret, options.ResetAddresses);
        _events = new EventQueue(options.Link.EventCapacity);
        _ports = new PortBook(options.HopFirst, options.HopCount);
        _handshakes = new RateLimit(options.HandshakesPerSecond);
    }

    /// <summary>Live sessions, those that still answer after closing not counted.</summary>
    public int SessionCount { get; private set; }

    /// <summary>Datagrams that belong to no link, by cause.</summary>
    public DropCounters Drops { get; } = new DropCounters();

    /// <summary>Hop ports that could not be bound; each costs at most one window whenever the schedule comes to it (5.2).</summary>
    public int UnavailablePorts
    {
        get { return _unavailablePorts; }
    }

    /// <summary>When <see cref="HandleTimeout"/> or <see cref="PollTransmit"/> has something to do, us; long.MaxValue: never.</summary>
    public long NextDeadline
    {
        get { return _deadlines.Earliest; }
    }

    /// <summary>Serves a device. Returns its key id. The PSK is not kept, only what is derived from it.</summary>
    /// <exception cref="ArgumentException">The PSK is not 32 bytes, is served already, or there are too many.</exception>
    public ulong AddKey(byte[] psk)
    {
        var keys = new PskKeys(_crypto, psk);
        if (_keys.Find(keys.KeyId) != null)
        {
            throw new ArgumentException("psk: this key is served already");
        }

        if (_keys.Count >= _options.MaxKeys)
        {
            throw new ArgumentException("psk: more keys than MaxKeys");
        }

        _keys.Add(keys.KeyId, new KeyEntry(keys));
        return keys.KeyId;
    }

    /// <summary>A link that appeared: the first handshake of a key id completed. Null if there is none.</summary>
    public Link PollNewLink()
    {
        return (Link)_appeared.Take();
    }

    /// <summary>A link that has messages to read; the caller reads it dry. Null if there is none.</summary>
    public Link PollReadable()
    {
        var link = (Link)_readable.Take();
        if (link != null)
        {
            link.IsQueuedReadable = false;
        }

        return link;
    }

    /// <summary>Takes the next event of any link. False if there is none.</summary>
    public bool PollEvent(LinkEvent destination)
    {
        return _events.TryTake(destination);
    }

    /// <summary>Events that found no room because the host did not fetch them.</summary>
    public int EventsDropped
    {
        get { return _events.Dropped; }
    }

    /// <summary>
    /// A hop port to bind or to close. False if there is none; always false for a range of up to 1024 ports, which the host binds once and
    /// for all (5.2).
    /// </summary>
    public bool PollPort(PortChange change)
    {
        return _ports.Poll(change);
    }

    /// <summary>A hop port could not be bound: it is skipped and counted (5.2).</summary>
    public void PortUnavailable(int port)
    {
        _unavailablePorts++;
    }

    /// <summary>
    /// Takes a datagram that arrived at any of the ports. A payload that is encrypted is decrypted in place (14): afterwards the bytes are
    /// not those that arrived.
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
            Drops.Count(cause);
        }
    }

    /// <summary>
    /// Runs what is due. The host hands in what it has received before it calls this: after a pause, the datagrams count first.
    /// </summary>
    public void HandleTimeout(long now)
    {
        // Each entry moves on or goes; the bound keeps one that does neither from stopping the rest.
        for (int i = 0; i < OwnConstants.MaxTimeoutsInARow && _deadlines.Earliest <= now; i++)
        {
            object owner = _deadlines.First.Owner;
            if (owner is Link link)
            {
                OnLinkTimeout(link, now);
            }
            else
            {
                OnHalfOpenTimeout((KeyEntry)owner, now);
            }
        }
    }

    /// <summary>Fills in the next datagram to send. False if there is none. Ready links take turns.</summary>
    public bool PollTransmit(Datagram datagram, long now)
    {
        if (_resets.PollTransmit(datagram, _header))
        {
            return true;
        }

        while (_readyAnswers.Count > 0)
        {
            var half = (HalfOpen)_readyAnswers.Take();
            if (half.Entry.HalfOpen == half && half.PollTransmit(datagram, _header, now))
            {
                return true;
            }
        }

        while (_readyLinks.Count > 0)
        {
            var link = (Link)_readyLinks.Peek();
            bool filled = link.PollTransmit(datagram, now);
            _readyLinks.Take();
            link.IsQueuedReady = false;
            if (filled)
            {
                Touch(link, now);
                return true;
            }

            Refresh(link, now);
        }

        return false;
    }

    /// <summary>Hands out work on keys; null if there is none.</summary>
    public KeyJob PollJob()
    {
        var job = (KeyJob)_jobs.Take();
        return job ?? _reserve.PollJob();
    }

    /// <summary>Takes back a job that was run.</summary>
    /// <exception cref="ArgumentException">The job was not run.</exception>
    public void CompleteJob(KeyJob job, long now)
    {
        if (job == null || job.Outcome == KeyJobOutcome.Pending)
        {
            throw new ArgumentException("job: it was not run");
        }

        if (job.Owner == _reserve)
        {
            _reserve.Complete(job);
            while (_waitingForKeyPair.Count > 0 && _reserve.IsReady)
            {
                var waiting = (Link)_waitingForKeyPair.Take();
                waiting.IsWaitingForKeyPair = false;
                waiting.OnKeyPairReady(now);
                Touch(waiting, now);
            }
        }
        else if (job.Owner is HalfOpen half)
        {
            CompleteHandshakeJob(half, job, now);
        }
        else if (job.Context is Link link)
        {
            link.CompleteJob(job, now);
            Touch(link, now);
        }
    }
}
