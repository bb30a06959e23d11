using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hoplink.Peer.Demo;

/// <summary>
/// Loopback addresses for the stages of one demo. Several demos may run on one computer: each holds a number that goes into all of its
/// addresses, by a socket that no other demo can bind meanwhile.
/// </summary>
internal sealed class LoopbackNetworks : IDisposable
{
    private const int Numbers = 250;
    private const int FirstNetwork = 100;
    private const int Port = 40100;

    private readonly Socket _claim;
    private readonly int _number;

    private LoopbackNetworks(Socket claim, int number)
    {
        _claim = claim;
        _number = number;
    }

    /// <summary>Claims the first number that is free, beginning with one.</summary>
    /// <exception cref="IOException">None is free.</exception>
    public static LoopbackNetworks Claim(int begin)
    {
        for (int i = 0; i < Numbers; i++)
        {
            int number = (int)(((uint)begin + (uint)i) % Numbers);
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ExclusiveAddressUse = true };
            try
            {
                socket.Bind(new IPEndPoint(new IPAddress([127, FirstNetwork - 1, (byte)number, 1]), Port));
                return new LoopbackNetworks(socket, number);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }

        throw new IOException($"none of the loopback addresses 127.{FirstNetwork - 1}.0.1 to .{Numbers - 1}.1 can be used");
    }

    /// <summary>The first three numbers of the addresses of a stage, as in 127.100.3.</summary>
    public string Of(int stage)
    {
        return string.Create(CultureInfo.InvariantCulture, $"127.{FirstNetwork + stage}.{_number}");
    }

    public void Dispose()
    {
        _claim.Dispose();
    }
}
