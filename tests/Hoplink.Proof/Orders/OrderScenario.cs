using Hoplink.Recovery;

namespace Hoplink.Proof.Orders;

/// <summary>An exchange whose first seven datagrams meet every combination of fates.</summary>
internal abstract class OrderScenario
{
    /// <summary>Of every run: what differs between runs is the combination alone.</summary>
    public const ulong Seed = 1;

    /// <summary>What is going on, in a few words.</summary>
    public abstract string Name { get; }

    /// <summary>In this scenario's course sessions end, and others begin.</summary>
    public virtual bool EndsSession => false;

    /// <summary>Messages of the device's that the scenario destroys.</summary>
    public virtual long LostUp => 0;

    /// <summary>Messages of the peer's that the scenario destroys.</summary>
    public virtual long LostDown => 0;

    /// <summary>The rungs that start at the device if every datagram is delivered.</summary>
    public virtual RecoveryLevel[] DeviceRungs => [];

    /// <summary>The rungs that start at the peer if every datagram is delivered.</summary>
    public virtual RecoveryLevel[] PeerRungs => [];

    /// <summary>Changes what the pair is made of.</summary>
    public virtual void Configure(PairOptions options)
    {
        // Small buffers are made faster, and none of these exchanges needs more.
        options.Peer.Link.MaxDatagram = options.Device.MaxDatagram;
        options.Peer.Link.SendCapacity = options.Device.SendCapacity;
        options.Peer.Link.ReceiveWindow = options.Device.ReceiveWindow;
        options.Peer.Link.ReorderLimit = options.Device.ReorderLimit;
        options.Peer.Link.EventCapacity = 32;
        options.Peer.HopCount = 128;

        // Less than an RTO, so that an exchange repeats nothing unless something is lost.
        options.DeviceJobMicros = 30 * World.Millisecond;
    }

    /// <summary>
    /// Brings a pair to the point where the exchange begins, and begins: <see cref="Disorder.Begin"/> has been called when this returns,
    /// before the first of its datagrams was sent.
    /// </summary>
    public abstract void Arrange(OrderRun run);

    /// <summary>The seven datagrams begin when a rung starts at a node; that of its request is the first.</summary>
    protected static void BeginWithRung(OrderRun run, params EndNode[] nodes)
    {
        foreach (EndNode node in nodes)
        {
            OnFirst(node, LinkEventKind.RungStarted, run.Disorder.Begin);
        }
    }

    /// <summary>Does something when a node first says something of a kind, before it sends anything more.</summary>
    protected static void OnFirst(EndNode node, LinkEventKind kind, Action action)
    {
        bool done = false;
        node.EventPolled += e =>
        {
            if (e.Kind == kind && !done)
            {
                done = true;
                action();
            }
        };
    }

    /// <summary>Does something to a node's end of the link.</summary>
    protected static void Do(OrderRun run, EndNode node, Action<Link, long> what)
    {
        Link link = node == run.Pair.Device ? run.Pair.Device.Link : run.Pair.PeerLink!;
        node.Drive(() => what(link, node.Clock.Now));
    }

    /// <summary>Gives cause for another rung as soon as a node's first has succeeded and none runs.</summary>
    protected static void AfterSuccess(OrderRun run, EndNode node, Action action)
    {
        Pair s = run.Pair;
        run.AwaitsAnother = true;
        OnFirst(node, LinkEventKind.RungSucceeded, () => s.World.Every(World.Millisecond, () =>
        {
            if (s.Device.Link.Level != RecoveryLevel.None || s.PeerLink!.Level != RecoveryLevel.None)
            {
                return true;
            }

            run.AwaitsAnother = false;
            action();
            return false;
        }));
    }

    /// <summary>The ends are not at rest until the next rung has started, at either.</summary>
    protected static void AwaitRung(OrderRun run)
    {
        run.AwaitsAnother = true;
        OnFirst(run.Pair.Device, LinkEventKind.RungStarted, () => run.AwaitsAnother = false);
        OnFirst(run.Pair.Peer, LinkEventKind.RungStarted, () => run.AwaitsAnother = false);
    }

    /// <summary>The device or the peer.</summary>
    protected static EndNode End(OrderRun run, bool device) => device ? run.Pair.Device : run.Pair.Peer;

    /// <summary>How people call the device or the peer.</summary>
    protected static string NameOf(bool device) => device ? "the device" : "the peer";
}
