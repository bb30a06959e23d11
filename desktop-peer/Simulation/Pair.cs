using Hoplink.Crypto;
using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink.Simulation;

/// <summary>What a <see cref="Pair"/> is made of. Change it in the constructor's callback.</summary>
public sealed class PairOptions
{
    internal PairOptions()
    {
        // PBKDF2's count adds nothing to a simulation but time.
        Device.Iterations = 1;
        Device.FaultInjection = true;
        Peer.Link.FaultInjection = true;
    }

    /// <summary>The device's configuration: that of a board, with faults that can be injected and one iteration of PBKDF2.</summary>
    public LinkOptions Device { get; set; } = LinkOptions.Device();

    /// <summary>The peer's configuration: that of a desktop, with faults that can be injected.</summary>
    public ResponderOptions Peer { get; set; } = new();

    /// <summary>Each way, us.</summary>
    public long Delay { get; set; } = 10 * World.Millisecond;

    /// <summary>How fast the device's clock runs, parts per million above world time.</summary>
    public double DeviceDrift { get; set; }

    /// <summary>How long the device takes for a key job, us.</summary>
    public long DeviceJobMicros { get; set; } = 200 * World.Millisecond;

    /// <summary>How long the peer takes for a key job, us.</summary>
    public long PeerJobMicros { get; set; } = World.Millisecond;

    /// <summary>The NAT that the device is behind; null: none.</summary>
    public NatKind? Nat { get; set; }

    /// <summary>Makes the ends' crypto; see <see cref="World.MakeCrypto"/>.</summary>
    public Func<SimRandom, CryptoProvider> MakeCrypto { get; set; } = SimCrypto.Create;

    /// <summary>Takes a trace.</summary>
    public bool TakeTrace { get; set; } = true;

    /// <summary>Keeps the whole trace, not only its last part.</summary>
    public bool KeepTrace { get; set; }

    /// <summary>Ports that the peer cannot bind.</summary>
    public int[] UnbindablePorts { get; set; } = [];
}

/// <summary>The usual world: one device, one peer, their applications, and a way between them.</summary>
public sealed class Pair
{
    /// <summary>The device's own IPv4 address.</summary>
    public static readonly uint DeviceHost = SimEndpoint.Address(192, 168, 1, 2);

    /// <summary>The public IPv4 address of the device's NAT, if it is behind one.</summary>
    public static readonly uint NatHost = SimEndpoint.Address(198, 51, 100, 1);

    /// <summary>The peer's IPv4 address.</summary>
    public static readonly uint PeerHost = SimEndpoint.Address(203, 0, 113, 1);

    /// <summary>Makes the world of a seed, with both ends booted and not connected.</summary>
    public Pair(ulong seed, Action<PairOptions>? configure = null)
    {
        var options = new PairOptions();
        configure?.Invoke(options);
        World = new World(seed) { MakeCrypto = options.MakeCrypto };
        World.Trace.IsOn = options.TakeTrace;
        World.Trace.KeepAll = options.KeepTrace;
        Rules = new WireRules(World);
        byte[] psk = World.Random("psk").Bytes(32);
        Peer = new PeerNode(World, "peer", PeerHost, options.Peer, options.UnbindablePorts) { JobMicros = options.PeerJobMicros };
        KeyId = Peer.AddKey(psk);
        Device = new DeviceNode(World, "device", DeviceHost, options.Device, psk, PeerHost) { JobMicros = options.DeviceJobMicros };
        Device.Clock.SetDrift(options.DeviceDrift);
        if (options.Nat is { } kind)
        {
            Nat = Network.AddNat("nat", NatHost, kind);
            Network.Attach(Device, DeviceHost, Nat);
        }

        Up.Delay = options.Delay;
        Down.Delay = options.Delay;
        Checker = new Checker(Device, Peer, KeyId);
    }

    /// <summary>The world they are in.</summary>
    public World World { get; }

    /// <summary>The network between them.</summary>
    public Network Network => World.Network;

    /// <summary>The initiator.</summary>
    public DeviceNode Device { get; }

    /// <summary>The responder.</summary>
    public PeerNode Peer { get; }

    /// <summary>The NAT that the device is behind; null: none.</summary>
    public Nat? Nat { get; }

    /// <summary>The id of the pre-shared key that both have.</summary>
    public ulong KeyId { get; }

    /// <summary>Their applications.</summary>
    public Checker Checker { get; }

    /// <summary>What watches all that they send.</summary>
    public WireRules Rules { get; }

    /// <summary>The way from the device to the peer.</summary>
    public Lane Up => Network.Lane(Device, Peer);

    /// <summary>The way from the peer to the device.</summary>
    public Lane Down => Network.Lane(Peer, Device);

    /// <summary>The peer's end of the link; null before the first session.</summary>
    public Link? PeerLink => Peer.Links.GetValueOrDefault(KeyId);

    /// <summary>Both ends say that they are connected, in one session.</summary>
    public bool IsConnected => Device.IsConnected && !Peer.IsDown && PeerLink?.State == LinkState.Connected
        && PeerLink.SessionId == Device.Link.SessionId;

    /// <summary>Changes both ways alike.</summary>
    public void EachWay(Action<Lane> change)
    {
        change(Up);
        change(Down);
    }

    /// <summary>Connects and returns how long it took, us; throws if it takes longer than the limit, us.</summary>
    public long Connect(long limit = 10 * World.Second)
    {
        long start = World.Now;
        Device.Connect();
        Await(() => IsConnected, limit, "not connected");
        return World.Now - start;
    }

    /// <summary>
    /// Sends so many messages each way, one each <paramref name="interval"/> us (0: as fast as the links take them). Returns at once.
    /// </summary>
    public void Traffic(long messages, long interval = 0)
    {
        foreach (MessageStream stream in new[] { Checker.Up, Checker.Down })
        {
            if (interval == 0)
            {
                stream.Send(messages);
            }
            else
            {
                stream.SendEvery(interval, messages);
            }
        }
    }

    /// <summary>Runs until a condition holds; throws if it does not within the limit, us.</summary>
    public void Await(Func<bool> condition, long limit, string otherwise)
    {
        if (!World.RunUntil(condition, limit))
        {
            throw new SimulationException(World, otherwise);
        }
    }

    /// <summary>
    /// Runs until the ends are connected, all messages so far are read and acknowledged, and no rung runs; throws if that takes longer
    /// than the limit, us.
    /// </summary>
    public void RunUntilQuiet(long limit = World.Minute)
    {
        Await(() => IsQuiet, limit, $"not quiet within {limit} us: {Describe()}");
    }

    /// <summary>The ends are connected, all messages so far are read and acknowledged, and no rung runs.</summary>
    public bool IsQuiet => IsConnected && Checker.AllDelivered
        && Device.Link.Unacknowledged == 0 && PeerLink!.Unacknowledged == 0
        && Device.Link.Level == RecoveryLevel.None && PeerLink.Level == RecoveryLevel.None;

    /// <summary>Where the messages and the ends stand, in words.</summary>
    public string Describe()
    {
        string peer = PeerLink?.State.ToString() ?? "without link";
        return $"up {Describe(Checker.Up)}, down {Describe(Checker.Down)}, device {Device.Link.State}, peer {peer}";
    }

    private static string Describe(MessageStream stream)
    {
        return $"{stream.Expected} of {stream.Accepted} read and {stream.Backlog} waiting";
    }
}
