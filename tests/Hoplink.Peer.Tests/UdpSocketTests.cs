using System.Net;
using System.Net.Sockets;
using Hoplink.Host;
using Hoplink.Peer.Tests.Support;
using Hoplink.Routing;

namespace Hoplink.Peer.Tests;

public sealed class UdpSocketTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_unreachable_port_does_not_end_a_socket()
    {
        IPAddress address = LoopbackAddress.Next();
        using UdpSocket socket = UdpSocket.Bind(address, 0, UdpSocket.SmallReceiveBuffer);
        using UdpSocket other = UdpSocket.Bind(address, 0, UdpSocket.SmallReceiveBuffer);
        var received = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task receiving = socket.ReceiveAsync((_, _, count, _) => received.TrySetResult(count));
        var nobody = new Endpoint();
        var self = new Endpoint();
        SocketAddresses.Set(nobody, address, 9);
        SocketAddresses.Set(self, address, socket.Port);

        for (int i = 0; i < 10; i++)
        {
            socket.Send(new byte[10], 10, nobody);
        }

        other.Send(new byte[20], 20, self);

        Assert.Equal(20, await received.Task.WaitAsync(_patience));
        Assert.False(receiving.IsCompleted);
        socket.Dispose();
        await receiving.WaitAsync(_patience);
    }

    [Fact]
    public void What_cannot_be_sent_is_counted_and_throws_nothing()
    {
        using UdpSocket socket = UdpSocket.Bind(LoopbackAddress.Next(), 0, UdpSocket.SmallReceiveBuffer);
        var v6 = new Endpoint();
        SocketAddresses.Set(v6, IPAddress.IPv6Loopback, 5);
        var noPort = new Endpoint();
        SocketAddresses.Set(noPort, IPAddress.Loopback, 0);
        var broadcast = new Endpoint();
        SocketAddresses.Set(broadcast, IPAddress.Broadcast, 5);

        Assert.False(socket.Send(new byte[5], 5, v6));
        Assert.False(socket.Send(new byte[5], 5, noPort));
        Assert.False(socket.Send(new byte[5], 5, broadcast));
        Assert.Equal(3, socket.SendErrors);
    }

    [Fact]
    public void A_port_in_use_is_an_error_at_once()
    {
        IPAddress address = LoopbackAddress.Next();
        using UdpSocket first = UdpSocket.Bind(address, 0, UdpSocket.SmallReceiveBuffer);

        Assert.Throws<SocketException>(() => UdpSocket.Bind(address, first.Port, UdpSocket.SmallReceiveBuffer));
    }

    [Fact]
    public async Task A_socket_for_all_addresses_takes_both_families_and_shows_IPv4_as_such()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        using UdpSocket both = UdpSocket.Bind(UdpSocket.AnyAddress, 0, UdpSocket.SmallReceiveBuffer);
        var families = new System.Collections.Concurrent.BlockingCollection<bool>();
        _ = both.ReceiveAsync((socket, buffer, count, arrival) =>
        {
            families.Add(arrival.Remote.IsIPv4);
            socket.Send(buffer, count, arrival.Remote);
        });

        foreach (IPAddress loopback in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using var client = new Socket(loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            client.Connect(loopback, both.Port);
            await client.SendAsync(new byte[] { 1, 2, 3 });
            Assert.Equal(3, await client.ReceiveAsync(new byte[10]).WaitAsync(_patience));
            Assert.True(families.TryTake(out bool isIPv4, _patience));
            Assert.Equal(loopback.AddressFamily == AddressFamily.InterNetwork, isIPv4);
        }
    }

    [Fact]
    public void A_transport_returns_what_arrives_and_from_where()
    {
        using var transport = new DeviceTransport(IPAddress.Loopback);
        using UdpSocket peer = UdpSocket.Bind(IPAddress.Loopback, 0, UdpSocket.SmallReceiveBuffer);
        var to = new Endpoint();
        SocketAddresses.Set(to, IPAddress.Loopback, transport.Port);
        var arrival = new Arrival();
        var buffer = new byte[100];
        Assert.Equal(-1, transport.Receive(buffer, arrival, 0));

        peer.Send([1, 2, 3], 3, to);
        int count = ReceiveWithPatience(transport, buffer, arrival);

        Assert.Equal([1, 2, 3], buffer[..count]);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, peer.Port), SocketAddresses.ToIPEndPoint(arrival.Remote));
    }

    [Fact]
    public void A_transport_sends_to_its_peer_at_the_datagrams_port()
    {
        using var transport = new DeviceTransport(IPAddress.Loopback);
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        peer.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var datagram = new Datagram(100) { Length = 7 };
        datagram.Remote.Port = ((IPEndPoint)peer.LocalEndPoint!).Port;

        transport.Send(datagram);

        peer.ReceiveTimeout = (int)_patience.TotalMilliseconds;
        Assert.Equal(7, peer.Receive(new byte[100]));
    }

    [Fact]
    public async Task A_waiting_transport_can_be_woken()
    {
        using var transport = new DeviceTransport(IPAddress.Loopback);
        Task<int> waiting = Task.Run(() => transport.Receive(new byte[100], new Arrival(), long.MaxValue / 2));

        transport.Wake();

        Assert.Equal(-1, await waiting.WaitAsync(_patience));
    }

    private static int ReceiveWithPatience(DeviceTransport transport, byte[] buffer, Arrival arrival)
    {
        DateTime until = DateTime.UtcNow + _patience;
        int count;
        do
        {
            count = transport.Receive(buffer, arrival, 1_000_000);
        }
        while (count < 0 && DateTime.UtcNow < until);
        return count;
    }
}
