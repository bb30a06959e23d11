using System;

namespace Hoplink.Parameters;

/// <summary>What a responder has beyond the options of each of its links.</summary>
public sealed class ResponderOptions
{
    /// <summary>The profile of each link.</summary>
    public LinkOptions Link { get; set; } = LinkOptions.Desktop();

    /// <summary>First port of the hop range, 1 to 65535 (5.2).</summary>
    public int HopFirst { get; set; } = SpecConstants.DefaultHopFirst;

    /// <summary>Number of hop ports, 1 or more (5.2).</summary>
    public int HopCount { get; set; } = SpecConstants.DefaultHopCount;

    /// <summary>Key ids that can be served.</summary>
    public int MaxKeys { get; set; } = 4096;

    /// <summary>New handshakes a second for all key ids (4.1).</summary>
    public int HandshakesPerSecond { get; set; } = SpecConstants.DefaultHandshakesPerSecond;

    /// <summary>Links kept for resumption while they have no session, for an hour at most (13.4).</summary>
    public int MaxDormantLinks { get; set; } = 1024;

    /// <summary>
    /// Addresses of which each has a limit of its own on stateless resets, 8 or more, in eights (13.3); when all are in use, further ones
    /// get none for up to a second.
    /// </summary>
    public int ResetAddresses { get; set; } = 512;

    /// <summary>Checks every range.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Link.Validate();
        if (HopFirst < 1 || HopCount < 1 || HopFirst + HopCount - 1 > 65535)
        {
            throw new ArgumentException("the hop range must lie in 1 to 65535 and have at least one port");
        }

        if (MaxKeys < 1)
        {
            throw new ArgumentException("MaxKeys must be 1 or more");
        }

        if (HandshakesPerSecond < 1)
        {
            throw new ArgumentException("HandshakesPerSecond must be 1 or more");
        }

        if (ResetAddresses < 8)
        {
            throw new ArgumentException("ResetAddresses must be 8 or more");
        }

        if (MaxDormantLinks < 0)
        {
            throw new ArgumentException("MaxDormantLinks must not be negative");
        }
    }
}
