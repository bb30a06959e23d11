using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink.Proof.Grid;

/// <summary>How long one run took, us of virtual time, and whether it went straight.</summary>
/// <param name="Rung">The rung's own part, which each kind of run defines.</param>
/// <param name="Healed">From the rung's start until all is well again.</param>
/// <param name="Delivered">From the rung's start until a message that was then given to each end has been read at the other.</param>
/// <param name="Retried">An attempt failed and another followed.</param>
/// <param name="Escalated">Another rung was needed, or ran beside it.</param>
internal readonly record struct Healing(long Rung, long Healed, long Delivered, bool Retried, bool Escalated);

/// <summary>
/// One fault and its healing. A device and its peer connect on a clean network and exchange a few messages, so that they know their round
/// trip. Then datagrams begin to be lost, for the rest of the run, and something breaks at one of the two ends.
/// <para>The time begins when the cell's rung starts at either end, for L4 with the end of the session: how soon a fault is noticed depends
/// on the traffic, and is no part of it. All is healed when no rung runs and no condition holds at either end (HopSyncLost is a state and
/// not a failure, protocol.md 8), and both ends have one session, one epoch and one clock. What messages take beyond that, where their own
/// datagrams are lost, is a matter of retransmission and congestion control (6.3): it is measured apart.</para>
/// </summary>
/// <remarks>
/// The device takes 200 ms for each key job and the peer 1 ms, as in all simulations: a board that does P-256 in native code. Only L3 and
/// L4 wait for such jobs.
/// </remarks>
internal abstract class HealingRun
{
    protected const long Ms = World.Millisecond;

    // A run that takes longer does not heal.
    private const long Limit = World.Hour;
    private const int NoFailure = 1 << (int)FailureCondition.HopSyncLost;

    private readonly Cell _cell;
    private readonly List<EventSnapshot> _events = [];

    protected HealingRun(Cell cell, ulong seed, Action<PairOptions>? configure = null)
    {
        _cell = cell;
        Pair = new Pair(seed, options =>
        {
            options.Delay = cell.RttMs * Ms / 2;
            configure?.Invoke(options);
        });
        Random = Pair.World.Random("healing");
        SuffersAtDevice = Random.Chance(0.5);
    }

    /// <summary>Whether a message is given to each end when the rung starts.</summary>
    public bool GivesMessages { get; init; } = true;

    protected Pair Pair { get; }

    protected SimRandom Random { get; }

    /// <summary>Which end suffers the fault is drawn for each run.</summary>
    protected bool SuffersAtDevice { get; }

    /// <summary>World time at which the rung started, us.</summary>
    protected long Start { get; private set; } = -1;

    /// <summary>The events of both ends since the fault.</summary>
    protected IReadOnlyList<EventSnapshot> Events => _events;

    /// <summary>The run that the cell's rung is measured by.</summary>
    public static HealingRun Of(Cell cell, ulong seed, Action<PairOptions>? configure = null) => cell.Rung switch
    {
        RecoveryLevel.TimeSync => new TimeResyncRun(cell, seed, configure),
        RecoveryLevel.SequenceRepair => new SequenceRepairRun(cell, seed, configure),
        RecoveryLevel.SessionRekey => new SessionRekeyRun(cell, seed, configure),
        RecoveryLevel.ConnectionTerminate => new ReconnectRun(cell, seed, configure),
        _ => throw new ArgumentException("no rung", nameof(cell)),
    };

