using System;
using Hoplink.Collections;
using Hoplink.Crypto;
using Hoplink.Delivery;
using Hoplink.Hopping;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>
/// What an application holds: an ordered, lossless, exactly-once message link that outlives its sessions (13.4). It has no socket, no
/// thread and no clock: after each call, and when <see cref="NextDeadline"/> has come, the host sends what <see cref="PollTransmit"/> fills
/// in, runs what <see cref="PollJob"/> hands out, and fetches events and messages. One thread at a time; times are us of a monotonic
/// clock. The links of a <see cref="Responder"/> are driven by it.
/// </summary>
public sealed partial class Link
{
    private readonly CryptoProvider _crypto;
    private readonly EventQueue _events;
    private readonly Responder _responder;
    private readonly PskKeys _psk;
    private readonly KeyReserve _reserve;
    private readonly InitiatorHandshake _handshake;
    private readonly ListeningPorts _ports;
    private readonly Header _header = new Header();
    private readonly ReceiveBuffer _inbox;
    private readonly Farewell _farewell = new Farewell();

    private bool _started;
    private bool _closed;
    private bool _aborting;
    private bool _closesForPeer;
    private Session _session;
    private Session _lingering;
    private long _reconnectAt = TimerTable.Never;
    private int _reconnects;
    private long _resetReconnectAllowedAt;

    /// <summary>Makes I's end of a link. The PSK is not kept, only what is derived from it.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or the PSK is not 32 bytes.</exception>
    public Link(LinkOptions options, CryptoProvider crypto, byte[] psk)
        : this(options, crypto, new EventQueue(CheckedOptions(options).EventCapacity))
    {
        _psk = new PskKeys(crypto, psk);
        _reserve = new KeyReserve();
        _handshake = new InitiatorHandshake(this, _header, _psk, crypto, _reserve);
        KeyId = _psk.KeyId;
    }

    // R's end.
    internal Link(
        Responder responder, LinkOptions options, CryptoProvider crypto, EventQueue events, KeyReserve reserve, PortBook ports, ulong keyId)
        : this(options, crypto, events)
    {
        _ports = new ListeningPorts(ports);
        Timer = new DeadlineEntry(this);
        Dormancy = new DeadlineEntry(this);
        _responder = responder;
        _reserve = reserve;
        KeyId = keyId;
    }

    private Link(LinkOptions options, CryptoProvider crypto, EventQueue events)
    {
        Options = options;
        _crypto = crypto;
        _events = events;
        Statistics = new LinkStatistics(events);
        Analytics = new RecoveryAnalytics(options.RecoveryRecords);
        int maxMessage = WireFormat.MaxMessageIn(options.MaxDatagram);
        Outbox = new SendWindow(options.SendCapacity, maxMessage);
        _inbox = new ReceiveBuffer(options.ReceiveWindow, maxMessage, options.ReorderLimit);
        MaxMessageBytes = maxMessage;
        if (options.FaultInjection)
        {
            Faults = new FaultInjection(this);
        }
    }

    /// <summary>True at I.</summary>
    public bool IsInitiator
    {
        get { return _handshake != null; }
    }

    /// <summary>Where the link stands.</summary>
    public LinkState State
    {
        get
        {
            if (_closed)
            {
                return LinkState.Closed;
            }

            if (!_started)
            {
                return LinkState.Idle;
            }

            if (IsClosing)
            {
                return LinkState.Closing;
            }

            if (_session != null)
            {
                return LinkState.Connected;
            }

            return !IsInitiator ? LinkState.Dormant : Statistics.Sessions == 0 ? LinkState.Connecting : LinkState.Reconnecting;
        }
    }

    /// <summary>The key id of the link's PSK (3.1); no secret.</summary>
    public ulong KeyId { get; }

    /// <summary>The link id (13.4): the id of the session that began it; 0 before that.</summary>
    public ulong LinkId { get; private set; }

    /// <summary>The id of the present session, 0 if there is none.</summary>
    public ulong SessionId
    {
        get { return _session == null ? 0 : _session.Id; }
    }

    /// <summary>The payloads of the present session are encrypted (14); false if there is none.</summary>
    public bool IsEncrypted
    {
        get { return _session != null && _session.IsEncrypted; }
    }

    /// <summary>The largest message, bytes: as agreed with the other end.</summary>
    public int MaxMessageBytes { get; private set; }

    /// <summary>The host's own.</summary>
    public object Tag { get; set; }

    /// <summary>Messages that the other end has not acknowledged.</summary>
    public int Unacknowledged
    {
        get { return Outbox.Count; }
    }

    /// <summary>Bytes of the next message to receive, -1 if there is none.</summary>
    public int NextMessageLength
    {
        get { return Inbox.NextLength; }
    }

    /// <summary>The level that runs now.</summary>
    public RecoveryLevel Level
    {
        get { return _session == null ? RecoveryLevel.None : _session.Level; }
    }

    /// <summary>The conditions that hold, a bit for each number (8).</summary>
    public int Conditions
    {
        get { return _session == null ? 0 : _session.Conditions; }
    }

    /// <summary>Breaks the link on purpose; null unless the options allow it.</summary>
    public FaultInjection Faults { get; }

