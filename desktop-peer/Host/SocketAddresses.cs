using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hoplink.Routing;

namespace Hoplink.Host;

/// <summary>
/// Between the library's <see cref="Endpoint"/> and the socket layer's addresses. The <see cref="SocketAddress"/> conversions allocate
/// nothing: a sockaddr has its port at byte 2, and its address at byte 4 (IPv4) or 8 (IPv6), on every system that .NET runs on.
/// </summary>
public static class SocketAddresses
{
    private const int PortAt = 2;
    private const int IPv4At = 4;
    private const int IPv6At = 8;
    private const int ScopeAt = 24;

    /// <summary>Fills <paramref name="to"/> from what a receive call wrote. False for a family other than IPv4 and IPv6.</summary>
    public static bool TryRead(SocketAddress from, Endpoint to)
    {
        ReadOnlySpan<byte> bytes = from.Buffer.Span;
        int port = BinaryPrimitives.ReadUInt16BigEndian(bytes[PortAt..]);
        switch (from.Family)
        {
            case AddressFamily.InterNetwork:
                to.SetIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes[IPv4At..]), port);
                return true;
            case AddressFamily.InterNetworkV6:
                to.High = BinaryPrimitives.ReadUInt64BigEndian(bytes[IPv6At..]);
                to.Low = BinaryPrimitives.ReadUInt64BigEndian(bytes[(IPv6At + 8)..]);
                to.Scope = MemoryMarshal.Read<uint>(bytes[ScopeAt..]);
                to.Port = port;
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Writes an endpoint into a socket address made for the socket's family; IPv4 goes into an IPv6 one as ::ffff:a.b.c.d. False for
    /// an IPv6 endpoint and an IPv4 socket.
    /// </summary>
    public static bool TryWrite(Endpoint from, SocketAddress to)
    {
        Span<byte> bytes = to.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[PortAt..], (ushort)from.Port);
        if (to.Family == AddressFamily.InterNetwork)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes[IPv4At..], (uint)from.Low);
            return from.IsIPv4;
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes[IPv6At..], from.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[(IPv6At + 8)..], from.Low);
        MemoryMarshal.Write(bytes[ScopeAt..], from.Scope);
        return true;
    }

    /// <summary>Sets an endpoint to an address and port. Allocates.</summary>
    public static void Set(Endpoint endpoint, IPAddress address, int port)
    {
        if (!TryRead(new IPEndPoint(address, port).Serialize(), endpoint))
        {
            throw new ArgumentException("the address is neither IPv4 nor IPv6", nameof(address));
        }
    }

    /// <summary>The endpoint as .NET writes it, an IPv4 address always as one. Allocates.</summary>
    public static IPEndPoint ToIPEndPoint(Endpoint endpoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, endpoint.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], endpoint.Low);
        IPAddress address = endpoint.IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes, endpoint.Scope);
        return new IPEndPoint(address, endpoint.Port);
    }
}
