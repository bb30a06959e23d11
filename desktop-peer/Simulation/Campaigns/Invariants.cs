using Hoplink.Delivery;
using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink.Simulation.Campaigns;

/// <summary>
/// Watches a pair for what its <see cref="Checker"/> and its <see cref="WireRules"/> do not: authentication, buffers, health and epochs. A
/// broken invariant throws out of the run.
/// </summary>
public sealed class Invariants
{
    /// <summary>
    /// Ends of one session that have nothing to do agree on their epoch within this time, us: a requester's switch counts as complete after
    /// 10 s at the latest (protocol.md 12, step 4).
    /// </summary>
    public const long RestLimit = 15 * World.Second;

    /// <summary>Datagrams for a rung that is late, with its retries.</summary>
    private const int IdleAllowance = 60;

    private const int LateTime = ConditionSet.Time | (1 << (int)FailureCondition.PeerAsks);
    private const long Tolerance = SpecConstants.TIME_SYNC_TOLERANCE_MS * SpecConstants.MicrosPerMs;

    private readonly Pair _pair;
    private readonly World _world;
    private EndState _before;
    private bool _compares;
    private bool _hasRestarted;
    private bool _hasSeenForgery;
    private bool _hadFaults;
    private bool _isHealthy;
    private long _datagrams;

    /// <summary>Watches from now on.</summary>
    public Invariants(Pair pair)
    {
        _pair = pair;
        _world = pair.World;
        Watch(pair.Device, () => pair.Device.Link, pair.Device.Options);
        Watch(pair.Peer, () => pair.PeerLink, pair.Peer.Options.Link);
        pair.Network.Sent += CheckSize;
    }

    /// <summary>Nothing is wrong with network and hosts, nor was so lately: nothing may be found that needs healing.</summary>
    public bool IsHealthy
    {
        get => _isHealthy;
        set
        {
            _hadFaults |= !value;
            _isHealthy = value;
        }
    }

    /// <summary>
    /// Looks at a pair that is connected and quiet: throws if its ends stay on different epochs, or lost what nobody forgot.
    /// </summary>
    public void CheckRest()
    {
        if (!_world.RunUntil(() => _pair.IsQuiet && EpochOf(_pair.Device.Link) == EpochOf(_pair.PeerLink!), RestLimit))
        {
            uint? peers = _pair.PeerLink?.Session == null ? null : EpochOf(_pair.PeerLink);
            uint? devices = _pair.Device.Link.Session == null ? null : EpochOf(_pair.Device.Link);
            throw Broken(Invariant.Epochs, $"the device rests on epoch {devices}, the peer on {peers}");
        }

        foreach (MessageStream stream in new[] { _pair.Checker.Up, _pair.Checker.Down })
        {
            if (!_hasRestarted && stream.ReportedLost + stream.LostWithRam + stream.Repeated > 0)
            {
                throw Broken(
                    Invariant.Delivery,
                    $"{stream.ReportedLost} messages were reported lost, {stream.LostWithRam} not even that, and {stream.Repeated} "
                    + "were read twice, though neither end ever restarted");
            }
        }
    }

    /// <summary>
    /// Lets time pass with nothing to send. Throws if the ends talk more than their probes of every 30 s need (7): once each way, and again
    /// where a NAT gives the device another address with every hop (5.2).
    /// </summary>
    public void Idle(long micros)
    {
        long before = _datagrams;
        _world.RunFor(micros);
        long sent = _datagrams - before;
        long most = IdleAllowance + 8 * (micros / (SpecConstants.ProbeIntervalMs * World.Millisecond) + 1);
        if (sent > most)
        {
            throw Broken(Invariant.Health, $"an idle link sent {sent} datagrams in {micros / World.Second} s, {most} are enough");
        }
    }

    private static uint EpochOf(Link link) => link.Session.Epochs.Current.Number;

