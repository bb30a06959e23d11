using System.Net;

namespace Hoplink.Peer.Tests.Support;

/// <summary>Loopback addresses that no other test of this run uses, so that tests may run at the same time on the same ports.</summary>
internal static class LoopbackAddress
{
    private static int _last;

    public static IPAddress Next()
    {
        int number = Interlocked.Increment(ref _last);
        return new IPAddress([127, 77, (byte)(number / 250), (byte)(1 + (number % 250))]);
    }
}
