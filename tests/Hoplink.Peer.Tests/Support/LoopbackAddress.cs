using System.Net;
using System.Net.Sockets;

namespace Hoplink.Peer.Tests.Support;

/// <summary>
/// Loopback addresses that no other test uses, of this run or another on the same computer, so that tests may run at the same time on
/// the same ports.
/// </summary>
internal static class LoopbackAddress
{
    private const byte FirstNetwork = 66;
    private const byte Networks = 32;

    // Held until the process ends: the network is this run's.
    private static readonly Socket _claim = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private static readonly byte _network = Claim();
    private static int _last;

    public static IPAddress Next()
    {
        int number = Interlocked.Increment(ref _last);
        return new IPAddress([127, _network, (byte)(number / 250), (byte)(1 + (number % 250))]);
    }

    private static byte Claim()
    {
        for (byte network = FirstNetwork; network < FirstNetwork + Networks; network++)
        {
            try
            {
                _claim.Bind(new IPEndPoint(new IPAddress([127, network, 255, 254]), 20_099));
                return network;
            }
            catch (SocketException)
            {
                // Another run has it.
            }
        }

        throw new InvalidOperationException("every loopback network is another run's");
    }
}
