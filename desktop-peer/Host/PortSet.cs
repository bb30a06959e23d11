using System.Net;
using System.Net.Sockets;

namespace Hoplink.Host;

/// <summary>The sockets of a responder, by port (5.2). Used under its host's lock.</summary>
internal sealed class PortSet : IDisposable
{
    private readonly Dictionary<int, UdpSocket> _sockets = [];
    private readonly IPAddress _address;
    private readonly Action<UdpSocket> _opened;
    private UdpSocket[] _all = [];
    private UdpSocket? _rendezvous;
    private long _closedSendErrors;
    private long _closedReceiveErrors;

    /// <summary>Makes an empty set.</summary>
    /// <param name="address">Local address of all ports.</param>
    /// <param name="opened">Starts a socket's receive loop.</param>
    public PortSet(IPAddress address, Action<UdpSocket> opened)
    {
        _address = address;
        _opened = opened;
    }

    /// <summary>Open sockets, the rendezvous port's included.</summary>
    public int Count => _sockets.Count;

    /// <summary>Datagrams that sockets which are open or were did not take.</summary>
    public long SendErrors => _closedSendErrors + _sockets.Values.Sum(socket => socket.SendErrors);

    /// <summary>Receive errors of the same sockets.</summary>
    public long ReceiveErrors => _closedReceiveErrors + _sockets.Values.Sum(socket => socket.ReceiveErrors);

    /// <summary>Opens the rendezvous port.</summary>
    /// <exception cref="UsageException">It cannot be bound.</exception>
    /// <exception cref="SocketException">The limit of open files is reached.</exception>
    public void OpenRendezvous(int port)
    {
        try
        {
            _rendezvous = UdpSocket.Bind(_address, port, UdpSocket.LargeReceiveBuffer);
        }
        catch (SocketException e) when (!OpenFileLimit.IsCauseOf(e))
        {
            throw new UsageException(
                $"UDP port {port} of {_address} cannot be used ({e.Message}): stop the program that has it, or choose another with " +
                "--port or --bind");
        }

        Add(_rendezvous);
    }

    /// <summary>Opens a hop port; the rendezvous port may be one. False if it cannot be bound.</summary>
    /// <exception cref="SocketException">The limit of open files is reached.</exception>
    public bool OpenHop(int port)
    {
        if (_sockets.ContainsKey(port))
        {
            return true;
        }

        try
        {
            Add(UdpSocket.Bind(_address, port, UdpSocket.SmallReceiveBuffer));
            return true;
        }
        catch (SocketException e) when (!OpenFileLimit.IsCauseOf(e))
        {
            return false;
        }
    }

    /// <summary>Closes a hop port.</summary>
    public void CloseHop(int port)
    {
        if (_sockets.TryGetValue(port, out UdpSocket? socket) && socket != _rendezvous)
        {
            _sockets.Remove(port);
            _closedSendErrors += socket.SendErrors;
            _closedReceiveErrors += socket.ReceiveErrors;
            socket.Dispose();
            _all = [];
        }
    }

    /// <summary>The socket of a local port, or the rendezvous socket if that port was closed meanwhile.</summary>
    public UdpSocket For(int port)
    {
        return _sockets.TryGetValue(port, out UdpSocket? socket) ? socket : _rendezvous!;
    }

    /// <summary>True if any socket has a datagram that was not read yet.</summary>
    public bool AnyUnread()
    {
        if (_all.Length != _sockets.Count)
        {
            _all = [.. _sockets.Values];
        }

        foreach (UdpSocket socket in _all)
        {
            if (socket.HasUnread)
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        foreach (UdpSocket socket in _sockets.Values)
        {
            socket.Dispose();
        }
    }

    private void Add(UdpSocket socket)
    {
        _sockets.Add(socket.Port, socket);
        _all = [];
        _opened(socket);
    }
}
