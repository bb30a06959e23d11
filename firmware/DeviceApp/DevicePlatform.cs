using Hoplink.Keys;
using Hoplink.Recovery;
using Hoplink.Routing;

namespace Hoplink.Device;

/// <summary>
/// What <see cref="DeviceApp"/> needs of the machine that it runs on: a clock, one UDP socket, something to run key jobs on, and where
/// to show what happens. All members are called on the thread that calls <see cref="DeviceApp.Step"/>.
/// </summary>
public abstract class DevicePlatform
{
    /// <summary>Monotonic time, us.</summary>
    public abstract long NowMicros { get; }

    /// <summary>Free memory, bytes.</summary>
    public abstract long FreeMemoryBytes { get; }

    /// <summary>
    /// Waits for a datagram, puts it at index 0 of the buffer, cut to the buffer's length, and says where it came from. Returns as soon
    /// as a key job has finished, if the platform can.
    /// </summary>
    /// <param name="buffer">Takes the datagram.</param>
    /// <param name="arrival">Takes its sender.</param>
    /// <param name="maxWaitMicros">Longest wait, us; 0 only looks.</param>
    /// <returns>Its length, bytes, or -1 if none came.</returns>
    public abstract int Receive(byte[] buffer, Arrival arrival, long maxWaitMicros);

    /// <summary>
    /// Sends a datagram to the peer, to the datagram's port. One that cannot be sent is dropped: the protocol repeats it.
    /// </summary>
    public abstract void Send(Datagram datagram);

    /// <summary>Starts a key job in the background, which may take seconds. Jobs may run one after another.</summary>
    public abstract void StartJob(KeyJob job);

    /// <summary>A job that has finished, each once; null if there is none.</summary>
    public abstract KeyJob PollFinishedJob();

    /// <summary>A message was delivered. The buffer is reused afterwards.</summary>
    public abstract void OnMessageReceived(byte[] message, int count);

    /// <summary>The link took a message for sending. The buffer is reused afterwards.</summary>
    public abstract void OnMessageSent(byte[] message, int count);

    /// <summary>Something happened to the link. The event is reused afterwards.</summary>
    public abstract void OnLinkEvent(LinkEvent linkEvent);

    /// <summary>
    /// The link's state or recovery level changed: for a light or a display. After a session that ended otherwise than by closing, the
    /// level is <see cref="RecoveryLevel.ConnectionTerminate"/> until the next one.
    /// </summary>
    public abstract void ShowStatus(LinkState state, RecoveryLevel level);
}
