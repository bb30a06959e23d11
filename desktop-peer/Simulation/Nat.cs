namespace Hoplink.Simulation;

/// <summary>Which of a NAT's public ports a device's datagrams leave from, and who may answer to it (RFC 4787).</summary>
public enum NatKind
{
    /// <summary>One public port whatever the destination, open to anybody.</summary>
    FullCone,

    /// <summary>One public port whatever the destination, open to the addresses and ports that were sent to.</summary>
    PortRestricted,

    /// <summary>A public port for each destination, open to that destination.</summary>
    Symmetric,
}

/// <summary>A network address translator, with any number of nodes behind it.</summary>
public sealed class Nat
{
    private readonly World _world;
    private readonly SimRandom _random;
    private readonly Dictionary<uint, Node> _inside = [];
    private readonly Dictionary<(SimEndpoint Inner, SimEndpoint Destination), Mapping> _byInner = [];
    private readonly Dictionary<int, Mapping> _byPort = [];

    internal Nat(World world, string name, uint publicHost, NatKind kind)
    {
        _world = world;
        _random = world.Random("nat " + name);
        Name = name;
        PublicHost = publicHost;
        Kind = kind;
    }

    /// <summary>Its name in the trace.</summary>
    public string Name { get; }

    /// <summary>The IPv4 address that those behind it are seen at.</summary>
    public uint PublicHost { get; }

    /// <summary>How it maps, and what it lets in.</summary>
    public NatKind Kind { get; }

    /// <summary>A mapping that nothing was sent through for this long is dead, us.</summary>
    public long IdleTimeout { get; set; } = long.MaxValue;

    /// <summary>Mappings made since the beginning.</summary>
    public int Mappings { get; private set; }

    /// <summary>Forgets every mapping: the next datagram out leaves from a new port, what comes to the old ones is lost.</summary>
    public void Rebind()
    {
        _byInner.Clear();
        _byPort.Clear();
        _world.Trace.Note(Name, "rebinds");
    }

    /// <summary>Rebinds each <paramref name="interval"/> us, above 0, from now on.</summary>
    public void RebindEvery(long interval)
    {
        _world.Every(interval, () =>
        {
            Rebind();
            return true;
        });
    }

    internal void Add(Node node) => _inside[node.Host] = node;

    internal void Remove(Node node) => _inside.Remove(node.Host);

    internal SimEndpoint TranslateOut(SimEndpoint inner, SimEndpoint destination)
    {
        var key = (inner, Kind == NatKind.Symmetric ? destination : default);
        if (!_byInner.TryGetValue(key, out Mapping? mapping) || IsDead(mapping))
        {
            if (mapping != null)
            {
                _byPort.Remove(mapping.PublicPort);
            }

            mapping = new Mapping(inner, FreePort());
            _byInner[key] = mapping;
            _byPort[mapping.PublicPort] = mapping;
            Mappings++;
        }

        mapping.UsedAt = _world.Now;
        mapping.Contacts.Add(destination);
        return new SimEndpoint(PublicHost, mapping.PublicPort);
    }

    /// <summary>The node behind a public port, and its own endpoint; null if it cannot be reached from there.</summary>
    internal Node? TranslateIn(SimEndpoint source, int publicPort, out SimEndpoint inner)
    {
        inner = default;
        if (!_byPort.TryGetValue(publicPort, out Mapping? mapping) || IsDead(mapping)
            || (Kind != NatKind.FullCone && !mapping.Contacts.Contains(source)))
        {
            return null;
        }

        inner = mapping.Inner;
        return _inside.GetValueOrDefault(inner.Host);
    }

    private bool IsDead(Mapping mapping) => _world.Now - mapping.UsedAt > IdleTimeout;

    private int FreePort()
    {
        int port;
        do
        {
            port = (int)_random.Between(1024, 65535);
        }
        while (_byPort.ContainsKey(port));

        return port;
    }

    private sealed class Mapping(SimEndpoint inner, int publicPort)
    {
        public SimEndpoint Inner { get; } = inner;

        public int PublicPort { get; } = publicPort;

        public HashSet<SimEndpoint> Contacts { get; } = [];

        public long UsedAt { get; set; }
    }
}
