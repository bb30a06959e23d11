using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hoplink.Routing;

namespace Hoplink.Host;

/// <summary>
/// The one socket of an initiator's <see cref="Link"/>. It is connected to nothing: the peer answers from any of its ports, and the tag
/// decides what is the peer's (2). For one thread, which waits in <see cref="Receive"/>; <see cref="Wake"/> may be called by any.
/// </summary>
public sealed class DeviceTransport : IDisposable
{
    private readonly Socket _socket;
    private readonly Endpoint _peer = new();
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(UdpSocket.MaxDatagram, pinned: true);
    private readonly AutoResetEvent _signal = new(false);
    private readonly Action _setSignal;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pending;
    private bool _isPending;

    /// <summary>Opens a socket on a port that the system chooses.</summary>
    /// <param name="peer">The peer's address, as <see cref="HostNames.ResolveAsync"/> found it.</param>
    /// <exception cref="SocketException">The system has no socket left, or none of this family.</exception>
    public DeviceTransport(IPAddress peer)
    {
        SocketAddresses.Set(_peer, peer, 0);
        _socket = new Socket(peer.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            Blocking = false,
            ReceiveBufferSize = UdpSocket.SmallReceiveBuffer,
        };
        _socket.Bind(new IPEndPoint(peer.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        _from = new SocketAddress(peer.AddressFamily);
        _to = new SocketAddress(peer.AddressFamily);
        _setSignal = () => _signal.Set();
    }

    /// <summary>Datagrams that the system did not take.</summary>
    public long SendErrors { get; private set; }

    /// <summary>Receive errors: ICMP reports on something sent earlier.</summary>
    public long ReceiveErrors { get; private set; }

    /// <summary>The local port.</summary>
    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>
    /// Sends to the datagram's port, at its own address if it has one and else at the peer's. What the system does not take is
    /// counted and lost.
    /// </summary>
    public void Send(Datagram datagram)
    {
        _peer.Port = datagram.Remote.Port;
        Endpoint to = datagram.HasAddress ? datagram.Remote : _peer;
        if (to.Port == 0 || !SocketAddresses.TryWrite(to, _to))
        {
            SendErrors++;
            return;
        }

        try
        {
            _socket.SendTo(datagram.Buffer.AsSpan(0, datagram.Length), SocketFlags.None, _to);
        }
        catch (SocketException)
        {
            SendErrors++;
        }
    }

    /// <summary>Waits for a datagram; returns early on <see cref="Wake"/>. Allocates nothing.</summary>
    /// <param name="buffer">Takes the datagram from index 0, cut to its length.</param>
    /// <param name="arrival">Takes its sender.</param>
    /// <param name="maxWaitMicros">Longest wait, us, in steps of 1 ms; 0 only looks.</param>
    /// <returns>Its length, bytes, or -1 if none came.</returns>
    public int Receive(byte[] buffer, Arrival arrival, long maxWaitMicros)
    {
        Begin();
        if (!_pending.IsCompleted && maxWaitMicros > 0)
        {
            _signal.WaitOne((int)Math.Min((maxWaitMicros + 999) / 1000, int.MaxValue));
        }

        return _pending.IsCompleted ? Finish(buffer, arrival) : -1;
    }

    /// <summary>Makes a waiting <see cref="Receive"/>, or the next one, return at once.</summary>
    public void Wake()
    {
        _signal.Set();
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        // The event is left to the collector: the receive that this cancels still sets it.
        _socket.Dispose();
    }

    private void Begin()
    {
        if (_isPending)
        {
            return;
        }

        _pending = _socket.ReceiveFromAsync(_buffer.AsMemory(), SocketFlags.None, _from).ConfigureAwait(false).GetAwaiter();
        _isPending = true;
        if (!_pending.IsCompleted)
        {
            _pending.UnsafeOnCompleted(_setSignal);
        }
    }

    private int Finish(byte[] buffer, Arrival arrival)
    {
        _isPending = false;
        int count;
        try
        {
            count = Math.Min(_pending.GetResult(), buffer.Length);
        }
        catch (SocketException)
        {
            ReceiveErrors++;
            return -1;
        }

        if (!SocketAddresses.TryRead(_from, arrival.Remote))
        {
            return -1;
        }

        arrival.LocalPort = 0;
        _buffer.AsSpan(0, count).CopyTo(buffer);
        return count;
    }
}
