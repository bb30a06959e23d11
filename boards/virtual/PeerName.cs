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
        if (IsIPv6(text))
        {
            return new PeerName(text, SpecConstants.DefaultRendezvousPort);
        }

        int close = text.IndexOf(']', StringComparison.Ordinal);
        int colon = text.IndexOf(':', close + 1);
        string name = colon < 0 ? text : text[..colon];
        bool isBracketed = name.StartsWith('[') && name.EndsWith(']');
        string host = isBracketed ? name[1..^1] : name;
        bool isHost = isBracketed ? IsIPv6(host) : host.Length > 0 && host.AsSpan().IndexOfAny("[]:") < 0;
        int port = SpecConstants.DefaultRendezvousPort;
        bool isNumber = colon < 0 || int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port);
        if (!isHost || !isNumber || port is < 1 or > 65535)
        {
            throw new UsageException(
                $"--peer {text}: give HOST or HOST:PORT with a port of 1 to 65535, an IPv6 address in brackets, as in [::1]:40100");
        }

        return new PeerName(host, port);
    }

    private static bool IsIPv6(string text)
    {
        return HostNames.TryParseAddress(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6;
    }
}
