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

    private readonly Pair _pair;
    private readonly World _world;
    private EndState _before;
    private bool _compares;
    private bool _hasRestarted;
    private bool _hasSeenForgery;

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
    public bool IsHealthy { get; set; }

    /// <summary>Looks at a pair that is connected and quiet: throws if its ends stay on different epochs, or lost what nobody forgot.</summary>
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

        // 8: HmacFailureRate counts datagrams and not time, so it may begin long after the forgeries; and D9 holds back what it leads to.
        bool isLate = _hasSeenForgery && (e.Kind == LinkEventKind.ConditionBegan
            ? e.Condition == FailureCondition.HmacFailureRate
            : e.Kind == LinkEventKind.RungStarted && (e.Conditions & ~ConditionSet.Provocable) == 0);
        if (IsHealthy && isFault && !isLate)
        {
            throw Broken(Invariant.Health, $"on a healthy network {node.Name} says {e}");
        }
    }

    private SimulationException Broken(Invariant invariant, string what) => new(_world, what, invariant);
}
