namespace Hoplink.Simulation;

/// <summary>Carries datagrams between the nodes of a world.</summary>
public sealed class Network
{
    private readonly World _world;
    private readonly Dictionary<uint, Node> _nodes = [];
    private readonly Dictionary<uint, Nat> _nats = [];
    private readonly Dictionary<(Node From, Node To), Lane> _lanes = [];
    private readonly List<Tap> _taps = [];
    private readonly List<long> _arrivals = [];
    private long _packets;

    internal Network(World world)
    {
        _world = world;
    }

    /// <summary>Sees each datagram as its sender sent it, behind its NAT and before anything can happen to it.</summary>
    public event Action<Packet>? Sent;

    /// <summary>One direction of the way between two nodes, wherever they are attached.</summary>
    public Lane Lane(Node from, Node to)
    {
        if (!_lanes.TryGetValue((from, to), out Lane? lane))
        {
            lane = new Lane(_world, from.Name + " > " + to.Name);
            _lanes.Add((from, to), lane);
        }

        return lane;
    }

    /// <summary>Sets up a NAT at a public IPv4 address that nobody has; see <see cref="Attach"/> for what is behind it.</summary>
    public Nat AddNat(string name, uint publicHost, NatKind kind)
    {
        var nat = new Nat(_world, name, publicHost, kind);
        _nats.Add(publicHost, nat);
        return nat;
    }

    /// <summary>
    /// Gives a node an address, behind a NAT or not. A node that had another one has moved: what is under way to the old one is lost.
    /// </summary>
    public void Attach(Node node, uint host, Nat? nat = null)
    {
        Detach(node);
        if (nat == null && (_nats.ContainsKey(host) || !_nodes.TryAdd(host, node)))
        {
            throw new ArgumentException("somebody has that address", nameof(host));
        }

        node.Host = host;
        node.Nat = nat;
        nat?.Add(node);
        if (_world.Trace.IsOn)
        {
            _world.Trace.Note(node.Name, $"is at {new SimEndpoint(host, 0)}{(nat == null ? string.Empty : " behind " + nat.Name)}");
        }
    }

    /// <summary>Taps every datagram.</summary>
    public Tap Tap(Func<Packet, Verdict> judge) => Tap(_ => true, 1, int.MaxValue, judge);

    /// <summary>Taps the datagrams that pass the filter.</summary>
    public Tap Tap(Func<Packet, bool> filter, Func<Packet, Verdict> judge) => Tap(filter, 1, int.MaxValue, judge);

    /// <summary>Of the datagrams that pass the filter from now on, loses the n-th, counted from 1.</summary>
    public Tap DropNth(int n, Func<Packet, bool> filter) => Tap(filter, n, n, _ => Verdict.Drop);

    /// <summary>Loses the next datagrams of a kind, so many of them.</summary>
    public Tap DropNext(DatagramKind kind, int count = 1) => Tap(p => p.Kind == kind, 1, count, _ => Verdict.Drop);

    /// <summary>Of the datagrams that pass the filter from now on, taps number <paramref name="from"/> to <paramref name="to"/>.</summary>
    public Tap Tap(Func<Packet, bool> filter, int from, int to, Func<Packet, Verdict> judge)
    {
        var tap = new Tap(this, filter, from, to, judge);
        _taps.Add(tap);
        return tap;
    }

    /// <summary>Puts a datagram under somebody's nose that nobody sent: it arrives after a delay, us, past taps and lanes.</summary>
    public void Inject(SimEndpoint source, SimEndpoint destination, ReadOnlySpan<byte> bytes, long delay = 0)
    {
        var packet = new Packet(++_packets, null, source, destination, bytes.ToArray(), _world.Now);
        DeliverAt(_world.Now + delay, packet);
    }

    internal void Remove(Tap tap) => _taps.Remove(tap);

    /// <summary>Takes a datagram that a node sends from its own endpoint, and the keystream of its payload, if any.</summary>
    internal void Send(Node from, SimEndpoint source, SimEndpoint destination, ReadOnlySpan<byte> bytes, byte[]? keystream = null)
    {
        SimEndpoint seen = from.Nat == null ? source : from.Nat.TranslateOut(source, destination);
        var packet = new Packet(++_packets, from, seen, destination, bytes.ToArray(), _world.Now, keystream);
        packet.To = Resolve(packet, out _);
        _world.Trace.Add(from.Name, TraceKind.Sent, packet, string.Empty);
        Sent?.Invoke(packet);
        List<Verdict> verdicts = Judge(packet);
        if (verdicts.Exists(v => v.Dropped))
        {
            Drop(from.Name, packet, "tap");
        }
        else
        {
            Carry(from, packet, verdicts);
        }
    }

    /// <summary>Asks the taps, each seeing what the one before made of the datagram, until one drops it.</summary>
    private List<Verdict> Judge(Packet packet)
    {
        var verdicts = new List<Verdict>(_taps.Count);
        foreach (Tap tap in _taps.ToArray())
        {
            Verdict verdict = tap.Judge(packet);
            packet.Bytes = verdict.Bytes ?? packet.Bytes;
            verdicts.Add(verdict);
            if (verdict.Dropped)
            {
                break;
            }
        }

        return verdicts;
    }

    private void Carry(Node from, Packet packet, List<Verdict> verdicts)
    {
        if (packet.To == null)
        {
            Drop(from.Name, packet, "nobody there");
            return;
        }

        _arrivals.Clear();
        string? cause = Lane(from, packet.To).Carry(packet, _arrivals);
        if (cause != null)
        {
            Drop(from.Name, packet, cause);
            return;
        }

        long first = _arrivals[0];
        foreach (Verdict verdict in verdicts)
        {
            _arrivals.AddRange(Enumerable.Range(1, verdict.Copies).Select(i => first + i * verdict.Spacing));
        }

        foreach (long arrival in _arrivals)
        {
            DeliverAt(arrival + verdicts.Sum(v => v.ExtraDelay), packet);
        }
    }

    private void DeliverAt(long time, Packet packet) => _world.At(time, () => Deliver(packet));

    private void Deliver(Packet packet)
    {
        Node? node = Resolve(packet, out SimEndpoint local);
        if (node == null)
        {
            Drop("network", packet, "nobody there");
            return;
        }

        string? cause = node.Arrive(packet, local.Port);
        if (cause != null)
        {
            Drop(node.Name, packet, cause);
        }
    }

    private void Drop(string node, Packet packet, string cause) => _world.Trace.Add(node, TraceKind.Dropped, packet, cause);

    private Node? Resolve(Packet packet, out SimEndpoint local)
    {
        local = packet.Destination;
        if (_nats.TryGetValue(packet.Destination.Host, out Nat? nat))
        {
            return nat.TranslateIn(packet.Source, packet.Destination.Port, out local);
        }

        return _nodes.GetValueOrDefault(packet.Destination.Host);
    }

    private void Detach(Node node)
    {
        node.Nat?.Remove(node);
        if (_nodes.GetValueOrDefault(node.Host) == node)
        {
            _nodes.Remove(node.Host);
        }
    }
}
