using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Hoplink.Host;

/// <summary>Names and addresses of computers.</summary>
public static class HostNames
{
    /// <summary>Finds the address of a peer given by name or address; the first that the system names.</summary>
    /// <exception cref="UsageException">There is no such host, or its address is not that of one computer.</exception>
    public static async Task<IPAddress> ResolveAsync(string host, CancellationToken stop)
    {
        if (host.Length == 0)
        {
            throw new UsageException("the peer's host is empty: give its name or address");
        }

        IPAddress address = TryParseAddress(host, out IPAddress? literal) ? literal : await FindAsync(host, stop).ConfigureAwait(false);
        IPAddress plain = Plain(address);
        return IsAny(plain) || plain.Equals(IPAddress.Broadcast)
            ? throw new UsageException($"{host} is not the address of one computer: give the peer's own name or address")
            : address;
    }

    /// <summary>Reads an address as people write it: four numbers, or an IPv6 address without brackets.</summary>
    public static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        // The system's reader also takes 999, 10.1, 0x7f.1, 010.0.0.1 and [::1]:80, and makes of them what nobody meant.
        return IPAddress.TryParse(text, out address)
            && (address.AddressFamily == AddressFamily.InterNetworkV6 ? text[0] != '[' : address.ToString() == text);
    }

    /// <summary>True if what is sent to an address arrives at a socket that is bound to another on the same port.</summary>
    /// <param name="bound">The address of the socket, which may be any.</param>
    /// <param name="to">The address that is sent to.</param>
    public static bool Reaches(IPAddress bound, IPAddress to)
    {
        IPAddress at = Plain(bound);
        IPAddress plain = Plain(to);
        bool takesFamily = at.Equals(IPAddress.IPv6Any) || (at.Equals(IPAddress.Any) && plain.AddressFamily == AddressFamily.InterNetwork);
        return at.Equals(plain) || (takesFamily && IsOwn(plain));
    }

    private static async Task<IPAddress> FindAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out _))
        {
            throw new UsageException($"{host} is not an address: give four numbers, as in 192.168.1.20, an IPv6 address, or a name");
        }

        try
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(host, stop).ConfigureAwait(false);
            return addresses.Length > 0 ? addresses[0] : throw new UsageException($"host {host} has no address");
        }
        catch (SocketException e)
        {
            throw new UsageException($"host {host} was not found ({e.Message}): give a name or address that this computer can resolve");
        }
    }

    private static IPAddress Plain(IPAddress address)
    {
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static bool IsAny(IPAddress address)
    {
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
    }

    private static bool IsOwn(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
