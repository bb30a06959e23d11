using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hoplink.Host;
using Hoplink.Parameters;

namespace Hoplink.VirtualBoard;

/// <summary>The peer as given on the command line: HOST, HOST:PORT, or an IPv6 address, in brackets if a port follows.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">The rendezvous port (protocol.md 5.2).</param>
internal sealed record PeerName(string Host, int Port)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="UsageException">It names no host, or no port.</exception>
    public static PeerName Parse(string text)
    {
        bool isAddress = IPAddress.TryParse(text, out IPAddress? address) && text[0] != '[';
        if (isAddress && address!.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return new PeerName(text, SpecConstants.DefaultRendezvousPort);
        }

        int close = text.LastIndexOf(']');
        int colon = text.LastIndexOf(':');
        bool hasPort = colon > close;
        string host = (hasPort ? text[..colon] : text).Trim('[', ']');
        int port = SpecConstants.DefaultRendezvousPort;
        bool isNumber = !hasPort || int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port);
        if (host.Length == 0 || (close < 0 && host.Contains(':', StringComparison.Ordinal)) || !isNumber || port is < 1 or > 65535)
        {
            throw new UsageException(
                $"--peer {text}: give HOST or HOST:PORT with a port of 1 to 65535, an IPv6 address in brackets, as in [::1]:40100");
        }

        return new PeerName(host, port);
    }
}
