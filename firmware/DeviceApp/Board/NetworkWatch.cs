namespace Hoplink.Device.Board;

/// <summary>
/// Sees by the link's own figures what an operator has to change about the network, and says each once a session: round trips as long as
/// Wi-Fi power save makes them, and a peer that hops over ports which the network does not let through.
/// </summary>
public sealed class NetworkWatch
{
    /// <summary>
    /// Round trip from which power save is suspected, us. Without it a local network takes some 5 ms, with it about 250 ms; a hop window is
    /// 500 ms (5.2).
    /// </summary>
    public const long SuspectRttMicros = 150000;

    private readonly int _rendezvousPort;
    private readonly int _hopFirst;
    private readonly int _hopLast;
    private bool _saidRtt;
    private bool _saidPort;

    /// <summary>Watches the ports that a configuration names.</summary>
    public NetworkWatch(int rendezvousPort, int hopFirst, int hopLast)
    {
        _rendezvousPort = rendezvousPort;
        _hopFirst = hopFirst;
        _hopLast = hopLast;
    }

    /// <summary>What to know at the start: the stock images leave power save on, and a program cannot switch it off.</summary>
    public static string PowerSaveWarning
    {
        get
        {
            return "warning: the image may leave Wi-Fi power save on, which delays datagrams by up to 500 ms, as long as a hop window; "
                + "it must be off: use an image that calls esp_wifi_set_ps(WIFI_PS_NONE), or keep the access point's DTIM period at 1";
        }
    }

    /// <summary>A session began: everything may be said again.</summary>
    public void OnSession()
    {
        _saidRtt = false;
        _saidPort = false;
    }

    /// <summary>A warning about a smoothed round trip, us, 0 for none measured; null if there is nothing new to say.</summary>
    public string CheckRtt(long rttMicros)
    {
        if (_saidRtt || rttMicros < SuspectRttMicros)
        {
            return null;
        }

        _saidRtt = true;
        return "warning: a round trip takes " + (rttMicros / 1000).ToString() + " ms: Wi-Fi power save must be off";
    }

    /// <summary>A warning about the port that a datagram is sent to; null if there is nothing new to say.</summary>
    public string CheckPort(int port)
    {
        if (_saidPort || port == _rendezvousPort || (port >= _hopFirst && port <= _hopLast))
        {
            return null;
        }

        _saidPort = true;
        return "warning: the peer hops to port " + port.ToString() + ", outside of the range " + _hopFirst.ToString() + "-"
            + _hopLast.ToString() + " that this board is configured with";
    }
}
