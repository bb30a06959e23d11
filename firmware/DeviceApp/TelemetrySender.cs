using Hoplink.Device.Messages;

namespace Hoplink.Device;

/// <summary>
/// Sends the device's figures at an interval. The latest wins: there is never more than one message unacknowledged, and what was due while
/// the link was down is sent once, with present figures, when it is up again.
/// </summary>
internal sealed class TelemetrySender
{
    private readonly DeviceApp _app;
    private readonly Outbox _outbox;
    private readonly Telemetry _telemetry = new Telemetry();
    private readonly byte[] _message = new byte[Telemetry.Size];
    private long _intervalMicros;
    private long _due;

    public TelemetrySender(DeviceApp app, Outbox outbox, int intervalMillis)
    {
        _app = app;
        _outbox = outbox;
        _intervalMicros = intervalMillis * 1000L;
    }

    /// <summary>The first message is due at once.</summary>
    public void Start(long now)
    {
        _due = now;
    }

    /// <summary>Sets the interval, 0 for none; the next message comes one interval from now.</summary>
    public void SetInterval(int millis, long now)
    {
        _intervalMicros = millis * 1000L;
        _due = now + _intervalMicros;
    }

    /// <summary>When <see cref="Run"/> has something to do, us; long.MaxValue while only the link can change that.</summary>
    public long NextDue
    {
        get { return _intervalMicros > 0 && CanSend ? _due : long.MaxValue; }
    }

    private bool CanSend
    {
        get { return _app.Link.State == LinkState.Connected && _outbox.HasRoom && !_outbox.IsOutstanding(MessageType.Telemetry); }
    }

    /// <summary>Sends if it is due and possible.</summary>
    public void Run(long now)
    {
        if (now < NextDue)
        {
            return;
        }

        _app.FillTelemetry(_telemetry, now);
        _telemetry.Write(_message, 0);
        if (_outbox.TrySend(_message, Telemetry.Size, now))
        {
            _due = now - _due < _intervalMicros ? _due + _intervalMicros : now + _intervalMicros;
        }
    }
}
