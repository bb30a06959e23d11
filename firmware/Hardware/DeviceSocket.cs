using System.Net;
using System.Net.Sockets;
using System.Threading;
using Hoplink.Device.Board;
using Hoplink.Routing;

namespace Hoplink.Hardware;

/// <summary>
/// The board's one UDP socket (5.2). It is connected to nothing, because the peer answers from any port of its hop range: a connected
/// socket would take datagrams of one port alone, and connecting it anew at each hop would lose those of the port before. The price is
/// that the library makes an endpoint for each datagram received. Sending makes one when the port changes, which is each hop window.
/// </summary>
internal sealed class DeviceSocket
{
    // The library's wait is an int; whoever waits longer asks again.
    private const int MaxPollMicros = 1000000;

    // What a wait costs at least when the socket fails, so that a broken one does not keep the other threads from running.
    private const int FailureMillis = 20;
    private const int FirstReopenMillis = 1000;
    private const int MostReopenMillis = 60000;

    private readonly Backoff _backoff = new Backoff(FirstReopenMillis, MostReopenMillis);
    private Socket _socket;
    private PeerAddress _peer;
    private PeerAddress _toPeer;
    private IPEndPoint _to;
    private EndPoint _from = new IPEndPoint(IPAddress.Any, 0);
    private int _failures;
    private int _failuresUntilReopened;

    /// <summary>Opens the socket on a port that the system chooses.</summary>
    /// <param name="peer">The peer's IPv4 address.</param>
    /// <exception cref="SocketException">There is no socket left.</exception>
    public DeviceSocket(IPAddress peer)
    {
        SetPeer(peer);
        _failuresUntilReopened = _backoff.Next() / FailureMillis;
        _socket = Open();
    }

    /// <summary>Datagrams that could not be sent.</summary>
    public long SendErrors { get; private set; }

    /// <summary>The peer's address has been looked up again. Any thread may say so.</summary>
    public void SetPeer(IPAddress peer)
    {
        // One reference, so that the thread that sends sees the old address or the new one.
        _peer = new PeerAddress(peer);
    }

    /// <summary>Sends to a port of the peer, or to the datagram's own address. What the system does not take is counted and lost.</summary>
    public void Send(Datagram datagram)
    {
        if (_socket == null)
        {
            SendErrors++;
            return;
        }

        try
        {
            _socket.SendTo(datagram.Buffer, 0, datagram.Length, SocketFlags.None, EndpointOf(datagram));
        }
        catch (SocketException)
        {
            SendErrors++;
        }
    }

    /// <summary>Waits for a datagram.</summary>
    /// <returns>Its length, bytes, or -1 if none came.</returns>
    public int Receive(byte[] buffer, Arrival arrival, long maxWaitMicros)
    {
        if (_socket == null)
        {
            OnFailure();
            return -1;
        }

        try
        {
            int wait = maxWaitMicros > MaxPollMicros ? MaxPollMicros : (int)maxWaitMicros;
            bool isReadable = _socket.Poll(wait, SelectMode.SelectRead);
            OnWorks();
            if (!isReadable)
            {
                return -1;
            }

            int count = _socket.ReceiveFrom(buffer, 0, buffer.Length, SocketFlags.None, ref _from);
            var from = (IPEndPoint)_from;
            PeerAddress peer = _peer;
            arrival.Remote.SetIPv4(from.Address.Equals(peer.Address) ? peer.Number : PeerAddress.NumberOf(from.Address), from.Port);
            arrival.LocalPort = 0;
            return count;
        }
        catch (SocketException)
        {
            OnFailure();
            return -1;
        }
    }

    private EndPoint EndpointOf(Datagram datagram)
    {
        Endpoint remote = datagram.Remote;
        PeerAddress peer = _peer;
        if (datagram.HasAddress && (uint)remote.Low != peer.Number)
        {
            uint number = (uint)remote.Low;
            byte[] bytes = { (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number };
            return new IPEndPoint(new IPAddress(bytes), remote.Port);
        }

        if (_toPeer != peer || _to.Port != remote.Port)
        {
            _toPeer = peer;
            _to = new IPEndPoint(peer.Address, remote.Port);
        }

        return _to;
    }

    private void OnWorks()
    {
        if (_failures != 0)
        {
            _failures = 0;
            _backoff.Reset();
            _failuresUntilReopened = _backoff.Next() / FailureMillis;
        }
    }

    private void OnFailure()
    {
        _failures++;
        if (_failures >= _failuresUntilReopened)
        {
            // Not 0, so that the next wait that ends well is seen as the first.
            _failures = 1;
            _failuresUntilReopened = _backoff.Next() / FailureMillis;
            Reopen();
        }

        Thread.Sleep(FailureMillis);
    }

    /// <summary>A board without network may get no socket: then there is none until the next attempt.</summary>
    private void Reopen()
    {
        try
        {
            Socket old = _socket;
            _socket = null;
            if (old != null)
            {
                old.Close();
            }

            _socket = Open();
        }
        catch (SocketException)
        {
            // The next attempt comes later.
        }
    }

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));

            // Poll has seen a datagram by then: this is for one that is gone again.
            socket.ReceiveTimeout = FailureMillis;
            return socket;
        }
        catch (SocketException)
        {
            socket.Close();
            throw;
        }
    }

    /// <summary>An address in both of its forms: getting one from the other makes an array.</summary>
    private sealed class PeerAddress
    {
        public PeerAddress(IPAddress address)
        {
            Address = address;
            Number = NumberOf(address);
        }

        public IPAddress Address { get; }

        /// <summary>Its first byte is the top byte.</summary>
        public uint Number { get; }

        public static uint NumberOf(IPAddress address)
        {
            byte[] bytes = address.GetAddressBytes();
            return ((uint)bytes[0] << 24) | ((uint)bytes[1] << 16) | ((uint)bytes[2] << 8) | bytes[3];
        }
    }
}
