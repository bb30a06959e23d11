using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Proof.Orders;

/// <summary>
/// Lets the fates of a combination come about: from <see cref="Begin"/> on, of each datagram that either end sends, both directions counted
/// together. What comes after the seventh is delivered.
/// </summary>
internal sealed class Disorder
{
    /// <summary>
    /// A delayed datagram arrives after so long, us, if no two others are sent: longer than any end waits to repeat itself.
    /// </summary>
    public const long HoldLimit = 5 * World.Second;

    /// <summary>How much later than a datagram its copy arrives, us: there the answer is under way.</summary>
    private const long CopySpacing = 15 * World.Millisecond;

    private readonly Pair _pair;
    private readonly Combination _combination;
    private readonly List<Held> _held = [];
    private long _lastArrival = -1;

    public Disorder(Pair pair, Combination combination)
    {
        _pair = pair;
        _combination = combination;
        pair.Network.Tap(Judge);
    }

    /// <summary>When it began, us.</summary>
    public long BeganAt { get; private set; } = -1;

    public bool HasBegun => BeganAt >= 0;

    /// <summary>Datagrams whose fate has been decided, at most <see cref="Combination.Length"/>.</summary>
    public int Sent { get; private set; }

    /// <summary>Datagrams that arrived, or will arrive, corrupted.</summary>
    public int Corrupted { get; private set; }

    /// <summary>Datagrams that were held up for longer than a retired key is accepted (protocol.md 12, step 4).</summary>
    public int Outdated { get; private set; }

    /// <summary>Every datagram so far has arrived, or never will, and so has every copy.</summary>
    public bool IsOver => _held.Count == 0 && _pair.World.Now > _lastArrival;

    /// <summary>From now on fates come about. Only the first call counts.</summary>
    public void Begin()
    {
        if (!HasBegun)
        {
            BeganAt = _pair.World.Now;
            _pair.World.Trace.Note("network", "the seven datagrams begin");
        }
    }

    private Verdict Judge(Packet packet)
    {
        if (!HasBegun)
        {
            return Verdict.Pass;
        }

        CountOvertaking(packet);
        if (Sent == Combination.Length)
        {
            return Verdict.Pass;
        }

        int index = Sent++;
        NoteArrival(_pair.World.Now + DelayOf(packet) + CopySpacing);
        switch (_combination[index])
        {
            case Fate.Lost:
                return Verdict.Drop;
            case Fate.Repeated:
                return Verdict.Duplicate(1, CopySpacing);
            case Fate.Delayed:
                Hold(packet);
                return Verdict.Drop;
            case Fate.Corrupted:
                Corrupted++;
                return Verdict.Change(packet, bytes => Flip(bytes, _combination.Number * Combination.Length + index));
            default:
                return Verdict.Pass;
        }
    }

    /// <summary>Another bit in each combination: header, payload and tag have their turns.</summary>
    internal static void Flip(byte[] bytes, int turn)
    {
        const int Header = WireFormat.HeaderSize;
        int tag = bytes.Length - WireFormat.TagSize;
        (int from, int to) = (turn % 3) switch
        {
            0 => (0, Header),
            1 => (Header, tag),
            _ => (tag, bytes.Length),
        };
        long bit = (long)from * 8 + new SimRandom((ulong)turn).Below((to - from) * 8L);
        bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
    }

    private void NoteArrival(long time)
    {
        _lastArrival = Math.Max(_lastArrival, time);

        // So that whoever waits for the end looks again.
        _pair.World.At(time + 1, () => { });
    }

    private long DelayOf(Packet packet) => (packet.From == _pair.Device ? _pair.Up : _pair.Down).Delay;

    private void Hold(Packet packet)
    {
        var held = new Held(packet.Source, packet.Destination, packet.Bytes, packet.SentAt);
        _held.Add(held);
        _pair.World.After(HoldLimit, () => Release(held, 0));
    }

    private void CountOvertaking(Packet packet)
    {
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            Held held = _held[i];
            if (++held.Overtaking == 2)
            {
                // Right after the second, which all lanes carry equally fast.
                Release(held, DelayOf(packet) + 1);
            }
        }
    }

    private void Release(Held held, long delay)
    {
        if (_held.Remove(held))
        {
            long arrival = _pair.World.Now + delay;
            NoteArrival(arrival);
            Outdated += arrival - held.SentAt > SpecConstants.EpochRetireMs * World.Millisecond ? 1 : 0;
            _pair.Network.Inject(held.Source, held.Destination, held.Bytes, delay);
        }
    }

    private sealed class Held(SimEndpoint source, SimEndpoint destination, byte[] bytes, long sentAt)
    {
        public long SentAt => sentAt;

        public SimEndpoint Source => source;

        public SimEndpoint Destination => destination;

        public byte[] Bytes => bytes;

        public int Overtaking { get; set; }
    }
}
