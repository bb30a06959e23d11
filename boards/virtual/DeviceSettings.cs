using Hoplink.Crypto;
using Hoplink.Device;
using Hoplink.Host;
using Hoplink.Parameters;

namespace Hoplink.VirtualBoard;

/// <summary>What the command line asked for, checked.</summary>
internal sealed class DeviceSettings
{
    public required PeerName Peer { get; init; }

    /// <summary>Path of the key file.</summary>
    public required string PskPath { get; init; }

    /// <summary>The managed crypto that runs on a board, instead of this computer's.</summary>
    public required bool IsManaged { get; init; }

    public required LinkOptions Link { get; init; }

    public required DeviceOptions App { get; init; }

    /// <summary>Makes the crypto of one thread.</summary>
    public CryptoProvider CreateCrypto()
    {
        return IsManaged ? new ManagedCrypto(new SystemRandomSource()) : new PlatformCrypto();
    }
}
