using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.SelfTest;

/// <summary>The sizes of two ends that fit into one small heap.</summary>
internal static class SelfTestOptions
{
    /// <summary>Bytes of the largest datagram: the least that the protocol can do with (4.2).</summary>
    internal const int MaxDatagram = WireFormat.LeastMaxDatagram;

    internal static LinkOptions Link()
    {
        LinkOptions options = LinkOptions.Device();
        options.MaxDatagram = MaxDatagram;
        options.SendCapacity = 8;
        options.ReceiveWindow = 8;
        options.ReorderLimit = 8;
        options.EventCapacity = 8;
        options.Iterations = 1;
        options.SlowKeyAgreement = false;
        options.FaultInjection = true;
        return options;
    }

    internal static ResponderOptions Responder()
    {
        return new ResponderOptions { Link = Link(), HopCount = 16, MaxKeys = 1, MaxDormantLinks = 1, ResetAddresses = 8 };
    }
}