    /// <summary>Plays it.</summary>
    /// <exception cref="SimulationException">It does not heal or not deliver within an hour, or a message was lost, repeated or
    /// misplaced.</exception>
    public Healing Play()
    {
        Pair.Connect(Limit);
        WarmUp();
        Pair.EachWay(lane => lane.Loss = _cell.LossPercent / 100.0);
        Pair.Device.EventPolled += OnEvent;
        Pair.Peer.EventPolled += OnEvent;
        Break();
        Pair.Await(() => Start >= 0, Limit, $"{_cell}: no rung starts");
        Pair.Traffic(GivesMessages ? 1 : 0);
        Pair.Await(() => IsHealed, Limit, $"{_cell}: not healed: {Pair.Describe()}");
        var healing = new Healing(RungMicros(), Pair.World.Now - Start, 0, IsRetried, IsEscalated);
        Pair.Await(() => Pair.Checker.AllDelivered, Limit, $"{_cell}: not delivered: {Pair.Describe()}");
        return healing with { Delivered = Pair.World.Now - Start };
    }

    /// <summary>Breaks what the rung repairs, and sees to it that it is noticed.</summary>
    protected abstract void Break();

    /// <summary>The rung's own part of the time, us.</summary>
    protected abstract long RungMicros();

    /// <summary>An attempt failed and another followed.</summary>
    protected virtual bool IsRetried => Events.Any(e => e.Kind == LinkEventKind.RungFailed);

    /// <summary>Another rung was needed, or ran beside it.</summary>
    protected virtual bool IsEscalated => Events.Any(e => e.Kind == LinkEventKind.Terminated
        || (e.Kind == LinkEventKind.RungStarted && e.Level != _cell.Rung));

    /// <summary>The device or the peer.</summary>
    protected EndNode End(bool device) => device ? Pair.Device : Pair.Peer;

    /// <summary>Does something to an end of the link, at that end's own time.</summary>
    protected void Do(bool device, Func<Link, long, bool> fault)
    {
        EndNode node = End(device);
        node.Drive(() => Assert.True(fault(device ? Pair.Device.Link : Pair.PeerLink!, node.Clock.Now)));
    }

    /// <summary>How long after the start something happened first, us; the run's whole time so far if it did not.</summary>
    protected long SinceStart(Func<EventSnapshot, bool> happened)
    {
        EventSnapshot? found = _events.FirstOrDefault(happened);
        return (found?.At ?? Pair.World.Now) - Start;
    }

    private bool IsHealed
    {
        get
        {
            Session? device = Pair.Device.Link.Session;
            Session? peer = Pair.PeerLink?.Session;
            return device != null && peer != null && Pair.IsConnected
                && Pair.Device.Link.Level == RecoveryLevel.None && Pair.PeerLink!.Level == RecoveryLevel.None
                && ((Pair.Device.Link.Conditions | Pair.PeerLink.Conditions) & ~NoFailure) == 0
                && device.Epochs.Current.Number == peer.Epochs.Current.Number
                && Math.Abs(ClockError(device, peer)) <= ClockTolerance;
        }
    }

    // 9.3: 10 ms, or half the round trip if that is more.
    private long ClockTolerance => Math.Max(SpecConstants.TIME_SYNC_PRECISION_MS * Ms, _cell.RttMs * Ms / 2);

    private long ClockError(Session device, Session peer)
    {
        return device.ReadClock(Pair.Device.Clock.Now) - peer.ReadClock(Pair.Peer.Clock.Now);
    }

    // Both ends' round trips settle, and each end has a spare key pair. Where in a hop interval the fault falls is drawn.
    private void WarmUp()
    {
        Pair.Traffic(16, (_cell.RttMs + 50) * Ms);
        Pair.World.RunFor(17 * (_cell.RttMs + 50) * Ms);
        Pair.RunUntilQuiet();
        Pair.World.RunFor(Pair.Device.JobMicros);
        Pair.World.RunFor(Random.Below(World.Second));
    }

    private void OnEvent(EventSnapshot e)
    {
        bool starts = e.Kind == LinkEventKind.Terminated || (e.Kind == LinkEventKind.RungStarted && e.Level == _cell.Rung);
        if (Start < 0 && starts)
        {
            Start = e.At;
        }

        if (Start >= 0)
        {
            _events.Add(e);
        }
    }
}
