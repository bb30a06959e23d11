using System.Net;
using System.Net.Sockets;
using Hoplink.Routing;

namespace Hoplink.Host;

/// <summary>Takes a datagram that <see cref="UdpSocket.ReceiveAsync"/> read; the buffer and the arrival are reused afterwards.</summary>
public delegate void DatagramHandler(UdpSocket socket, byte[] buffer, int count, Arrival arrival);

/// <summary>
/// One bound UDP socket that is never connected. Receiving and sending allocate nothing. ICMP errors do not end it. One thread may send
/// while another receives.
/// </summary>
public sealed class UdpSocket : IDisposable
{
    /// <summary>Receive buffer asked of the system for a port that all sessions share, bytes. The system may give less.</summary>
    public const int LargeReceiveBuffer = 4 * 1024 * 1024;

    /// <summary>Receive buffer asked for one of many ports, bytes.</summary>
    public const int SmallReceiveBuffer = 256 * 1024;

    /// <summary>Longer datagrams are cut to this, bytes: still longer than any valid one, so the library drops them.</summary>
    public const int MaxDatagram = 2048;

    private const int WindowsUdpConnReset = -1744830452;
    private static readonly TimeSpan _errorPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(MaxDatagram, pinned: true);
    private readonly Arrival _arrival = new();
    private readonly SocketAddress _from;
    private readonly SocketAddress _to;
    private volatile bool _closed;

    private UdpSocket(Socket socket)
    {
        _socket = socket;
        _from = new SocketAddress(socket.AddressFamily);
        _to = new SocketAddress(socket.AddressFamily);
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        _arrival.LocalPort = Port;
    }

    /// <summary>The local port.</summary>
    public int Port { get; }

    /// <summary>Receive errors that were not the closing of the socket.</summary>
    public long ReceiveErrors { get; private set; }

    /// <summary>Datagrams that the system did not take.</summary>
    public long SendErrors { get; private set; }

    /// <summary>Opens a socket.</summary>
    /// <param name="address">Local address; <see cref="IPAddress.IPv6Any"/> takes IPv4 too.</param>
    /// <param name="port">Local port, 0 for any.</param>
    /// <param name="receiveBuffer">Receive buffer to ask for, bytes.</param>
    /// <exception cref="SocketException">
    /// The port is in use or not allowed, the address is not of this computer, or the limit of open files is reached
    /// (<see cref="OpenFileLimit.IsCauseOf"/>).
    /// </exception>
    public static UdpSocket Bind(IPAddress address, int port, int receiveBuffer)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            OpenFileLimit.Check(socket);
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            if (OperatingSystem.IsWindows())
            {
                // Otherwise an ICMP port-unreachable makes the next receive fail.
                socket.IOControl(WindowsUdpConnReset, [0, 0, 0, 0], null);
            }

            socket.ReceiveBufferSize = receiveBuffer;
            socket.Blocking = false;
            socket.Bind(new IPEndPoint(address, port));
            return new UdpSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Any address of this computer: both families where there is IPv6.</summary>
    public static IPAddress AnyAddress => Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;

    /// <summary>Hands every datagram to <paramref name="handler"/> until the socket is disposed of.</summary>
    public async Task ReceiveAsync(DatagramHandler handler)
    {
        while (!_closed)
        {
            int count;
            try
            {
                count = await _socket.ReceiveFromAsync(_buffer.AsMemory(), SocketFlags.None, _from).ConfigureAwait(false);
            }
            catch (Exception e) when (_closed && e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                ReceiveErrors++;
                if (!IsIcmpReport(e.SocketErrorCode))
                {
                    await Task.Delay(_errorPause).ConfigureAwait(false);
                }

                continue;
            }

            if (SocketAddresses.TryRead(_from, _arrival.Remote))
            {
                handler(this, _buffer, count, _arrival);
            }
        }
    }

    /// <summary>True if a datagram waits to be read.</summary>
    public bool HasUnread => !_closed && _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Sends without waiting. False, and counted, if the system does not take it: to the protocol that is one more loss.</summary>
    public bool Send(byte[] buffer, int count, Endpoint to)
    {
        if (_closed || to.Port == 0 || !SocketAddresses.TryWrite(to, _to))
        {
            SendErrors++;
            return false;
        }

        try
        {
            return _socket.SendTo(buffer.AsSpan(0, count), SocketFlags.None, _to) == count;
        }
        catch (SocketException)
        {
            SendErrors++;
            return false;
        }
    }

    /// <summary>Closes the socket; <see cref="ReceiveAsync"/> returns.</summary>
    public void Dispose()
    {
        _closed = true;
        _socket.Dispose();
    }

    private static bool IsIcmpReport(SocketError error)
    {
        return error is SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.NetworkReset
            or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.MessageSize;
    }
}
