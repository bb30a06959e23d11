using System.Net;
using Hoplink.Host;
using Hoplink.Peer.Chaos;
using Hoplink.Peer.Tests.Support;
using Hoplink.Routing;

namespace Hoplink.Peer.Tests.Attacks;

/// <summary>A datagram that an attacker on the path saw: the direction, the peer's port, and the bytes.</summary>
internal sealed record Sighting(bool ToPeer, int Port, byte[] Bytes)
{
    public byte Type => Bytes[1];

    /// <summary>Under a session key: DATA, ACK, FIN or HEARTBEAT.</summary>
    public bool IsWindowed => Type is >= 3 and <= 6;
}

/// <summary>
/// An attacker who sits between one device and its peer: each port of the peer has its double here. He sees all, drops and holds up what he
/// likes, and sends what he likes in the device's name, in the peer's, or from addresses of his own.
/// </summary>
internal sealed class HostileProxy : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IPAddress _forward;
    private readonly Dictionary<int, UdpSocket> _doubles = [];
    private readonly List<UdpSocket> _strangers = [];
    private readonly List<Sighting> _seen = [];
    private readonly Endpoint _target = new();
    private readonly UdpSocket _upstream;
    private Flow? _flow;
    private bool _disposed;

    public HostileProxy(IPAddress listen, IPAddress forward, int firstPort, int ports)
    {
        _forward = forward;
        _upstream = UdpSocket.Bind(LoopbackAddress.Next(), 0, UdpSocket.LargeReceiveBuffer);
        _ = _upstream.ReceiveAsync((_, buffer, count, arrival) => FromPeer(buffer, count, arrival));
        for (int port = firstPort; port < firstPort + ports; port++)
        {
            UdpSocket socket = UdpSocket.Bind(listen, port, UdpSocket.SmallReceiveBuffer);
            _doubles.Add(port, socket);
            _ = socket.ReceiveAsync(FromDevice);
        }
    }

    /// <summary>Called for each datagram under way; what it returns goes on in its place, null: nothing. Under a lock.</summary>
    public Func<Sighting, byte[]?> Meddle { get; set; } = sighting => sighting.Bytes;

    /// <summary>How long each datagram under way is held up, at least; none by default. Under a lock.</summary>
    public Func<Sighting, TimeSpan> HoldUp { get; set; } = _ => TimeSpan.Zero;

    /// <summary>Bytes that came to the strangers' addresses.</summary>
    public long BytesToStrangers { get; private set; }

    /// <summary>Bytes that were sent from there.</summary>
    public long BytesFromStrangers { get; private set; }

    public Sighting[] Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>Opens one more address of the attacker's own; returns its number.</summary>
    public int AddStranger()
    {
        lock (_gate)
        {
            UdpSocket socket = UdpSocket.Bind(LoopbackAddress.Next(), 0, UdpSocket.SmallReceiveBuffer);
            _strangers.Add(socket);
            _ = socket.ReceiveAsync((_, _, count, _) =>
            {
                lock (_gate)
                {
                    BytesToStrangers += count;
                }
            });
            return _strangers.Count - 1;
        }
    }

    /// <summary>Sends in the name of the end that a datagram would come from: to the peer or to the device.</summary>
    public void Send(bool toPeer, int port, byte[] bytes)
    {
        lock (_gate)
        {
            if (toPeer)
            {
                SendToPeer(_upstream, port, bytes);
            }
            else if (!_disposed && _flow is not null && _doubles.TryGetValue(port, out UdpSocket? socket))
            {
                socket.Send(bytes, bytes.Length, _flow.Client);
            }
        }
    }

    /// <summary>Sends to the peer from an address of the attacker's own.</summary>
    public void SendAs(int stranger, int port, byte[] bytes)
    {
        lock (_gate)
        {
            BytesFromStrangers += bytes.Length;
            SendToPeer(_strangers[stranger], port, bytes);
        }
    }

    /// <summary>Junk like the newest datagram in a direction: only the tag gives it away. Null as long as there was none.</summary>
    public byte[]? MakeJunk(bool toPeer, SplitMix random, out int port)
    {
        lock (_gate)
        {
            Captured? model = toPeer ? _flow?.ToPeer : _flow?.ToDevice;
            port = model?.Port ?? 0;
            if (model is not { Count: > 0 })
            {
                return null;
            }

            byte[] junk = new byte[UdpSocket.MaxDatagram];
            model.MakeJunk(junk, random);
            return junk[..model.Count];
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (UdpSocket socket in _doubles.Values.Concat(_strangers).Append(_upstream))
            {
                socket.Dispose();
            }
        }
    }

    private void FromDevice(UdpSocket socket, byte[] buffer, int count, Arrival arrival)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            // One device at a time: a new one takes the place of the old.
            if (_flow is null || !_flow.Client.SameAs(arrival.Remote))
            {
                _flow = new Flow(arrival.Remote, _upstream);
            }

            _flow.ToPeer.Look(buffer.AsSpan(0, count), socket.Port);
            Pass(new Sighting(true, socket.Port, buffer[..count]));
        }
    }

    private void FromPeer(byte[] buffer, int count, Arrival arrival)
    {
        lock (_gate)
        {
            if (_disposed || _flow is null || !_doubles.TryGetValue(arrival.Remote.Port, out UdpSocket? socket))
            {
                return;
            }

            _flow.ToDevice.Look(buffer.AsSpan(0, count), socket.Port);
            Pass(new Sighting(false, socket.Port, buffer[..count]));
        }
    }

    private void Pass(Sighting sighting)
    {
        _seen.Add(sighting);
        if (Meddle(sighting) is not { } bytes)
        {
            return;
        }

        TimeSpan delay = HoldUp(sighting);
        if (delay > TimeSpan.Zero)
        {
            _ = SendLaterAsync(sighting with { Bytes = bytes }, MonotonicClock.NowMicros + (long)delay.TotalMicroseconds);
        }
        else
        {
            Send(sighting.ToPeer, sighting.Port, bytes);
        }
    }

    private async Task SendLaterAsync(Sighting sighting, long due)
    {
        long left;
        while ((left = due - MonotonicClock.NowMicros) > 0)
        {
            await Task.Delay(TimeSpan.FromMicroseconds(left)).ConfigureAwait(false);
        }

        Send(sighting.ToPeer, sighting.Port, sighting.Bytes);
    }

    private void SendToPeer(UdpSocket from, int port, byte[] bytes)
    {
        if (!_disposed)
        {
            SocketAddresses.Set(_target, _forward, port);
            from.Send(bytes, bytes.Length, _target);
        }
    }
}
