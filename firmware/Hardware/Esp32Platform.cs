using System.Threading;
using Hoplink.Device;
using Hoplink.Device.Board;
using Hoplink.Keys;
using Hoplink.Recovery;
using Hoplink.Routing;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;

namespace Hoplink.Hardware;

/// <summary>The board as <see cref="DeviceApp"/> needs it.</summary>
internal sealed class Esp32Platform : DevicePlatform
{
    // Asking for the free memory makes the runtime collect garbage, which takes tens of ms.
    private const long MemoryEveryMicros = 5000000;

    private readonly DeviceSocket _socket;
    private readonly KeyJobWorker _jobs;
    private readonly NetworkWatch _watch;
    private readonly LightAnimation _light;
    private readonly BoardLog _log;
    private long _memory;
    private long _memoryTime = -MemoryEveryMicros;
    private ulong _sessionId;

    /// <summary>Uses what the firmware has opened, and starts the thread for key jobs.</summary>
    public Esp32Platform(DeviceSocket socket, KeyJobWorker jobs, NetworkWatch watch, LightAnimation light, BoardLog log)
    {
        _socket = socket;
        _jobs = jobs;
        _watch = watch;
        _light = light;
        _log = log;

        // Below the link's thread: an agreement of seconds may take all the time that is left, but no more.
        var thread = new Thread(jobs.Run);
        thread.Priority = ThreadPriority.BelowNormal;
        thread.Start();
    }

    /// <inheritdoc/>
    public override long NowMicros
    {
        get { return (long)HighResTimer.GetCurrent(); }
    }

    /// <inheritdoc/>
    public override long FreeMemoryBytes
    {
        get
        {
            long now = NowMicros;
            if (now - _memoryTime >= MemoryEveryMicros)
            {
                _memoryTime = now;
                _memory = GC.Run(false);
            }

            return _memory;
        }
    }

    /// <inheritdoc/>
    public override int Receive(byte[] buffer, Arrival arrival, long maxWaitMicros)
    {
        return _socket.Receive(buffer, arrival, maxWaitMicros);
    }

    /// <inheritdoc/>
    public override void Send(Datagram datagram)
    {
        string warning = _watch.CheckPort(datagram.Remote.Port);
        if (warning != null)
        {
            _log.Write(warning);
        }

        _socket.Send(datagram);
    }

    /// <inheritdoc/>
    public override void StartJob(KeyJob job)
    {
        _jobs.Start(job);
    }

    /// <inheritdoc/>
    public override KeyJob PollFinishedJob()
    {
        return _jobs.TakeFinished();
    }

    /// <inheritdoc/>
    public override void OnMessageReceived(byte[] message, int count)
    {
        _light.NoteTraffic();
    }

    /// <inheritdoc/>
    public override void OnMessageSent(byte[] message, int count)
    {
        _light.NoteTraffic();
    }

    /// <inheritdoc/>
    public override void OnLinkEvent(LinkEvent linkEvent)
    {
        if (linkEvent.SessionId != 0)
        {
            _sessionId = linkEvent.SessionId;
        }

        if (linkEvent.Kind == LinkEventKind.Connected)
        {
            _watch.OnSession();
        }

        _log.Write(LinkEventText.Of(linkEvent, _sessionId));
    }

    /// <inheritdoc/>
    public override void ShowStatus(LinkState state, RecoveryLevel level)
    {
        _light.Mode = LightAnimation.ModeOf(state, level);
    }
}