    private void Watch(EndNode node, Func<Link?> linkOf, LinkOptions options)
    {
        node.Handling += packet => Remember(node, linkOf(), packet);
        node.Handled += packet => Compare(node, linkOf(), packet);
        node.Stepped += () => CheckBuffers(node, linkOf(), options);
        node.EventPolled += e => CheckHealth(node, e);
        node.RamLost += () => _hasRestarted = true;
    }

    private void Remember(EndNode node, Link? link, Packet packet)
    {
        _hasSeenForgery |= packet.IsAltered;

        // A timer that is due runs in any call, so that it is no matter of the datagram's.
        _compares = packet.IsAltered && link != null && !node.IsTimerDue;
        if (_compares)
        {
            _before = EndState.Of(link!, node.Clock.Now);
        }
    }

    private void Compare(EndNode node, Link? link, Packet packet)
    {
        if (!_compares)
        {
            return;
        }

        EndState after = EndState.Of(link!, node.Clock.Now);
        if (after != _before)
        {
            throw Broken(Invariant.Authentication, $"{node.Name} was changed by {packet}, which nobody sent: {_before} became {after}");
        }
    }

    private void CheckBuffers(EndNode node, Link? link, LinkOptions options)
    {
        if (link == null)
        {
            return;
        }

        ReceiveBuffer inbox = link.Inbox;
        if (inbox.Held > options.ReorderLimit || inbox.Held + inbox.Unread > options.ReceiveWindow)
        {
            throw Broken(Invariant.Buffers, $"{node.Name} holds {inbox.Held} messages beyond a hole and {inbox.Unread} unread ones");
        }

        if (link.Statistics.EventsDropped > 0)
        {
            throw Broken(Invariant.Buffers, $"{node.Name} found no room for an event though its host takes each at once");
        }
    }

    private void CheckSize(Packet packet)
    {
        _datagrams++;
        int limit = Math.Min(_pair.Device.Options.MaxDatagram, _pair.Peer.Options.Link.MaxDatagram);
        if (packet.From is EndNode && packet.Bytes.Length > limit)
        {
            throw Broken(Invariant.Buffers, $"{packet.From.Name} sent {packet.Bytes.Length} bytes, the limit is {limit}");
        }
    }

    private void CheckHealth(EndNode node, EventSnapshot e)
    {
        bool isFault = e.Kind is LinkEventKind.ConditionBegan or LinkEventKind.RungStarted or LinkEventKind.Terminated
            or LinkEventKind.LinkRestarted or LinkEventKind.MessagesLost or LinkEventKind.Reconnecting;

        if (IsHealthy && isFault && !IsLate(e))
        {
            throw Broken(Invariant.Health, $"on a healthy network {node.Name} says {e}");
        }
    }

    /// <summary>
    /// It is an echo of the faults. HmacFailureRate counts datagrams and not time, so it may begin long after the forgeries, and D9 holds
    /// back what it leads to (8). A clock may stay off by half a round trip, until more traffic shows it.
    /// </summary>
    private bool IsLate(EventSnapshot e)
    {
        int conditions = e.Kind == LinkEventKind.ConditionBegan ? ConditionSet.Of(e.Condition)
            : e.Kind == LinkEventKind.RungStarted ? e.Conditions
            : 0;
        int late = (_hasSeenForgery ? ConditionSet.Provocable : 0) | (_hadFaults && ClocksDiffer() ? LateTime : 0);
        return conditions != 0 && (conditions & ~late) == 0;
    }

    private bool ClocksDiffer()
    {
        Session? device = _pair.Device.Link.Session;
        Session? peer = _pair.PeerLink?.Session;
        return device != null && peer != null
            && Math.Abs(device.ReadClock(_pair.Device.Clock.Now) - peer.ReadClock(_pair.Peer.Clock.Now)) > Tolerance;
    }

    private SimulationException Broken(Invariant invariant, string what) => new(_world, what, invariant);
}
