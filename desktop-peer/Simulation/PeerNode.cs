using Hoplink.Crypto;
using Hoplink.Hopping;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;

namespace Hoplink.Simulation;

/// <summary>A desktop peer: one responder with any number of links behind its listening ports.</summary>
public sealed class PeerNode : EndNode
{
    private readonly ResponderOptions _options;
    private readonly List<byte[]> _keys = [];
    private readonly Dictionary<ulong, Link> _links = [];
    private readonly HashSet<int> _bound = [];
    private readonly PortChange _portChange = new();
    private byte[] _resetSecret;
    private Responder? _responder;

    /// <summary>
    /// Makes one at an IPv4 address and boots it, listening on all ports that it needs but for those that cannot be bound.
    /// </summary>
    public PeerNode(World world, string name, uint host, ResponderOptions options, params int[] unbindablePorts)
        : base(world, name, host, singleSocket: false)
    {
        _options = options;
        UnbindablePorts = [.. unbindablePorts];
        _resetSecret = world.Random(name + " reset secret").Bytes(32);
        BeginLife();
    }

    /// <summary>The responder of its present life.</summary>
    public Responder Responder => _responder!;

    /// <summary>What each of its lives is configured with.</summary>
    public ResponderOptions Options => _options;

    /// <summary>Ports that other programs have: binding them fails.</summary>
    public HashSet<int> UnbindablePorts { get; }

    /// <summary>Ports it listens on.</summary>
    public IReadOnlySet<int> BoundPorts => _bound;

    /// <summary>The newest link of each key id that has had one in this life.</summary>
    public IReadOnlyDictionary<ulong, Link> Links => _links;

    /// <inheritdoc/>
    protected override long NextDeadline => Responder.NextDeadline;

    /// <summary>Serves one more device, in this and all later lives.</summary>
    public ulong AddKey(byte[] psk)
    {
        ulong keyId = 0;
        _keys.Add(psk);
        Drive(() => keyId = Responder.AddKey(psk));
        return keyId;
    }

    /// <summary>Sends to the device of a key id; null if it has had no link yet.</summary>
    public SendStatus? Send(ulong keyId, byte[] message)
    {
        SendStatus? status = null;
        if (_links.TryGetValue(keyId, out Link? link))
        {
            Drive(() => status = link.Send(message, 0, message.Length, Clock.Now));
        }

        return status;
    }

    /// <summary>
    /// The process restarts, down for so many microseconds, on a computer that has lost its disk: another reset secret (protocol.md 13.3).
    /// </summary>
    public void RestartWithoutResetSecret(long downMicros)
    {
        _resetSecret = World.Random($"{Name} reset secret {Restarts}").Bytes(32);
        Restart(downMicros);
    }

    /// <inheritdoc/>
    protected override void Boot(CryptoProvider crypto)
    {
        _links.Clear();
        _bound.Clear();
        _responder = new Responder(_options, crypto, _resetSecret);
        foreach (byte[] psk in _keys)
        {
            _responder.AddKey(psk);
        }

        Bind(_options.Link.RendezvousPort);
        if (_options.HopCount <= SpecConstants.MaxFixedHopPorts)
        {
            for (int i = 0; i < _options.HopCount; i++)
            {
                Bind(_options.HopFirst + i);
            }
        }
    }

    /// <inheritdoc/>
    protected override string? Refuse(int localPort) => _bound.Contains(localPort) ? null : "port closed";

    /// <inheritdoc/>
    protected override void Handle(byte[] bytes, Arrival arrival, long now)
    {
        Responder.HandleDatagram(bytes, 0, bytes.Length, arrival, now);
    }

    /// <inheritdoc/>
    protected override void HandleTimeout(long now) => Responder.HandleTimeout(now);

    /// <inheritdoc/>
    protected override bool PollEvent(LinkEvent e) => Responder.PollEvent(e);

    /// <inheritdoc/>
    protected override bool PollTransmit(Datagram datagram, long now) => Responder.PollTransmit(datagram, now);

    /// <inheritdoc/>
    protected override KeyJob? PollJob() => Responder.PollJob();

    /// <inheritdoc/>
    protected override void CompleteJob(KeyJob job, long now) => Responder.CompleteJob(job, now);

    /// <inheritdoc/>
    protected override bool Serve()
    {
        bool any = false;
        while (Responder.PollNewLink() is { } link)
        {
            any = true;
            _links[link.KeyId] = link;
        }

        while (Responder.PollPort(_portChange))
        {
            any = true;
            if (_portChange.Open)
            {
                Bind(_portChange.Port);
            }
            else
            {
                _bound.Remove(_portChange.Port);
            }
        }

        return any;
    }

    /// <inheritdoc/>
    protected override Link? PollReadable() => Responder.PollReadable();

    /// <inheritdoc/>
    protected override (int LocalPort, SimEndpoint Destination) Route(Datagram datagram)
    {
        // A port may be closed before the last datagram from it is sent: a host then sends from the socket that it always has.
        int localPort = _bound.Contains(datagram.LocalPort) ? datagram.LocalPort : _options.Link.RendezvousPort;
        return (localPort, SimEndpoint.From(datagram.Remote));
    }

    private void Bind(int port)
    {
        if (UnbindablePorts.Contains(port))
        {
            Responder.PortUnavailable(port);
        }
        else
        {
            _bound.Add(port);
        }
    }
}
