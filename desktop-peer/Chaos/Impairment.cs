namespace Hoplink.Peer.Chaos;

/// <summary>
/// One direction of a bad network. Time is told to it, in us, and randomness comes from a seed: each datagram draws the same number of
/// random values whatever the settings are, so the same seed and sequence of datagrams give the same decisions.
/// </summary>
internal sealed class Impairment
{
    /// <summary>Least and most that a reordered datagram is held back beyond its delay, us.</summary>
    public const long MinHoldMicros = 10_000;

    /// <summary>See <see cref="MinHoldMicros"/>.</summary>
    public const long MaxHoldMicros = 60_000;

    private const ulong MaxFlips = 3;

    private readonly SplitMix _random;
    private readonly int _queueLimit;
    private readonly PriorityQueue<DelayedDatagram, (long Due, long Order)> _queue = new();
    private readonly Stack<DelayedDatagram> _free = new();
    private readonly List<(long From, long Until)> _blackouts = [];
    private long _order;

    /// <summary>Makes a perfect network.</summary>
    /// <param name="seed">Decides all that chance decides.</param>
    /// <param name="queueLimit">Datagrams that can be under way.</param>
    public Impairment(ulong seed, int queueLimit)
    {
        _random = new SplitMix(seed);
        _queueLimit = queueLimit;
    }

    /// <summary>How bad it is from now on; what is under way keeps its time.</summary>
    public ImpairmentSettings Settings { get; set; } = new();

    /// <summary>What was done so far.</summary>
    public ImpairmentCounters Counters { get; } = new();

    /// <summary>Datagrams under way.</summary>
    public int Queued => _queue.Count;

    /// <summary>When the next datagram is due, us; <see cref="long.MaxValue"/>: none is under way.</summary>
    public long NextDue => _queue.TryPeek(out _, out (long Due, long Order) at) ? at.Due : long.MaxValue;

    /// <summary>Loses everything that is offered from one time until, not including, another, us.</summary>
    public void AddBlackout(long from, long until)
    {
        _blackouts.Add((from, until));
    }

    /// <summary>Offers a datagram at a time that is not before that of the last call.</summary>
    public void Offer(ReadOnlySpan<byte> datagram, object? flow, int port, long now)
    {
        Counters.Received++;
        Counters.BytesReceived += datagram.Length;
        Draws draws = Draw();
        if (IsBlackout(now))
        {
            Counters.Blackout++;
            return;
        }

        if (draws.Loss < Settings.LossPercent)
        {
            Counters.Lost++;
            return;
        }

        bool held = draws.Reorder < Settings.ReorderPercent;
        long due = now + (Settings.DelayMs * 1000L);
        long hold = held ? MinHoldMicros + (long)(draws.Hold * (MaxHoldMicros - MinHoldMicros)) : 0;
        DelayedDatagram? first = Enqueue(datagram, flow, port, due + Jitter(draws.Jitter) + hold);
        if (first is null)
        {
            return;
        }

        Counters.Reordered += held ? 1 : 0;
        if (draws.Corrupt < Settings.CorruptPercent && datagram.Length > 0)
        {
            Flip(first, draws);
            Counters.Corrupted++;
        }

        if (draws.Duplicate < Settings.DuplicatePercent && Enqueue(datagram, flow, port, due + Jitter(draws.SecondJitter)) is not null)
        {
            Counters.Duplicated++;
        }
    }

    /// <summary>Takes the next datagram that is due, to be given back by <see cref="Return"/>; null if none is.</summary>
    public DelayedDatagram? Take(long now)
    {
        if (NextDue > now)
        {
            return null;
        }

        return _queue.Dequeue();
    }

    /// <summary>Gives a datagram back for reuse, and counts what became of it.</summary>
    /// <param name="datagram">It.</param>
    /// <param name="isSent">The system took it.</param>
    public void Return(DelayedDatagram datagram, bool isSent)
    {
        Counters.Forwarded += isSent ? 1 : 0;
        Counters.SendErrors += isSent ? 0 : 1;
        datagram.Flow = null;
        _free.Push(datagram);
    }

    private DelayedDatagram? Enqueue(ReadOnlySpan<byte> bytes, object? flow, int port, long due)
    {
        if (_queue.Count >= _queueLimit)
        {
            Counters.QueueFull++;
            return null;
        }

        DelayedDatagram datagram = _free.TryPop(out DelayedDatagram? free) ? free : new DelayedDatagram();
        bytes.CopyTo(datagram.Buffer);
        datagram.Count = bytes.Length;
        datagram.Flow = flow;
        datagram.Port = port;
        _queue.Enqueue(datagram, (due, _order++));
        return datagram;
    }

    private bool IsBlackout(long now)
    {
        bool dark = false;
        for (int i = _blackouts.Count - 1; i >= 0; i--)
        {
            (long from, long until) = _blackouts[i];
            if (now >= until)
            {
                _blackouts.RemoveAt(i);
            }
            else
            {
                dark |= now >= from;
            }
        }

        return dark;
    }

    private long Jitter(double drawn)
    {
        return (long)(drawn * Settings.JitterMs * 1000);
    }

    private static void Flip(DelayedDatagram datagram, Draws draws)
    {
        // At most half the bits apart, so that no two of the three are one bit, flipped back.
        ulong bits = (ulong)datagram.Count * 8;
        ulong stride = 1 + (draws.FlipStride % ((bits - 1) / 2));
        ulong count = 1 + (draws.FlipCount % MaxFlips);
        for (ulong i = 0; i < count; i++)
        {
            ulong bit = ((draws.FlipFirst % bits) + (i * stride)) % bits;
            datagram.Buffer[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        }
    }

    private Draws Draw()
    {
        return new Draws(
            Loss: _random.NextDouble() * 100,
            Corrupt: _random.NextDouble() * 100,
            Duplicate: _random.NextDouble() * 100,
            Reorder: _random.NextDouble() * 100,
            Hold: _random.NextDouble(),
            Jitter: _random.NextDouble(),
            SecondJitter: _random.NextDouble(),
            FlipCount: _random.Next(),
            FlipFirst: _random.Next(),
            FlipStride: _random.Next());
    }

    private readonly record struct Draws(
        double Loss, double Corrupt, double Duplicate, double Reorder, double Hold, double Jitter, double SecondJitter,
        ulong FlipCount, ulong FlipFirst, ulong FlipStride);
}
