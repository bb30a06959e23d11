using System.Net;
using System.Net.Sockets;
using Hoplink.Host;
using Hoplink.Routing;

namespace Hoplink.Peer.Tests;

public sealed class SocketAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1", 1)]
    [InlineData("255.254.253.252", 65535)]
    [InlineData("::1", 40100)]
    [InlineData("2001:db8:1:2:3:4:5:6", 258)]
    [InlineData("fe80::1%7", 49152)]
    public void An_address_is_the_same_after_both_ways(string address, int port)
    {
        var original = new IPEndPoint(IPAddress.Parse(address), port);
        var endpoint = new Endpoint();
        Assert.True(SocketAddresses.TryRead(original.Serialize(), endpoint));
        var written = new SocketAddress(original.AddressFamily);
        Assert.True(SocketAddresses.TryWrite(endpoint, written));

        Assert.Equal(original.Serialize(), written);
        Assert.Equal(original, SocketAddresses.ToIPEndPoint(endpoint));
    }

    [Fact]
    public void An_IPv4_address_is_the_same_endpoint_whichever_socket_it_came_through()
    {
        var plain = new Endpoint();
        var mapped = new Endpoint();
        IPAddress address = IPAddress.Parse("192.0.2.7");
        SocketAddresses.TryRead(new IPEndPoint(address, 5).Serialize(), plain);
        SocketAddresses.TryRead(new IPEndPoint(address.MapToIPv6(), 5).Serialize(), mapped);

        Assert.True(plain.SameAs(mapped));
        Assert.True(plain.IsIPv4);
        Assert.Equal(new IPEndPoint(address, 5), SocketAddresses.ToIPEndPoint(mapped));
    }

    [Fact]
    public void An_IPv6_endpoint_does_not_go_through_an_IPv4_socket()
    {
        var endpoint = new Endpoint();
        SocketAddresses.Set(endpoint, IPAddress.IPv6Loopback, 5);

        Assert.False(SocketAddresses.TryWrite(endpoint, new SocketAddress(AddressFamily.InterNetwork)));
    }

    [Fact]
    public void A_reused_address_keeps_nothing_of_the_one_before()
    {
        var endpoint = new Endpoint();
        var written = new SocketAddress(AddressFamily.InterNetworkV6);
        SocketAddresses.Set(endpoint, IPAddress.Parse("fe80::ffff:ffff:ffff:ffff%9"), 65535);
        SocketAddresses.TryWrite(endpoint, written);
        SocketAddresses.Set(endpoint, IPAddress.Parse("10.0.0.1"), 1);
        SocketAddresses.TryWrite(endpoint, written);

        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.1").MapToIPv6(), 1).Serialize(), written);
    }

    [Fact]
    public void Conversions_allocate_nothing()
    {
        var endpoint = new Endpoint();
        SocketAddress address = new IPEndPoint(IPAddress.IPv6Loopback, 5).Serialize();
        Convert(address, endpoint, 10_000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Convert(address, endpoint, 10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Convert(SocketAddress address, Endpoint endpoint, int times)
    {
        for (int i = 0; i < times; i++)
        {
            SocketAddresses.TryRead(address, endpoint);
            SocketAddresses.TryWrite(endpoint, address);
        }
    }
}
