namespace Hoplink.Simulation;

/// <summary>
/// One direction of the way between two nodes, and all that goes wrong on it. Everything may be changed at any time and acts on what is
/// sent from then on. Times are microseconds, sizes bytes, probabilities 0 to 1.
/// </summary>
public sealed class Lane
{
    /// <summary>Bytes of IPv6 and UDP headers, so that an MTU of 1280 carries the largest datagram (protocol.md 2).</summary>
    public const int Overhead = 48;

    private readonly World _world;
    private readonly SimRandom _lossRandom;
    private readonly SimRandom _jitterRandom;
    private readonly SimRandom _duplicateRandom;
    private readonly SimRandom _reorderRandom;
    private readonly SimRandom _corruptionRandom;
    private readonly List<(long From, long To)> _blackholes = [];
    private double _burstRate;
    private double _burstLength;
    private bool _inBurst;
    private long _lineFreeAt;
    private long _lastArrival;

    internal Lane(World world, string name)
    {
        _world = world;
        SimRandom random = world.Random("lane " + name);
        _lossRandom = random.Split("loss");
        _jitterRandom = random.Split("jitter");
        _duplicateRandom = random.Split("duplicate");
        _reorderRandom = random.Split("reorder");
        _corruptionRandom = random.Split("corruption");
        Heal();
    }

    /// <summary>The shortest time a datagram takes, from 0.</summary>
    public long Delay { get; set; } = 10 * World.Millisecond;

    /// <summary>How much longer than <see cref="Delay"/> a datagram takes.</summary>
    public Jitter Jitter { get; set; }

    /// <summary>Datagrams arrive in the order they were sent, but for copies and <see cref="Reordering"/>.</summary>
    public bool KeepOrder { get; set; }

    /// <summary>Probability that a datagram is lost, each by itself.</summary>
    public double Loss { get; set; }

    /// <summary>Probability that a datagram arrives twice, the copy with a jitter of its own.</summary>
    public double Duplication { get; set; }

    /// <summary>Probability that a datagram is held up by <see cref="ReorderingDelay"/>.</summary>
    public double Reordering { get; set; }

    /// <summary>How much later a datagram that is held up arrives.</summary>
    public long ReorderingDelay { get; set; }

    /// <summary>Probability that one to three bits of a datagram are flipped.</summary>
    public double Corruption { get; set; }

    /// <summary>Nothing comes through.</summary>
    public bool Blackhole { get; set; }

    /// <summary>Bytes a second, headers included; 0: no limit.</summary>
    public long Bandwidth { get; set; }

    /// <summary>Bytes that may wait for a line of limited bandwidth; what finds no room is lost.</summary>
    public long QueueLimit { get; set; }

    /// <summary>Largest IP packet, bytes; what is larger is lost without a word.</summary>
    public int Mtu { get; set; }

    /// <summary>Datagrams that were to be carried.</summary>
    public long Offered { get; private set; }

    /// <summary>Datagrams that were not carried.</summary>
    public long Lost { get; private set; }

    /// <summary>
    /// Loss in bursts (Gilbert-Elliott): <paramref name="rate"/> of all datagrams, <paramref name="meanLength"/> of them in a row on
    /// average. A rate of 0 ends it.
    /// </summary>
    public void SetBurstLoss(double rate, double meanLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(meanLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rate, 1);
        _burstRate = rate;
        _burstLength = meanLength;
        _inBurst = false;
    }

    /// <summary>Nothing that is sent from one world time until another comes through.</summary>
    public void BlackholeBetween(long from, long to) => _blackholes.Add((from, to));

    /// <summary>Ends all that goes wrong; the delay stays.</summary>
    public void Heal()
    {
        Jitter = default;
        KeepOrder = false;
        Loss = Duplication = Reordering = Corruption = 0;
        ReorderingDelay = 50 * World.Millisecond;
        Blackhole = false;
        _blackholes.Clear();
        _burstRate = 0;
        Bandwidth = 0;
        QueueLimit = 64 * 1024;
        Mtu = 1500;
    }

    /// <summary>Decides a datagram's fate: why it is lost (null: it is not), or when it and any copy of it arrive.</summary>
    internal string? Carry(Packet packet, List<long> arrivals)
    {
        Offered++;
        string? cause = CauseOfLoss(packet.Bytes.Length + Overhead, out long departure);
        if (cause != null)
        {
            Lost++;
            return cause;
        }

        if (_corruptionRandom.Chance(Corruption))
        {
            packet.Bytes = Corrupted(packet.Bytes);
        }

        long arrival = departure + Delay + Jitter.Draw(_jitterRandom);
        if (KeepOrder)
        {
            arrival = Math.Max(arrival, _lastArrival);
            _lastArrival = arrival;
        }

        arrivals.Add(_reorderRandom.Chance(Reordering) ? arrival + ReorderingDelay : arrival);
        if (_duplicateRandom.Chance(Duplication))
        {
            arrivals.Add(departure + Delay + Jitter.Draw(_duplicateRandom));
        }

        return null;
    }

    private string? CauseOfLoss(int size, out long departure)
    {
        long now = _world.Now;
        departure = now;
        if (size > Mtu)
        {
            return "MTU";
        }

        if (Blackhole || _blackholes.Exists(hole => hole.From <= now && now < hole.To))
        {
            return "blackhole";
        }

        if (_lossRandom.Chance(Loss) || DropsInBurst())
        {
            return "loss";
        }

        if (Bandwidth > 0)
        {
            long start = Math.Max(now, _lineFreeAt);
            if ((start - now) * Bandwidth / World.Second + size > QueueLimit)
            {
                return "queue full";
            }

            _lineFreeAt = start + size * World.Second / Bandwidth;
            departure = _lineFreeAt;
        }

        return null;
    }

    private bool DropsInBurst()
    {
        if (_burstRate <= 0)
        {
            return false;
        }

        double turn = _inBurst ? 1 / _burstLength : _burstRate / (_burstLength * (1 - _burstRate));
        if (_lossRandom.Chance(turn))
        {
            _inBurst = !_inBurst;
        }

        return _inBurst;
    }

    private byte[] Corrupted(byte[] original)
    {
        byte[] bytes = (byte[])original.Clone();
        long first = _corruptionRandom.Below(bytes.Length * 8L);
        long flips = _corruptionRandom.Between(1, 3);
        for (long i = 0; i < flips; i++)
        {
            // Never the same bit twice, or two flips would undo each other.
            long bit = (first + i * 13) % (bytes.Length * 8L);
            bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        }

        return bytes;
    }
}
