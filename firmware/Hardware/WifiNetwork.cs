using System;
using System.Device.Wifi;
using System.Net.NetworkInformation;
using System.Threading;
using nanoFramework.Networking;

namespace Hoplink.Hardware;

/// <summary>
/// The Wi-Fi network of the configuration. Joining it for the first time may start the radio anew; joining it again leaves the radio on, so
/// that the hardware's randomness stays true. Power save cannot be switched off from here, for the library has no call for it.
/// </summary>
internal sealed class WifiNetwork
{
    private const int AttemptMillis = 30000;

    private readonly string _ssid;
    private readonly string _password;

    /// <summary>Names the network; an empty password is an open one.</summary>
    public WifiNetwork(string ssid, string password)
    {
        _ssid = ssid;
        _password = password;
    }

    /// <summary>True while the board is associated with it.</summary>
    public bool IsUp
    {
        get { return NetworkInterface.GetIsNetworkAvailable(); }
    }

    /// <summary>One attempt to join, which ends with an address from DHCP or after 30 s; other threads go on meanwhile.</summary>
    public bool TryJoin()
    {
        using (var timeout = new CancellationTokenSource(AttemptMillis))
        {
            return WifiNetworkHelper.ConnectDhcp(_ssid, _password, WifiReconnectionKind.Automatic, false, 0, timeout.Token) && IsUp;
        }
    }

    /// <summary>
    /// One attempt to join again a network that was joined before, at most 20 s. The image tries by itself as well, without a pause: this
    /// is for the case that it has given up. <see cref="IsUp"/> tells what came of it.
    /// </summary>
    public void Rejoin()
    {
        try
        {
            WifiNetworkHelper.WifiAdapter.Connect(_ssid, WifiReconnectionKind.Automatic, _password);
        }
        catch (Exception)
        {
            // A driver that is busy with its own attempt is no reason to start the board again.
        }
    }
}
