using System.Collections.Concurrent;
using Hoplink.Device;
using Hoplink.Host;
using Hoplink.Recovery;

namespace Hoplink.VirtualBoard;

/// <summary>Drives the device's application until it is done, is told to stop, or fails.</summary>
internal sealed class DeviceRun
{
    /// <summary>How long a first session is waited for, us.</summary>
    private const long ConnectMicros = 60_000_000;

    /// <summary>How long a graceful close may take, us, so that all of it ends within 2 s of the signal.</summary>
    private const long CloseMicros = 1_200_000;

    /// <summary>
    /// How long a link that has ended is still served, us: it sends three resets, 100 ms apart (protocol.md 13.1), or acknowledges the
    /// peer's FIN once more if that was lost (6.4).
    /// </summary>
    private const long FarewellMicros = 300_000;

    /// <summary>How long messages that the peer returns are waited for, us, after the last one came.</summary>
    private const long EchoMicros = 2_000_000;

    /// <summary>Longest turn, us: what is looked at between turns is not late by more.</summary>
    private const long MaxWaitMicros = 100_000;

    private readonly CommandContext _context;
    private readonly DeviceSettings _settings;
    private readonly DeviceApp _app;
    private readonly DeviceTransport _transport;
    private readonly DeviceReport _report;
    private readonly ConcurrentQueue<string> _lines = new();
    private long _patternCount;
    private long _closeBy = long.MaxValue;
    private long _progress = -1;
    private long _progressBy;
    private bool _isQuitting;
    private bool _isAborted;

    public DeviceRun(CommandContext context, DeviceSettings settings, DeviceApp app, DeviceTransport transport, DeviceReport report)
    {
        _context = context;
        _settings = settings;
        _app = app;
        _transport = transport;
        _report = report;
        _patternCount = settings.App.PatternCount > 0 ? settings.App.PatternCount : long.MaxValue;
    }

    private bool IsClosing => _closeBy != long.MaxValue;

    private bool IsCountReached => _app.PatternsAcknowledged >= _patternCount;

    /// <summary>Runs on the calling thread.</summary>
    /// <returns>A code of <see cref="ExitCode"/>.</returns>
    public int Run()
    {
        using CancellationTokenRegistration wake = _context.Stop.Register(_transport.Wake);
        if (_settings.Link.FaultInjection)
        {
            _context.ReadLines(line =>
            {
                _lines.Enqueue(line);
                _transport.Wake();
            });
        }

        _report.Connecting(_settings);
        _app.Start();
        bool isGood = RunLink(MonotonicClock.NowMicros + ConnectMicros);
        _app.Abort();
        SendFarewell();
        _report.Totals(_app, _transport);
        return isGood ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Runs until the link has ended, or is to be ended.</summary>
    /// <returns>False for what is exit code 1.</returns>
    private bool RunLink(long connectBy)
    {
        while (_app.Step(MaxWaitMicros))
        {
            HandleLines();
            long now = MonotonicClock.NowMicros;
            if (_isAborted || now >= _closeBy)
            {
                // A close that took too long has still done what was asked.
                return !_isAborted;
            }

            if (!IsClosing && !CanGoOn(now, connectBy))
            {
                return false;
            }

            if (!IsClosing && (_context.Stop.IsCancellationRequested || IsDone(now)))
            {
                Close(now);
            }
        }

        return IsClosing || EndedWell();
    }

    /// <summary>The link has ended though nobody here asked for it: well if all was done by then.</summary>
    private bool EndedWell()
    {
        if (_report.ClosedBy == TerminationReason.None && IsCountReached)
        {
            return true;
        }

        string peer = $"{_settings.Peer.Host} port {_settings.Peer.Port}";
        _report.Error(_report.ClosedBy == TerminationReason.None
            ? $"the peer {peer} closed the link: start this device again once the peer listens"
            : $"the link with {peer} ended: {RecoveryText.Of(_report.ClosedBy)}. {RecoveryText.Advice(_report.ClosedBy)}");
        return false;
    }

    private bool CanGoOn(long now, long connectBy)
    {
        if (now >= connectBy && _app.Link.Statistics.Sessions == 0)
        {
            _report.Error($"no session with {_settings.Peer.Host} port {_settings.Peer.Port} within {ConnectMicros / 1_000_000} s: "
                + "check that the peer listens there, that UDP passes between the two, and that both have the same key");
            return false;
        }

        if (_settings.App.SendPatterns && _app.Link.State == LinkState.Connected && _settings.App.PatternSize > _app.Link.MaxMessageBytes)
        {
            _report.Error($"--size {_settings.App.PatternSize}: this peer takes messages of at most {_app.Link.MaxMessageBytes} bytes");
            return false;
        }

        return true;
    }

    /// <summary>
    /// All acknowledged, and, of a peer that returns what it gets, all returned; or nothing more for a while, once no more is sent.
    /// </summary>
    private bool IsDone(long now)
    {
        if (!IsCountReached && !_isQuitting)
        {
            return false;
        }

        long echoed = _app.Checker.Received;
        long progress = echoed + _app.PatternsAcknowledged;
        if (progress != _progress)
        {
            _progress = progress;
            _progressBy = now + EchoMicros;
        }

        return now >= _progressBy || (IsCountReached && (echoed == 0 || echoed >= _patternCount));
    }

    private void Close(long now)
    {
        _closeBy = now + CloseMicros;
        _app.Close();
    }

    private void SendFarewell()
    {
        long until = MonotonicClock.NowMicros + FarewellMicros;
        for (long now = MonotonicClock.NowMicros; now < until; now = MonotonicClock.NowMicros)
        {
            _app.Step(until - now);
        }
    }

    private void HandleLines()
    {
        while (_lines.TryDequeue(out string? line))
        {
            try
            {
                Handle(BoardRequest.Parse(line));
            }
            catch (FormatException e)
            {
                _report.FaultRefused(e.Message);
            }
        }
    }

    private void Handle(BoardRequest request)
    {
        if (request.Fault is { } fault)
        {
            _report.Fault(fault.Name, fault.Apply(_app.Link, MonotonicClock.NowMicros));
            return;
        }

        switch (request.Word)
        {
            case "abort":
                _isAborted = true;
                break;
            case "quit":
                // What is on its way, there and back, comes first.
                _isQuitting = true;
                _app.StopPatterns();
                _patternCount = _app.PatternsSent;
                break;
            default:
                _report.Totals(_app, _transport);
                break;
        }
    }
}
