using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;

namespace Hoplink.Simulation;

/// <summary>A device: one initiator's link on one socket.</summary>
public sealed class DeviceNode : EndNode
{
    private readonly LinkOptions _options;
    private readonly byte[] _psk;
    private bool _connects;
    private Link? _link;

    public DeviceNode(World world, string name, uint host, LinkOptions options, byte[] psk, uint peerHost)
        : base(world, name, host, singleSocket: true)
    {
        _options = options;
        _psk = psk;
        PeerHost = peerHost;
        BeginLife();
    }

    /// <summary>The link of its present life.</summary>
    public Link Link => _link!;

    /// <summary>Where it believes the peer to be.</summary>
    public uint PeerHost { get; set; }

    /// <summary>The port of its one socket.</summary>
    public int LocalPort { get; set; } = 50000;

    public LinkOptions Options => _options;

    public bool IsConnected => !IsDown && Link.State == LinkState.Connected;

    protected override long NextDeadline => Link.NextDeadline;

    /// <summary>Starts the link; after a restart it starts by itself.</summary>
    public void Connect()
    {
        _connects = true;
        Drive(() => Link.Connect(Clock.Now));
    }

    public SendStatus Send(byte[] message)
    {
        SendStatus status = default;
        Drive(() => status = Link.Send(message, 0, message.Length, Clock.Now));
        return status;
    }

    public void Close()
    {
        _connects = false;
        Drive(() => Link.Close(Clock.Now));
    }

    protected override void Boot(CryptoProvider crypto)
    {
        _link = new Link(_options, crypto, _psk);
        if (_connects)
        {
            _link.Connect(Clock.Now);
        }
    }

    protected override string? Refuse(int localPort) => localPort == LocalPort ? null : "port closed";

    protected override void Handle(byte[] bytes, Arrival arrival, long now)
    {
        arrival.LocalPort = 0;
        Link.HandleDatagram(bytes, 0, bytes.Length, arrival, now);
    }

    protected override void HandleTimeout(long now) => Link.HandleTimeout(now);

    protected override bool PollEvent(LinkEvent e) => Link.PollEvent(e);

    protected override bool PollTransmit(Datagram datagram, long now) => Link.PollTransmit(datagram, now);

    protected override KeyJob? PollJob() => Link.PollJob();

    protected override void CompleteJob(KeyJob job, long now) => Link.CompleteJob(job, now);

    protected override bool Serve() => false;

    protected override Link? PollReadable() => Link.NextMessageLength >= 0 ? Link : null;

    protected override (int LocalPort, SimEndpoint Destination) Route(Datagram datagram)
    {
        uint host = datagram.HasAddress ? SimEndpoint.From(datagram.Remote).Host : PeerHost;
        return (LocalPort, new SimEndpoint(host, datagram.Remote.Port));
    }
}
