using System;
using Hoplink.Crypto;
using Hoplink.Device.Messages;
using Hoplink.Device.Patterns;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink.Device;

/// <summary>
/// The device's application: an initiator's link, telemetry, commands from the peer, reports of what happened to the link, and test
/// patterns. It has no thread of its own: its host calls <see cref="Step"/> until it returns false, on one thread.
/// </summary>
public sealed class DeviceApp
{
    // More in a row would keep the timers from running; a board's socket holds about 6, a computer's some hundred.
    private const int MaxDatagramsPerTurn = 512;

    // A platform whose wait for a datagram does not end when a key job does is asked this often.
    private const long JobPollMicros = 10000;

    private readonly DevicePlatform _platform;
    private readonly byte[] _received;
    private readonly byte[] _message;
    private readonly Datagram _datagram;
    private readonly Arrival _arrival = new Arrival();
    private readonly LinkEvent _event = new LinkEvent();
    private readonly Outbox _outbox;
    private readonly RecoveryReporter _reporter;
    private readonly ReplyQueue _replies;
    private readonly MessageHandler _handler;
    private readonly TelemetrySender _telemetry;
    private readonly PatternSender _patterns;
    private readonly long _startMicros;
    private LinkState _shownState = LinkState.Idle;
    private RecoveryLevel _shownLevel = RecoveryLevel.None;
    private int _jobsRunning;
    private bool _closeRequested;
    private bool _isTerminated;

    /// <summary>Makes the application and its link; nothing is sent before <see cref="Start"/>.</summary>
    /// <param name="options">What the application does.</param>
    /// <param name="linkOptions">The link's sizes.</param>
    /// <param name="crypto">The crypto of the thread that calls <see cref="Step"/>.</param>
    /// <param name="psk">The pre-shared key, 32 bytes (protocol.md 3.1).</param>
    /// <param name="platform">The machine.</param>
    /// <exception cref="ArgumentException">An option is out of range, or an argument null; the message names it.</exception>
    public DeviceApp(DeviceOptions options, LinkOptions linkOptions, CryptoProvider crypto, byte[] psk, DevicePlatform platform)
    {
        if (options == null || linkOptions == null || platform == null)
        {
            throw new ArgumentException("options, linkOptions and platform must not be null");
        }

        options.Validate();
        Link = new Link(linkOptions, crypto, psk);
        Checker = new PatternChecker(false);
        _platform = platform;
        _startMicros = platform.NowMicros;
        _received = new byte[linkOptions.MaxDatagram];
        _datagram = new Datagram(linkOptions.MaxDatagram);
        _message = new byte[WireFormat.MaxMessageIn(linkOptions.MaxDatagram)];
        _outbox = new Outbox(Link, platform, linkOptions.SendCapacity);
        _reporter = new RecoveryReporter(options.RecoveryEventCapacity);
        _replies = new ReplyQueue(_message.Length);
        _handler = new MessageHandler(this, _replies, Checker);
        _telemetry = new TelemetrySender(this, _outbox, options.TelemetryMillis);
        _patterns = new PatternSender(Link, _outbox, options);
    }

    /// <summary>The link. The host may read it; it is the application that drives it.</summary>
    public Link Link { get; }

    /// <summary>What became of the test patterns that the peer sent or returned.</summary>
    public PatternChecker Checker { get; }

    /// <summary>Test patterns that the link took.</summary>
    public long PatternsSent
    {
        get { return _patterns.Sent; }
    }

    /// <summary>Test patterns that the peer acknowledged.</summary>
    public long PatternsAcknowledged
    {
        get { return _outbox.PatternsAcknowledged; }
    }

    /// <summary>Messages of all types that the link took.</summary>
    public long MessagesSent
    {
        get { return _outbox.Sent; }
    }

    /// <summary>Messages of all types that were delivered.</summary>
    public long MessagesReceived { get; private set; }

    /// <summary>Malformed messages received.</summary>
    public long Malformed
    {
        get { return _handler.Malformed; }
    }

    /// <summary>Replies dropped because the peer does not read them.</summary>
    public long RepliesDropped
    {
        get { return _replies.Dropped; }
    }

    /// <summary>Recovery events dropped before they could be reported.</summary>
    public long RecoveryEventsDropped
    {
        get { return _reporter.Dropped; }
    }

    /// <summary>Recoveries completed at a level from L1 to L3; at L4, sessions that ended otherwise than by closing.</summary>
    public long Recoveries(RecoveryLevel level)
    {
        return _reporter.Recoveries(level);
    }

    /// <summary>Starts to connect.</summary>
    public void Start()
    {
        long now = _platform.NowMicros;
        _telemetry.Start(now);
        _patterns.Start(now);
        Link.Connect(now);
    }

    /// <summary>
    /// One turn: hand over key jobs, transmit, receive all that is there, run the timers and the application. What that makes due goes out
    /// first thing in the next turn. It waits for a datagram no longer than <paramref name="maxWaitMicros"/> us, and not at all if
    /// something else is due.
    /// </summary>
    /// <returns>False once the link has ended. What it still sends then, its last datagram and repeats of it, needs a few more
    /// turns.</returns>
    public bool Step(long maxWaitMicros)
    {
        // What the host asked of the link since the last turn does not wait for a datagram.
        _outbox.NoticeForgotten();
        RunJobs();
        Transmit();

        // What is due later because of what has arrived, the link knows; what is due sooner, the next turn does not wait for.
        long deadline = Link.NextDeadline;
        ReceiveAll(WaitMicros(deadline, maxWaitMicros));
        long now = _platform.NowMicros;
        if (now >= deadline)
        {
            Link.HandleTimeout(now);
        }

        RunApplication();
        return Link.State != LinkState.Closed;
    }

