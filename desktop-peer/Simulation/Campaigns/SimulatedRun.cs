using Hoplink.Wire;

namespace Hoplink.Simulation.Campaigns;

/// <summary>
/// One seed under one preset: a device and a peer connect and live through episode after episode, watched by every invariant. The same
/// preset, seed and narrowing give the same run, to the byte.
/// </summary>
public sealed class SimulatedRun
{
    /// <summary>
    /// What is proven of liveness: so long and four round trips after the faults have stopped, or after a session that was begun since, us,
    /// each end has read a message of the other. The round trips are those of L1 and L3, one after the other. Where hop ports are bound
    /// window by window (5.2) and clocks jump, it is <see cref="ReconnectBound"/>: what goes to closed ports waits until a rung has set the
    /// clock right, and the ladder may be in a backoff of 4 or 8 s, or on its way up, when the faults stop.
    /// </summary>
    public const long FlowBound = 5 * World.Second;

    /// <summary>
    /// So long after the faults have stopped, us, messages flow at the latest, be it in a new session. An end that has lost its session and
    /// cannot say so (13.3) is noticed after 90 s without a valid datagram (8, Partition); then come a reconnect and its key agreements.
    /// </summary>
    public const long ReconnectBound = 3 * World.Minute;

    private const long ConnectLimit = World.Minute;
    private const long DeliveryLimit = 3 * World.Minute;

    // A clock that jumped or was misled is found out by the next probe, 30 s later (7), and put right by L1 or L3.
    private const long Settling = 90 * World.Second;
    private const int TraceLines = 80;
    private const double ManyPortsShare = 0.3;

    private readonly Preset _preset;
    private readonly ulong _seed;
    private readonly long _end;
    private readonly Narrowing _narrowing;
    private readonly Pair _pair;
    private readonly Invariants _invariants;
    private bool _hasManyPorts;
    private Episode? _episode;
    private int _episodes;
    private long _slowestFlow;
    private long _slowestReconnect;
    private long _faultMicros;
    private long _datagrams;

    /// <summary>Prepares a run.</summary>
    /// <param name="preset">What goes wrong in it.</param>
    /// <param name="seed">Whatever chance decides.</param>
    /// <param name="micros">Virtual time after which no further episode begins, us; with a narrowing to some episodes it does not
    /// count.</param>
    /// <param name="narrowing">What is left out.</param>
    /// <param name="tamper">Changes the pair before it starts: for tests of the invariants.</param>
    public SimulatedRun(Preset preset, ulong seed, long micros, Narrowing narrowing, Action<Pair>? tamper = null)
    {
        _preset = preset;
        _seed = seed;
        _end = micros;
        _narrowing = narrowing;
        _pair = new Pair(seed, Configure);
        _invariants = new Invariants(_pair);
        _pair.Checker.Up.Sizes = Sizes("up");
        _pair.Checker.Down.Sizes = Sizes("down");
        _pair.Network.Sent += _ => _datagrams++;
        tamper?.Invoke(_pair);
    }

    private World World => _pair.World;

    private bool MayClimb => _hasManyPorts && _preset.Has(Impairment.ClockJumps);

    private long FlowLimit => FlowBound + 4 * (_pair.Up.Delay + _pair.Down.Delay);

    /// <summary>Plays it, until its end, a broken invariant or a request to stop, which is heeded between two episodes.</summary>
    public RunReport Play(CancellationToken stop = default)
    {
        Failure? failure = null;
        try
        {
            _invariants.IsHealthy = _preset.IsHealthy;
            _pair.Connect(ConnectLimit);
            foreach (int number in Numbers().TakeWhile(_ => !stop.IsCancellationRequested))
            {
                _episodes++;
                Play(Episode.Draw(_preset, _seed, number, _narrowing));
            }
        }
        catch (SimulationException e)
        {
            failure = Describe(e.Broken, e.What);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The library never throws at what a network or a clock does: this is what campaigns look for.
            failure = Describe(Invariant.None, e.ToString());
        }

        return new RunReport(_preset, _seed)
        {
            Micros = World.Now,
            Episodes = _episodes,
            Messages = _pair.Checker.Up.Read + _pair.Checker.Down.Read,
            Datagrams = _datagrams,
            Rungs = RunReport.CountRungs(_pair.Device, _pair.Peer),
            SlowestFlow = _slowestFlow,
            SlowestReconnect = _slowestReconnect,
            FaultMicros = _faultMicros,
            Failure = failure,
        };
    }

    private IEnumerable<int> Numbers()
    {
        if (_narrowing.Episodes.Count > 0)
        {
            return _narrowing.Episodes;
        }

        return Enumerable.Range(0, int.MaxValue).TakeWhile(_ => World.Now < _end);
    }

