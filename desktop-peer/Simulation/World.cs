using Hoplink.Crypto;

namespace Hoplink.Simulation;

/// <summary>
/// A simulated world: a clock that jumps from event to event, and all that is random drawn from one seed. Two worlds of one seed that are
/// used alike behave alike, to the byte. Times are microseconds.
/// </summary>
public sealed class World
{
    /// <summary>Events at one instant after which time is taken to stand still.</summary>
    private const int InstantLimit = 200_000;

    private readonly PriorityQueue<Action, Order> _queue = new();
    private readonly SimRandom _random;
    private long _scheduled;
    private long _eventsLeft;
    private long _eventsAtInstant;

    /// <summary>An empty world at time 0; any number is a seed.</summary>
    public World(ulong seed)
    {
        Seed = seed;
        _random = new SimRandom(seed);
        Trace = new Trace(this);
        Network = new Network(this);
    }

    /// <summary>A millisecond, us.</summary>
    public const long Millisecond = 1000;

    /// <summary>A second, us.</summary>
    public const long Second = 1000 * Millisecond;

    /// <summary>A minute, us.</summary>
    public const long Minute = 60 * Second;

    /// <summary>An hour, us.</summary>
    public const long Hour = 60 * Minute;

    /// <summary>The seed that all that is random in it comes from.</summary>
    public ulong Seed { get; }

    /// <summary>Virtual time, us. Starts at 0.</summary>
    public long Now { get; private set; }

    /// <summary>Events handled since the beginning.</summary>
    public long Events { get; private set; }

    /// <summary>Events that one RunFor or RunUntil may handle.</summary>
    public long EventLimit { get; set; } = 20_000_000;

    /// <summary>
    /// Makes the crypto of a node's life and of each of its key jobs. All randomness comes from the generator it is given.
    /// </summary>
    public Func<SimRandom, CryptoProvider> MakeCrypto { get; init; } = SimCrypto.Create;

    /// <summary>What happened in it.</summary>
    public Trace Trace { get; }

    /// <summary>The network that all its nodes are on.</summary>
    public Network Network { get; }

    /// <summary>The generator of the part of that name: always the same for one seed and name, so ask once.</summary>
    public SimRandom Random(string name) => _random.Split(name);

    /// <summary>
    /// Does something at a time, us, at once if that has passed. Events of one time run in the order they were scheduled.
    /// </summary>
    public void At(long time, Action action) => Enqueue(time, action, late: 0);

    /// <summary>Does something after so many microseconds.</summary>
    public void After(long micros, Action action) => At(Now + micros, action);

    /// <summary>Like <see cref="At"/>, but after everything else of that time: what arrives with a timer is handled before it.</summary>
    public void TimerAt(long time, Action action) => Enqueue(time, action, late: 1);

    /// <summary>Does something each <paramref name="interval"/> us, above 0, until it returns false.</summary>
    public void Every(long interval, Func<bool> action)
    {
        After(interval, () =>
        {
            if (action())
            {
                Every(interval, action);
            }
        });
    }

    /// <summary>Lets so many microseconds pass.</summary>
    public void RunFor(long micros)
    {
        long end = Now + micros;
        _eventsLeft = EventLimit;
        while (Step(end))
        {
        }

        Now = end;
    }

    /// <summary>
    /// Lets time pass until the condition holds, which is looked at after each event. False if it did not hold after
    /// <paramref name="limit"/> microseconds.
    /// </summary>
    public bool RunUntil(Func<bool> condition, long limit)
    {
        long end = Now + limit;
        _eventsLeft = EventLimit;
        while (!condition())
        {
            if (!Step(end))
            {
                Now = end;
                return condition();
            }
        }

        return true;
    }

    /// <summary>The last lines of the trace, as text.</summary>
    public string DumpTrace(int lines = int.MaxValue) => Trace.Dump(lines);

    private void Enqueue(long time, Action action, int late)
    {
        _queue.Enqueue(action, new Order(Math.Max(time, Now), late, _scheduled++));
    }

    private bool Step(long end)
    {
        if (!_queue.TryPeek(out _, out Order order) || order.Time > end)
        {
            return false;
        }

        Action action = _queue.Dequeue();
        _eventsAtInstant = order.Time == Now ? _eventsAtInstant + 1 : 0;
        Now = order.Time;
        if (_eventsLeft-- <= 0)
        {
            throw new SimulationException(this, $"more than {EventLimit} events in one run");
        }

        if (_eventsAtInstant > InstantLimit)
        {
            throw new SimulationException(this, $"more than {InstantLimit} events at one instant: time stands still");
        }

        Events++;
        action();
        return true;
    }

    private readonly record struct Order(long Time, int Late, long Number) : IComparable<Order>
    {
        public int CompareTo(Order other)
        {
            int byTime = Time.CompareTo(other.Time);
            int byLate = byTime != 0 ? byTime : Late.CompareTo(other.Late);
            return byLate != 0 ? byLate : Number.CompareTo(other.Number);
        }
    }
}
