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

    /// <summary>Makes one at an IPv4 address, with a pre-shared key of 32 bytes, and boots it. It does not connect yet.</summary>
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

    /// <summary>What each of its lives is configured with.</summary>
    public LinkOptions Options => _options;

    /// <summary>Its link has a session, as far as it knows.</summary>
    public bool IsConnected => !IsDown && Link.State == LinkState.Connected;

    /// <inheritdoc/>
    protected override long NextDeadline => Link.NextDeadline;

    /// <summary>Starts the link; after a restart it starts by itself.</summary>
    public void Connect()
    {
        _connects = true;
        Drive(() => Link.Connect(Clock.Now));
    }

    /// <summary>Sends a message of at most <see cref="Link.MaxMessageBytes"/> bytes, if the link takes it.</summary>
    public SendStatus Send(byte[] message)
    {
        SendStatus status = default;
        Drive(() => status = Link.Send(message, 0, message.Length, Clock.Now));
        return status;
    }

    /// <summary>Closes the link in order (protocol.md 6.4); it does not connect again after a restart.</summary>
    public void Close()
    {
        _connects = false;
        Drive(() => Link.Close(Clock.Now));
    }

    /// <inheritdoc/>
    protected override void Boot(CryptoProvider crypto)
    {
        _link = new Link(_options, crypto, _psk);
        if (_connects)
        {
            _link.Connect(Clock.Now);
        }
    }

    /// <inheritdoc/>
    protected override string? Refuse(int localPort) => localPort == LocalPort ? null : "port closed";

    /// <inheritdoc/>
    protected override void Handle(byte[] bytes, Arrival arrival, long now)
    {
        arrival.LocalPort = 0;
        Link.HandleDatagram(bytes, 0, bytes.Length, arrival, now);
    }

    /// <inheritdoc/>
    protected override void HandleTimeout(long now) => Link.HandleTimeout(now);

    /// <inheritdoc/>
    protected override bool PollEvent(LinkEvent e) => Link.PollEvent(e);

    /// <inheritdoc/>
    protected override bool PollTransmit(Datagram datagram, long now) => Link.PollTransmit(datagram, now);

    /// <inheritdoc/>
    protected override KeyJob? PollJob() => Link.PollJob();

    /// <inheritdoc/>
    protected override void CompleteJob(KeyJob job, long now) => Link.CompleteJob(job, now);

    /// <inheritdoc/>
    protected override bool Serve() => false;

    /// <inheritdoc/>
    protected override Link? PollReadable() => Link.NextMessageLength >= 0 ? Link : null;

    /// <inheritdoc/>
    protected override (int LocalPort, SimEndpoint Destination) Route(Datagram datagram)
    {
        uint host = datagram.HasAddress ? SimEndpoint.From(datagram.Remote).Host : PeerHost;
        return (LocalPort, new SimEndpoint(host, datagram.Remote.Port));
    }
}
