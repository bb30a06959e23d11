using System.Net;
using System.Net.Sockets;

namespace Hoplink.Host;

/// <summary>Names of computers.</summary>
public static class HostNames
{
    /// <summary>Finds the address of a host given by name or address; the first that the system names.</summary>
    /// <exception cref="UsageException">There is no such host.</exception>
    public static async Task<IPAddress> ResolveAsync(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return literal;
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
}
