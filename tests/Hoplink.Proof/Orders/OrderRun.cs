using Hoplink.Crypto;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Proof.Orders;

/// <summary>
/// One exchange under one combination, in a world of its own: it begins, meets its fates, and must end live and agreeing. A broken promise
/// throws.
/// </summary>
internal sealed class OrderRun
{
    /// <summary>
    /// The ends come to rest within so long of the exchange's beginning, us: connected in one session, on one epoch, all messages read and
    /// acknowledged, no rung running.
    /// </summary>
    public const long RestLimit = 60 * World.Second;

    /// <summary>At rest, a message each way is read within so long, us.</summary>
    public const long FlowLimit = 5 * World.Second;

    /// <summary>9.3: by so much may a clock be off after L1, us; half the round trip is no more here.</summary>
    public const long ClockTolerance = 10 * World.Millisecond;

    // After the exchange's datagrams if all goes well, and in the midst of it if not.
    private const long FirstMessagesAfter = 50 * World.Millisecond;

    // What a clock that is off leads to (8).
    private const int LateTime = ConditionSet.Time | (1 << (int)FailureCondition.PeerAsks);

    // A sample of a datagram that was held up is off by half of that; the next probe puts it right (7).
    private const long ProbeInterval = 31 * World.Second;

    private readonly OrderScenario _scenario;
    private ulong _session;

    public OrderRun(
        OrderScenario scenario, Combination combination, Func<SimRandom, CryptoProvider> crypto, bool trace = false, Action<Pair>? tamper = null)
    {
        _scenario = scenario;
        Pair = new Pair(OrderScenario.Seed, options =>
        {
            options.MakeCrypto = crypto;
            options.TakeTrace = trace;
            options.KeepTrace = trace;
            scenario.Configure(options);
        });
        Disorder = new Disorder(Pair, combination);
        tamper?.Invoke(Pair);
    }

    public Pair Pair { get; }

    public Disorder Disorder { get; }

    /// <summary>The scenario goes on: the ends are not at rest yet.</summary>
    public bool AwaitsAnother { get; set; }

    /// <summary>From the exchange's beginning until the ends were at rest, us.</summary>
    public long RestedAfter { get; private set; }

    /// <summary>What the slower of the last messages took, us.</summary>
    public long FlowedAfter { get; private set; }

    private World World => Pair.World;

    /// <summary>Plays it, and looks at what came of it.</summary>
    public void Play()
    {
        _scenario.Arrange(this);
        if (!Disorder.HasBegun)
        {
            throw Broken("the exchange did not begin", Invariant.None);
        }

        World.RunFor(FirstMessagesAfter);
        Pair.Traffic(1);
        AwaitRest();
        RestedAfter = World.Now - Disorder.BeganAt;
        WatchHealth();
        AwaitMessages();
        CheckEnds();
        CheckClock();
    }

    /// <summary>
    /// Connects, lets a message each way pass, and leaves the session a second to settle: both ends hold a spare key pair.
    /// </summary>
    public void Establish()
    {
        Pair.Connect();
        Pair.Traffic(1);
        World.RunFor(World.Second);
        _session = Pair.Device.Link.SessionId;
    }

    /// <summary>Runs until the seven datagrams begin.</summary>
    public void AwaitBeginning(long limit) => World.RunUntil(() => Disorder.HasBegun, limit);

    private static uint EpochOf(Link link) => link.Session.Epochs.Current.Number;

    private void AwaitRest()
    {
        if (!World.RunUntil(() => IsAtRest, RestLimit))
        {
            throw Broken($"not at rest after {RestLimit / World.Second} s: {Pair.Describe()}", Invariant.Liveness);
        }
    }

    private bool IsAtRest => Disorder.IsOver && !AwaitsAnother && Pair.IsQuiet && IsOneEpoch(Pair.Device.Link) && IsOneEpoch(Pair.PeerLink!)
        && EpochOf(Pair.Device.Link) == EpochOf(Pair.PeerLink!);

    private static bool IsOneEpoch(Link link) => link.Session.Epochs.Count == 1 && !link.Session.Epochs.SwitchOpen;

    private void AwaitMessages()
    {
        long before = World.Now;
        Pair.Traffic(1);
        if (!World.RunUntil(() => Pair.Checker.AllDelivered, FlowLimit))
        {
            throw Broken($"no message each way {FlowLimit / World.Second} s after the ends were at rest: {Pair.Describe()}", Invariant.Liveness);
        }

        FlowedAfter = World.Now - before;
        AwaitRest();
    }

    /// <summary>
    /// When all datagrams have met their fates, nothing more may be found that needs healing, but for what those leave behind: counts of
    /// bad tags (8, D9), and a clock that a late sample has misled, which the next probe shows.
    /// </summary>
    private void WatchHealth()
    {
        if (Disorder.Sent == Combination.Length)
        {
            Pair.Device.EventPolled += CheckHealth;
            Pair.Peer.EventPolled += CheckHealth;
        }
    }

    private void CheckHealth(EventSnapshot e)
    {
        if (e.Kind != LinkEventKind.RungStarted)
        {
            return;
        }

        bool isMisled = Math.Abs(ClockError()) > ClockTolerance;
        int left = ConditionSet.Provocable | (isMisled ? LateTime : 0);
        if ((e.Conditions & ~left) != 0)
        {
            throw Broken($"at rest, and then: {e}", Invariant.Health);
        }
    }

    private void CheckEnds()
    {
        if (!_scenario.EndsSession && Pair.Device.Link.SessionId != _session)
        {
            throw Broken("the session ended", Invariant.Liveness);
        }

        MessageStream up = Pair.Checker.Up;
        MessageStream down = Pair.Checker.Down;
        if ((up.ReportedLost, down.ReportedLost) != (_scenario.LostUp, _scenario.LostDown) || up.LostWithRam + down.LostWithRam > 0
            || up.Repeated + down.Repeated > 0)
        {
            throw Broken(
                $"{up.ReportedLost} and {down.ReportedLost} messages were reported lost, {up.LostWithRam + down.LostWithRam} not even that, "
                + $"and {up.Repeated + down.Repeated} were read again",
                Invariant.Delivery);
        }

        long badTags = BadTagsAt(Pair.Device.Link) + BadTagsAt(Pair.PeerLink!);
        if (!_scenario.EndsSession && badTags > Disorder.Corrupted + Disorder.Outdated)
        {
            // 12: make before break. What an end seals, the other can open.
            throw Broken($"{badTags} tags did not verify, and only {Disorder.Corrupted} datagrams were corrupted", Invariant.Epochs);
        }
    }

    private static long BadTagsAt(Link link) => link.Statistics.Drops.Of(DropCause.BadTag);

    private void CheckClock()
    {
        if (Math.Abs(ClockError()) > ClockTolerance)
        {
            World.RunFor(ProbeInterval);
            AwaitRest();
        }

        if (Math.Abs(ClockError()) > ClockTolerance)
        {
            throw Broken($"the clocks are {ClockError()} us apart", Invariant.Liveness);
        }
    }

    private long ClockError()
    {
        return Pair.Device.Link.Session.ReadClock(Pair.Device.Clock.Now) - Pair.PeerLink!.Session.ReadClock(Pair.Peer.Clock.Now);
    }

    private SimulationException Broken(string what, Invariant invariant) => new(World, what, invariant);
}