    /// <summary>Totals.</summary>
    public LinkStatistics Statistics { get; }

    /// <summary>What the link has learned from its recoveries.</summary>
    public RecoveryAnalytics Analytics { get; }

    internal LinkOptions Options { get; }

    // For what arrives at I, and for what any session sends.
    internal Header Header
    {
        get { return _header; }
    }

    internal SendWindow Outbox { get; }

    internal ReceiveBuffer Inbox
    {
        get { return _inbox; }
    }

    internal Farewell Farewell
    {
        get { return _farewell; }
    }

    // The responder's own notes on this link: its deadline, the queues it stands in, and how long it is kept.
    internal DeadlineEntry Timer { get; }

    internal bool IsQueuedReady { get; set; }

    internal bool IsQueuedReadable { get; set; }

    internal bool IsWaitingForKeyPair { get; set; }

    // Until when it is kept without a session (13.4).
    internal DeadlineEntry Dormancy { get; }

    internal long PortsChangeAt
    {
        get { return _ports.NextChange; }
    }

    internal bool NeedsKeyPair
    {
        get { return _session != null && _session.NeedsKeyPair; }
    }

    internal Session Session
    {
        get { return _session; }
    }

    internal bool IsClosing { get; private set; }

    /// <summary>I: starts the first handshake; from then on the link reconnects by itself until it is closed.</summary>
    /// <exception cref="InvalidOperationException">It is R's end, or was connected before.</exception>
    public void Connect(long now)
    {
        if (!IsInitiator || _started || _closed)
        {
            throw new InvalidOperationException("Connect: only once, and only at the initiator");
        }

        _started = true;
        _handshake.Start(now);
        Touch(now);
    }

    /// <summary>
    /// Hands in a message. It is kept, over any number of sessions, until the other end has it.
    /// </summary>
    /// <exception cref="ArgumentException">The message has no bytes, or more than <see cref="MaxMessageBytes"/>.</exception>
    public SendStatus Send(byte[] message, int offset, int count, long now)
    {
        if (count < 1 || count > MaxMessageBytes)
        {
            throw new ArgumentException("count must be 1 to MaxMessageBytes");
        }

        if (IsClosing || _closed)
        {
            return SendStatus.Closed;
        }

        if (!Outbox.TryAdd(message, offset, count))
        {
            return SendStatus.Full;
        }

        Statistics.CountAccepted();
        Touch(now);

        return SendStatus.Accepted;
    }

    /// <summary>Takes the next message. Returns its bytes, -1 if there is none.</summary>
    /// <exception cref="ArgumentException">The buffer is too small for it.</exception>
    public int Receive(byte[] buffer, int offset, long now)
    {
        int length = _inbox.Read(buffer, offset);
        if (length < 0)
        {
            return length;
        }

        Statistics.CountDelivered();
        if (_session != null && _session.OnRead(now))
        {
            Touch(now);
        }

        return length;
    }

    /// <summary>
    /// Takes the next event. False if there is none. The events of R's links come from <see cref="Responder.PollEvent"/>.
    /// </summary>
    public bool PollEvent(LinkEvent destination)
    {
        return _responder == null && _events.TryTake(destination);
    }

    /// <summary>
    /// Closes the link gracefully (6.4): everything sent is still delivered, at I over new sessions if need be; then both sides close. R's
    /// link ends at once if it has no session, for R cannot make one; Closed says how many messages that costs.
    /// </summary>
    public void Close(long now)
    {
        _closesForPeer = false;
        if (_closed || IsClosing)
        {
            return;
        }

        IsClosing = true;
        if (_session != null)
        {
            _session.Close(now);
        }
        else if (Outbox.Count == 0 || !IsInitiator || !_started)
        {
            Finish(TerminationReason.None, now);
        }

        Touch(now);
    }

    /// <summary>Ends the link at once, by RST if there is a session. What is not acknowledged is lost, and counted in Closed.</summary>
    public void Abort(long now)
    {
        if (_closed)
        {
            return;
        }

        IsClosing = true;
        _started = true;
        _aborting = true;
        if (_session != null)
        {
            _session.Abort(TerminationReason.ApplicationAbort, true, now);
        }

        Finish(TerminationReason.ApplicationAbort, now);
        Touch(now);
    }

    /// <summary>
    /// The application says that the session key leaked (8, KeyCompromise): a rekey follows; two, where one was under way whose new key was
    /// there already.
    /// </summary>
    public void ReportKeyCompromise(long now)
    {
        if (_session != null)
        {
            _session.ReportKeyCompromise(now);
            Touch(now);
        }
    }

    /// <summary>I: the network is back, so a waiting reconnect need not wait (13.2).</summary>
    public void NetworkAvailable(long now)
    {
        if (_reconnectAt != TimerTable.Never)
        {
            _reconnectAt = now;
        }
        else if (_handshake != null)
        {
            _handshake.Hasten(now);
        }

        Touch(now);
    }

    private static LinkOptions CheckedOptions(LinkOptions options)
    {
        if (options == null)
        {
            throw new ArgumentNullException(nameof(options));
        }

        options.Validate();
        return options;
    }
}