    private void Configure(PairOptions options)
    {
        Impairment there = _preset.Impairments & ~_narrowing.Without;
        SimRandom random = new SimRandom(_seed).Split("standing");
        options.Delay = (there & Impairment.Delay) != 0 && random.Chance(_preset.Mixes ? 0.5 : 1) ? _preset.DelayMicros : options.Delay;
        options.DeviceDrift = (there & Impairment.Drift) == 0 ? 0 : random.Chance(0.5) ? 200 : -200;
        options.DeviceJobMicros = (there & Impairment.SlowDevice) != 0 && random.Chance(_preset.Mixes ? 0.5 : 1)
            ? 9 * World.Second
            : options.DeviceJobMicros;
        options.Nat = (there & Impairment.Rebinding) != 0 ? (NatKind)random.Below(3) : null;

        // Drawn apart, so that what is left out of a run does not change its ports.
        _hasManyPorts = new SimRandom(_seed).Split("ports").Chance(ManyPortsShare);
        if (_hasManyPorts)
        {
            // More than are bound once and for all: a datagram may find its port closed.
            (options.Peer.HopFirst, options.Peer.HopCount) = (50000, 5000);
        }
    }

    // Half of the streams have short messages only, the others up to the longest that both ends take.
    private (int Shortest, int Longest) Sizes(string way)
    {
        int longest = WireFormat.MaxMessageIn(_pair.Device.Options.MaxDatagram);
        bool isShort = new SimRandom(_seed).Split("sizes " + way).Chance(0.5);
        return (MessageStream.ShortestMessage, isShort ? 100 : longest);
    }

    private void Play(Episode episode)
    {
        _episode = episode;
        _invariants.IsHealthy = _preset.IsHealthy;
        var faults = new Faults(_pair, _preset, episode);
        faults.Start();
        if (episode.Messages > 0)
        {
            _pair.Traffic(episode.Messages, episode.IsBurst ? 0 : Math.Max(1, episode.FaultMicros / episode.Messages));
        }

        World.RunFor(episode.FaultMicros);
        _faultMicros += episode.FaultMicros;
        faults.Stop();
        Await(() => _pair.Device.IsRunning && _pair.Peer.IsRunning, World.Minute, "an end that restarted does not come back");
        AwaitFlow();
        Await(() => _pair.IsQuiet, DeliveryLimit, "the link does not come to rest");
        World.RunFor(Settling);
        _invariants.CheckRest();
        _invariants.IsHealthy = true;
        Idle(_narrowing.Episodes.Count > 0 ? episode.IdleMicros : Math.Min(episode.IdleMicros, Math.Max(0, _end - World.Now)));
    }

    /// <summary>Lets time pass without faults, with a message each way now and then.</summary>
    private void Idle(long micros)
    {
        for (int part = 0; part < 3; part++)
        {
            _invariants.Idle(micros / 3);
            _pair.Traffic(1);
            Await(() => _pair.Checker.AllDelivered, FlowLimit, "an idle link on a healthy network does not deliver");

            // A rung may be late (Invariants.IsLate), and a slow device takes its time for one.
            Await(() => _pair.IsQuiet, DeliveryLimit, "an idle link does not come to rest");
        }

        _invariants.CheckRest();
    }

    private void AwaitFlow()
    {
        long stopped = World.Now;
        MessageStream up = _pair.Checker.Up;
        MessageStream down = _pair.Checker.Down;
        (long upRead, long downRead) = (up.Read, down.Read);
        _pair.Traffic(1);
        Await(() => up.Read > upRead && down.Read > downRead, ReconnectBound, "messages do not flow both ways");
        long reconnected = LastConnect(stopped);
        long since = Math.Max(stopped, reconnected);
        _slowestReconnect = Math.Max(_slowestReconnect, reconnected - stopped);
        _slowestFlow = Math.Max(_slowestFlow, World.Now - since);
        if (World.Now - since > FlowLimit && !MayClimb)
        {
            string from = reconnected > stopped ? "the reconnect" : "the end of the faults";
            throw new SimulationException(
                World, $"messages flow both ways only {(World.Now - since) / World.Millisecond} ms after {from}", Invariant.Liveness);
        }
    }

    private long LastConnect(long stopped)
    {
        long last = stopped;
        foreach (EndNode node in new EndNode[] { _pair.Device, _pair.Peer })
        {
            EventSnapshot? connected = node.Events.LastOrDefault(e => e.Kind == LinkEventKind.Connected);
            last = Math.Max(last, connected?.At ?? 0);
        }

        return last;
    }

    private void Await(Func<bool> condition, long limit, string otherwise)
    {
        if (!World.RunUntil(condition, limit))
        {
            throw new SimulationException(World, $"{otherwise} within {limit / World.Second} s: {_pair.Describe()}", Invariant.Liveness);
        }
    }

    private Failure Describe(Invariant invariant, string what)
    {
        string[] trace = World.DumpTrace(TraceLines).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new Failure(invariant, what, World.Now, _episode?.Number ?? 0, trace) { Narrowing = _narrowing };
    }
}
