using System;
using Hoplink.Parameters;

namespace Hoplink.Device.Configuration;

/// <summary>
/// What a board has to know before it can start: its key, its peer, its network. <see cref="Setting"/> reads and checks each part from
/// text.
/// </summary>
public sealed class DeviceConfiguration
{
    /// <summary>The pre-shared key, 32 bytes (protocol.md 3.1); null while there is none.</summary>
    public byte[] Psk { get; set; }

    /// <summary>The peer's name or IPv4 address; null while there is none.</summary>
    public string PeerHost { get; set; }

    /// <summary>The peer's rendezvous port (5.2).</summary>
    public int PeerPort { get; set; } = SpecConstants.DefaultRendezvousPort;

    /// <summary>
    /// First port of the hop range that the network lets through to the peer. It is the peer who chooses the range (5.2).
    /// </summary>
    public int HopFirst { get; set; } = SpecConstants.DefaultHopFirst;

    /// <summary>Last port of that range.</summary>
    public int HopLast { get; set; } = SpecConstants.DefaultHopFirst + SpecConstants.DefaultHopCount - 1;

    /// <summary>Most PBKDF2 iterations for a key, 1 to 65535 (3.2, D11).</summary>
    public int Iterations { get; set; } = LinkOptions.Device().Iterations;

    /// <summary>Whether messages are hidden (14): offered, required or off.</summary>
    public PayloadEncryption Encryption { get; set; } = PayloadEncryption.Offered;

    /// <summary>Name of the Wi-Fi network, 1 to 32 bytes of UTF-8; null while there is none.</summary>
    public string Ssid { get; set; }

    /// <summary>Its pass phrase, 8 to 63 characters; empty for an open network.</summary>
    public string Password { get; set; } = string.Empty;

    /// <summary>Whether faults may be injected, by the peer's commands and the board's button: for demonstrations and tests.</summary>
    public bool AllowsFaults { get; set; }

    /// <summary>A copy, with a key of its own.</summary>
    public DeviceConfiguration Copy()
    {
        var copy = new DeviceConfiguration
        {
            PeerHost = PeerHost,
            PeerPort = PeerPort,
            HopFirst = HopFirst,
            HopLast = HopLast,
            Iterations = Iterations,
            Encryption = Encryption,
            Ssid = Ssid,
            Password = Password,
            AllowsFaults = AllowsFaults,
        };
        if (Psk != null)
        {
            copy.Psk = new byte[Psk.Length];
            Array.Copy(Psk, 0, copy.Psk, 0, Psk.Length);
        }

        return copy;
    }

    /// <summary>The options of the link that it asks for.</summary>
    public LinkOptions CreateLinkOptions()
    {
        LinkOptions options = LinkOptions.Device();
        options.RendezvousPort = PeerPort;
        options.Iterations = Iterations;
        options.Encryption = Encryption;
        options.FaultInjection = AllowsFaults;
        return options;
    }

    /// <summary>Overwrites the key.</summary>
    public void Wipe()
    {
        if (Psk != null)
        {
            Array.Clear(Psk, 0, Psk.Length);
        }
    }
}
