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
        options.SendCapacity = 4;
        options.ReceiveWindow = 4;
        options.ReorderLimit = 4;
        options.EventCapacity = 4;
        options.RecoveryRecords = 10;
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
