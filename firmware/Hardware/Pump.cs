using System;
using System.Threading;
using Hoplink.Device;
using Hoplink.Device.Board;

namespace Hoplink.Hardware;

/// <summary>How a <see cref="Pump"/> ended.</summary>
internal enum PumpState : byte
{
    /// <summary>It has not.</summary>
    Running,

    /// <summary>The link has ended.</summary>
    LinkEnded,

    /// <summary>The button was held down: the board is to be configured anew.</summary>
    ProvisioningAsked,
}

/// <summary>Drives the application on a thread of its own, and does there what the button asks for: a link has one thread.</summary>
internal sealed class Pump
{
    // The button and the job thread are looked at this often.
    private const long TurnMicros = 100000;

    // A reset is sent three times, 100 ms apart (13.1).
    private const long ResetMicros = 300000;

    // What the protocol gives a lost last acknowledgment (6.4).
    private const long FarewellMicros = 10000000;

    private readonly DeviceApp _app;
    private readonly DevicePlatform _platform;
    private readonly NetworkWatch _watch;
    private readonly ButtonGesture _button;
    private readonly LightAnimation _light;
    private readonly BoardLog _log;
    private readonly FaultCycle _faults = new FaultCycle();
    private readonly object _lock = new object();
    private bool _isNetworkBack;

    /// <summary>Takes over the application.</summary>
    public Pump(
        DeviceApp app, DevicePlatform platform, NetworkWatch watch, ButtonGesture button, LightAnimation light, BoardLog log)
    {
        _app = app;
        _platform = platform;
        _watch = watch;
        _button = button;
        _light = light;
        _log = log;
    }

    /// <summary>Whether it runs, or how it ended.</summary>
    public PumpState State { get; private set; }

    /// <summary>True while the link has a session.</summary>
    public bool HasSession
    {
        get { return _app.Link.State == LinkState.Connected; }
    }

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        new Thread(Run).Start();
    }

    /// <summary>The network is back; the link's thread tells the link. For any thread.</summary>
    public void NoteNetworkBack()
    {
        lock (_lock)
        {
            _isNetworkBack = true;
        }
    }

    private bool TakeNetworkBack()
    {
        lock (_lock)
        {
            bool was = _isNetworkBack;
            _isNetworkBack = false;
            return was;
        }
    }

    private void Run()
    {
        try
        {
            State = RunLink();
        }
        catch (Exception e)
        {
            Restart.AfterFailure("link", e, _light, _log);
        }
    }

    private PumpState RunLink()
    {
        _app.Start();
        while (_app.Step(TurnMicros))
        {
            if (_button.TakeLong())
            {
                _app.Abort();
                Serve(ResetMicros);
                return PumpState.ProvisioningAsked;
            }

            if (_button.TakeShort())
            {
                _log.Write(_faults.Inject(_app));
            }

            if (TakeNetworkBack())
            {
                _app.NetworkAvailable();
            }

            string warning = _watch.CheckRtt(_app.Link.Statistics.RttMicros);
            if (warning != null)
            {
                _log.Write(warning);
            }
        }

        Serve(FarewellMicros);
        return PumpState.LinkEnded;
    }

    private void Serve(long micros)
    {
        long until = _platform.NowMicros + micros;
        for (long now = _platform.NowMicros; now < until; now = _platform.NowMicros)
        {
            _app.Step(until - now);
        }
    }
}
