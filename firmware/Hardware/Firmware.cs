using System.Net;
using System.Net.Sockets;
using System.Threading;
using Hoplink.Crypto;
using Hoplink.Device;
using Hoplink.Device.Board;
using Hoplink.Device.Configuration;
using Hoplink.Device.Crypto;

namespace Hoplink.Hardware;

/// <summary>
/// The board from start to restart: configuration, Wi-Fi, and then the link, while this thread looks after the network. Whatever ends, ends
/// in a restart: what is kept is on I:.
/// </summary>
internal sealed class Firmware
{
    private const int LookMillis = 200;
    private const int FirstRetryMillis = 1000;
    private const int MostRetryMillis = 60000;
    private const int LookUpMillis = 300000;

    private readonly BoardFiles _files = new BoardFiles();
    private readonly RadioRandomSource _random = new RadioRandomSource(new HardwareRandom());
    private readonly LightAnimation _light;
    private readonly BoardLog _log;
    private readonly CryptoProvider _crypto;
    private readonly ConfigurationStore _store;
    private readonly Provisioner _provisioner;
    private readonly UserButton _button = new UserButton();

    /// <summary>Prepares; the line is null if it could not be opened.</summary>
    public Firmware(BoardLine line, BoardLog log, LightAnimation light)
    {
        _light = light;
        _log = log;
        _crypto = CryptoSelection.Create(_random);
        _store = new ConfigurationStore(_files, _crypto);
        _provisioner = new Provisioner(_store, _files, _crypto, line, log);
    }

    /// <summary>Runs until the board is to start again.</summary>
    public void Run()
    {
        _log.Write("Hoplink on " + BoardConfig.Name);
        _log.Write(CryptoSelection.Describe(_crypto));
        if (_provisioner.TakeFile())
        {
            return;
        }

        StoreState state = _store.Load();
        if (state == StoreState.Loaded && _store.Problem != null)
        {
            _log.Write("warning: the configuration was read, but " + _store.Problem);
        }

        if (state != StoreState.Loaded || !RunLink(_store.Configuration))
        {
            _provisioner.Talk(_light);
        }
    }

    /// <summary>Runs the link until it ends; false if the button was held down: the board is to be configured anew.</summary>
    private bool RunLink(DeviceConfiguration configuration)
    {
        var network = new WifiNetwork(configuration.Ssid, configuration.Password);
        if (!Join(network))
        {
            return false;
        }

        // Not before: the generator is a true one only while the radio is on.
        _random.Start();
        _log.Write(NetworkWatch.PowerSaveWarning);
        IPAddress peer = Resolve(configuration.PeerHost);
        if (peer == null)
        {
            return false;
        }

        var socket = new DeviceSocket(peer);
        Pump pump = StartPump(configuration, socket);
        LookAfter(network, pump, socket, configuration.PeerHost);
        if (pump.State == PumpState.ProvisioningAsked)
        {
            return false;
        }

        _log.Write("the link has ended; the board starts again");
        return true;
    }

    private Pump StartPump(DeviceConfiguration configuration, DeviceSocket socket)
    {
        // A provider serves one thread: the jobs have one of their own.
        var jobs = new KeyJobWorker(CryptoSelection.Create(_random));
        var watch = new NetworkWatch(configuration.PeerPort, configuration.HopFirst, configuration.HopLast);
        var platform = new Esp32Platform(socket, jobs, watch, _light, _log);
        var app = new DeviceApp(new DeviceOptions(), configuration.CreateLinkOptions(), _crypto, configuration.Psk, platform);

        // The link has derived its keys.
        configuration.Wipe();
        string peer = configuration.PeerHost + ":" + configuration.PeerPort.ToString();
        _log.Write("key id " + LinkEventText.Id(app.Link.KeyId) + ", peer " + peer);
        var pump = new Pump(app, platform, watch, _button.Gesture, _light, _log);
        pump.Start();
        return pump;
    }

    /// <summary>Joins the network, however long it takes; false if the button was held down instead.</summary>
    private bool Join(WifiNetwork network)
    {
        var backoff = new Backoff(FirstRetryMillis, MostRetryMillis);
        while (!network.TryJoin())
        {
            if (!WaitBeforeRetry("no Wi-Fi", backoff.Next()))
            {
                return false;
            }
        }

        _log.Write("Wi-Fi joined");
        _light.HasNetwork = true;
        return true;
    }

    /// <summary>Looks up the peer, however long it takes; null if the button was held down instead.</summary>
    private IPAddress Resolve(string host)
    {
        var backoff = new Backoff(FirstRetryMillis, MostRetryMillis);
        IPAddress address = TryResolve(host);
        while (address == null)
        {
            if (!WaitBeforeRetry("no IPv4 address for the peer's name", backoff.Next()))
            {
                return null;
            }

            address = TryResolve(host);
        }

        return address;
    }

    private static IPAddress TryResolve(string host)
    {
        try
        {
            IPAddress[] addresses = Dns.GetHostEntry(host).AddressList;
            for (int i = 0; i < addresses.Length; i++)
            {
                if (addresses[i].AddressFamily == AddressFamily.InterNetwork)
                {
                    return addresses[i];
                }
            }

            return null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>False if the button was held down meanwhile.</summary>
    private bool WaitBeforeRetry(string why, int delay)
    {
        _log.Write(why + "; next attempt in " + (delay / 1000).ToString() + " s");
        for (int waited = 0; waited < delay; waited += LookMillis)
        {
            if (_button.Gesture.TakeLong())
            {
                return false;
            }

            Thread.Sleep(LookMillis);
        }

        return true;
    }

    /// <summary>Keeps the network up while the link runs, and looks the peer up again while there is no session.</summary>
    private void LookAfter(WifiNetwork network, Pump pump, DeviceSocket socket, string host)
    {
        var backoff = new Backoff(FirstRetryMillis, MostRetryMillis);
        int withoutSession = 0;
        bool wasUp = true;
        while (pump.State == PumpState.Running)
        {
            Thread.Sleep(LookMillis);
            bool isUp = network.IsUp;
            _light.HasNetwork = isUp;
            if (!isUp)
            {
                wasUp = false;
                Rejoin(network, pump, backoff.Next());
                continue;
            }

            backoff.Reset();
            if (!wasUp)
            {
                wasUp = true;
                _log.Write("Wi-Fi joined again");
                pump.NoteNetworkBack();
            }

            withoutSession = pump.HasSession ? 0 : withoutSession + LookMillis;
            if (withoutSession >= LookUpMillis)
            {
                // The library's look-up keeps all threads waiting, so never while there is a session.
                withoutSession = 0;
                IPAddress peer = TryResolve(host);
                if (peer != null)
                {
                    socket.SetPeer(peer);
                }
            }
        }
    }

    private void Rejoin(WifiNetwork network, Pump pump, int delay)
    {
        _log.Write("Wi-Fi lost; attempt in " + (delay / 1000).ToString() + " s");
        for (int waited = 0; waited < delay && pump.State == PumpState.Running && !network.IsUp; waited += LookMillis)
        {
            Thread.Sleep(LookMillis);
        }

        if (pump.State == PumpState.Running && !network.IsUp)
        {
            network.Rejoin();
        }
    }
}
