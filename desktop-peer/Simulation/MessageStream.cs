using System.Buffers.Binary;

namespace Hoplink.Simulation;

/// <summary>
/// Numbered messages from one end to the other, and what must hold of them at every moment (protocol.md 13.4): each arrives once and in
/// order, over any number of sessions, unless an event said that it is lost or the link began anew.
/// </summary>
public sealed class MessageStream
{
    /// <summary>Bytes of the shortest message: stream number and message number.</summary>
    public const int ShortestMessage = 12;

    private readonly World _world;
    private readonly string _name;
    private readonly uint _id;
    private readonly Func<byte[], SendStatus?> _send;
    private readonly SimRandom _sizes;
    private readonly List<(long First, long Count)> _lost = [];
    private byte[]? _next;
    private bool _pumping;
    private bool _mayHaveLostRam;
    private long _lostWithRam;

    // The number of the message that is number 0 on the link of which the last message was read, and those of links begun since, oldest
    // first: datagrams of a life that has ended may still be under way.
    private readonly List<long> _nextBases = [];
    private long _linkBase;
    private long _backlog;

    internal MessageStream(World world, string name, uint id, Func<byte[], SendStatus?> send)
    {
        _world = world;
        _name = name;
        _id = id;
        _send = send;
        _sizes = world.Random("sizes " + name);
    }

    /// <summary>Shortest and longest message, bytes.</summary>
    public (int Shortest, int Longest) Sizes { get; set; } = (ShortestMessage, 100);

    /// <summary>Messages that the sending link has accepted.</summary>
    public long Accepted { get; private set; }

    /// <summary>Messages that were read, each counted as often as it was.</summary>
    public long Read { get; private set; }

    /// <summary>The number of the next message to be read.</summary>
    public long Expected { get; private set; }

    /// <summary>Messages that MessagesLost events have reported.</summary>
    public long ReportedLost { get; private set; }

    /// <summary>Messages that went with the RAM of a node that restarted.</summary>
    public long LostWithRam => _lostWithRam + (_nextBases.Count > 0 ? Math.Max(0, NewestBase - Expected) : 0);

    /// <summary>Messages that were read again because the link began anew.</summary>
    public long Repeated { get; private set; }

    /// <summary>Messages that the application wants sent and the link has not taken yet.</summary>
    public long Backlog => _backlog;

    /// <summary>All that was to be sent has been accepted, and read or accounted for.</summary>
    public bool IsDone => _backlog == 0 && (Expected == Accepted || (_nextBases.Count > 0 && NewestBase == Accepted && _mayHaveLostRam));

    private long NewestBase => _nextBases.Count > 0 ? _nextBases[^1] : _linkBase;

    /// <summary>Sends so many messages as fast as the link takes them.</summary>
    public void Send(long count)
    {
        _backlog += count;
        Pump();
    }

    /// <summary>Sends so many messages, one each <paramref name="interval"/> us, above 0, or as soon after as the link takes it.</summary>
    public void SendEvery(long interval, long count)
    {
        _world.Every(interval, () =>
        {
            Send(1);
            return --count > 0;
        });
    }

    /// <summary>
    /// To be called by a test that makes the sender forget messages that it had accepted: should the link begin anew before their loss is
    /// reported, they vanish.
    /// </summary>
    public void MayVanish() => _mayHaveLostRam = true;

    /// <summary>Whether the link takes messages now; set by the checker.</summary>
    internal Func<bool> CanSend { get; init; } = () => true;

    /// <summary>
    /// Sends what waits, as far as the link takes it. Sending makes the node work, which calls this again: then it does nothing.
    /// </summary>
    internal void Pump()
    {
        if (_pumping)
        {
            return;
        }

        _pumping = true;
        while (_backlog > 0 && CanSend())
        {
            _next ??= Make(Accepted, (int)_sizes.Between(Sizes.Shortest, Sizes.Longest));
            if (_send(_next) != SendStatus.Accepted)
            {
                break;
            }

            _next = null;
            Accepted++;
            _backlog--;
        }

        _pumping = false;
    }

    internal void OnRead(byte[] message)
    {
        long number = NumberOf(message);
        Read++;
        int restart = _nextBases.IndexOf(number);
        if (number != Expected && restart < 0)
        {
            string why = number < Expected ? "twice" : "before others";
            throw Violation($"message {number} was read {why}, {Expected} was expected");
        }

        if (restart >= 0)
        {
            BeginAnew(restart);
        }

        Expected = number + 1;
        PassLost();
    }

    internal void OnMessagesLost(uint first, int count)
    {
        long start = NewestBase + first;
        if (start < Expected || start + count > Accepted)
        {
            throw Violation($"MessagesLost {start}, {count} of them, but {Expected} of {Accepted} were read");
        }

        _lost.Add((start, count));
        PassLost();
    }

    /// <summary>The sender's link began anew and sends again what was not acknowledged.</summary>
    internal void OnSendersLinkRestarted(int unacknowledged)
    {
        if (unacknowledged > Accepted)
        {
            throw Violation($"{unacknowledged} messages are sent again, but only {Accepted} were accepted");
        }

        _nextBases.Add(Accepted - unacknowledged);
    }

    /// <summary>The receiver lost what it had acknowledged and the application had not read, if there was any.</summary>
    internal void OnReceiverBeganAnew(bool hadUnread) => _mayHaveLostRam |= hadUnread;

    /// <summary>The sender lost all that it had accepted and the receiver had not got yet.</summary>
    internal void OnSenderRestarted()
    {
        _nextBases.Add(Accepted);
        _mayHaveLostRam = true;
    }

    private void BeginAnew(int restart)
    {
        _linkBase = _nextBases[restart];
        _nextBases.RemoveRange(0, restart + 1);
        if (_linkBase > Expected)
        {
            if (!_mayHaveLostRam)
            {
                throw Violation($"messages {Expected} to {_linkBase - 1} vanished though nobody lost its RAM");
            }

            _lostWithRam += _linkBase - Expected;
        }

        Repeated += Math.Max(0, Expected - _linkBase);
        _mayHaveLostRam = _nextBases.Count > 0;
        _lost.Clear();
    }

    /// <summary>Moves past what was reported lost, once everything before it has been read.</summary>
    private void PassLost()
    {
        int index;
        while ((index = _lost.FindIndex(gap => gap.First == Expected)) >= 0)
        {
            Expected += _lost[index].Count;
            ReportedLost += _lost[index].Count;
            _lost.RemoveAt(index);
        }
    }

    private byte[] Make(long number, int size)
    {
        byte[] message = new byte[size];
        BinaryPrimitives.WriteUInt32BigEndian(message, _id);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(4), number);
        new SimRandom(_world.Seed ^ ((ulong)_id << 48) ^ (ulong)number).Fill(message.AsSpan(ShortestMessage));
        return message;
    }

    private long NumberOf(byte[] message)
    {
        if (message.Length < ShortestMessage || BinaryPrimitives.ReadUInt32BigEndian(message) != _id)
        {
            throw Violation("a message was read that nobody sent: " + Convert.ToHexString(message));
        }

        long number = BinaryPrimitives.ReadInt64BigEndian(message.AsSpan(4));
        if (number < 0 || number >= Accepted || !message.AsSpan().SequenceEqual(Make(number, message.Length)))
        {
            throw Violation($"message {number} is not as it was sent");
        }

        return number;
    }

    private SimulationException Violation(string what) => new(_world, $"{_name}: {what}", Invariant.Delivery);
}