    /// <summary>Sends no more test patterns.</summary>
    public void StopPatterns()
    {
        _patterns.Stop();
    }

    /// <summary>Closes the link gracefully; <see cref="Step"/> carries it out.</summary>
    public void Close()
    {
        Link.Close(_platform.NowMicros);
    }

    /// <summary>Ends the link at once.</summary>
    public void Abort()
    {
        Link.Abort(_platform.NowMicros);
    }

    /// <summary>The machine's network is back: a reconnect that waits need not wait (13.2).</summary>
    public void NetworkAvailable()
    {
        Link.NetworkAvailable(_platform.NowMicros);
    }

    /// <summary>Injects a fault, as the command FAULT does.</summary>
    public CommandResult InjectFault(FaultKind kind, long value)
    {
        return FaultInjector.Apply(Link, kind, value, _platform.NowMicros);
    }

    internal void CloseAfterReplies()
    {
        _closeRequested = true;
    }

    internal bool SetTelemetryInterval(long millis, long now)
    {
        if (!DeviceOptions.IsTelemetryInterval(millis))
        {
            return false;
        }

        _telemetry.SetInterval((int)millis, now);
        return true;
    }

    internal void FillTelemetry(Telemetry telemetry, long now)
    {
        telemetry.Level = Link.Level;
        telemetry.Conditions = Link.Conditions;
        telemetry.UptimeMillis = UptimeMillis(now);
        telemetry.FreeMemoryBytes = _platform.FreeMemoryBytes;
        telemetry.RttMicros = Link.Statistics.RttMicros;
        telemetry.ClockOffsetMicros = Link.Statistics.ClockOffsetMicros;
        telemetry.MessagesSent = MessagesSent;
        telemetry.MessagesReceived = MessagesReceived;
        telemetry.Malformed = Malformed;
        telemetry.EventsDropped = RecoveryEventsDropped;
        for (RecoveryLevel level = RecoveryLevel.TimeSync; level <= RecoveryLevel.ConnectionTerminate; level++)
        {
            telemetry.SetRecoveries(level, Recoveries(level));
        }
    }

    private long UptimeMillis(long now)
    {
        return (now - _startMicros) / 1000;
    }

    private void ReceiveAll(long wait)
    {
        for (int i = 0; i < MaxDatagramsPerTurn; i++)
        {
            int length = _platform.Receive(_received, _arrival, wait);
            if (length < 0)
            {
                return;
            }

            Link.HandleDatagram(_received, 0, length, _arrival, _platform.NowMicros);
            wait = 0;
        }
    }

    private long WaitMicros(long deadline, long maxWaitMicros)
    {
        long until = deadline;
        if (_telemetry.NextDue < until)
        {
            until = _telemetry.NextDue;
        }

        if (_patterns.NextDue < until)
        {
            until = _patterns.NextDue;
        }

        long wait = until - _platform.NowMicros;
        if (wait > maxWaitMicros)
        {
            wait = maxWaitMicros;
        }

        if (_jobsRunning > 0 && wait > JobPollMicros)
        {
            wait = JobPollMicros;
        }

        return wait < 0 ? 0 : wait;
    }

    private void Transmit()
    {
        while (Link.PollTransmit(_datagram, _platform.NowMicros))
        {
            _platform.Send(_datagram);
        }
    }

    private void RunJobs()
    {
        KeyJob job = _platform.PollFinishedJob();
        while (job != null)
        {
            _jobsRunning--;
            Link.CompleteJob(job, _platform.NowMicros);
            job = _platform.PollFinishedJob();
        }

        job = Link.PollJob();
        while (job != null)
        {
            _jobsRunning++;
            _platform.StartJob(job);
            job = Link.PollJob();
        }
    }

    private void RunApplication()
    {
        long now = _platform.NowMicros;
        while (Link.PollEvent(_event))
        {
            NoteEnd(_event.Kind);
            _reporter.Add(_event, UptimeMillis(now));
            _platform.OnLinkEvent(_event);
        }

        _outbox.NoticeAcknowledged();
        ReadMessages(now);
        _replies.Flush(_outbox, now);
        if (Link.State == LinkState.Connected && Link.Level == RecoveryLevel.None)
        {
            _reporter.Flush(_outbox, now);
        }

        _telemetry.Run(now);
        _patterns.Run(now);
        if (_closeRequested)
        {
            _closeRequested = false;
            Link.Close(now);
        }

        ShowStatus();
    }

    private void ReadMessages(long now)
    {
        while (Link.NextMessageLength >= 0)
        {
            int length = Link.Receive(_message, 0, now);
            MessagesReceived++;
            _platform.OnMessageReceived(_message, length);
            _handler.Handle(_message, length, now);
            _replies.Flush(_outbox, now);
        }
    }

    // L4 ends the session within one call, and the link's level with it: its event is what is left to show until there is a session again.
    private void NoteEnd(LinkEventKind kind)
    {
        if (kind == LinkEventKind.Terminated)
        {
            _isTerminated = true;
        }
        else if (kind == LinkEventKind.Connected)
        {
            _isTerminated = false;
        }
    }

    private void ShowStatus()
    {
        RecoveryLevel level = _isTerminated ? RecoveryLevel.ConnectionTerminate : Link.Level;
        if (Link.State != _shownState || level != _shownLevel)
        {
            _shownState = Link.State;
            _shownLevel = level;
            _platform.ShowStatus(_shownState, _shownLevel);
        }
    }
}
