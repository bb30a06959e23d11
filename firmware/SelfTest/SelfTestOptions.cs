using Hoplink.Parameters;

namespace Hoplink.SelfTest;

/// <summary>The sizes of two ends that fit into one small heap.</summary>
internal static class SelfTestOptions
{
    internal static LinkOptions Link()
    {
        LinkOptions options = LinkOptions.Device();
        options.MaxDatagram = 256;
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
