using System.Collections.Concurrent;
using Hoplink.Crypto;
using Hoplink.Device;
using Hoplink.Host;
using Hoplink.Keys;
using Hoplink.Recovery;
using Hoplink.Routing;

namespace Hoplink.VirtualBoard;

/// <summary>This computer as a device: its socket, its clock, and a thread for key jobs.</summary>
internal sealed class VirtualPlatform : DevicePlatform, IDisposable
{
    private readonly DeviceTransport _transport;
    private readonly DeviceReport _report;
    private readonly JobRunner _jobs;
    private readonly ConcurrentQueue<KeyJob> _finished = new();

    /// <summary>Uses a transport, which stays the caller's.</summary>
    public VirtualPlatform(DeviceTransport transport, Func<CryptoProvider> createCrypto, DeviceReport report)
    {
        _transport = transport;
        _report = report;
        _jobs = new JobRunner(createCrypto, 1, OnJobFinished);
    }

    public override long NowMicros => MonotonicClock.NowMicros;

    public override long FreeMemoryBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - GC.GetTotalMemory(false);

    public override int Receive(byte[] buffer, Arrival arrival, long maxWaitMicros)
    {
        return _transport.Receive(buffer, arrival, maxWaitMicros);
    }

    public override void Send(Datagram datagram) => _transport.Send(datagram);

    public override void StartJob(KeyJob job) => _jobs.Start(job);

    public override KeyJob? PollFinishedJob() => _finished.TryDequeue(out KeyJob? job) ? job : null;

    public override void OnMessageReceived(byte[] message, int count) => _report.Received(message, count);

    public override void OnMessageSent(byte[] message, int count) => _report.Sent(message, count);

    public override void OnLinkEvent(LinkEvent linkEvent) => _report.LinkEvent(linkEvent);

    public override void ShowStatus(LinkState state, RecoveryLevel level) => _report.Status(state, level);

    public void Dispose() => _jobs.Dispose();

    private void OnJobFinished(KeyJob job)
    {
        _finished.Enqueue(job);
        _transport.Wake();
    }
}
