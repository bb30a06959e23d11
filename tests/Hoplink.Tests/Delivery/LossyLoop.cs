using Hoplink.Delivery;
using Hoplink.Wire;

namespace Hoplink.Tests.Delivery;

/// <summary>What <see cref="LossyLoop"/> does to datagrams, and what its two ends are like. Times in ms, chances of a thousand.</summary>
internal sealed record LoopOptions
{
    public int Seed { get; init; }

    public int Messages { get; init; } = 200;

    public int Loss { get; init; }

    public int Duplication { get; init; }

    public int Delay { get; init; } = 20;

    public int Jitter { get; init; }

    public int SendCapacity { get; init; } = 32;

    public int ReceiveCapacity { get; init; } = 32;

    public int ReorderLimit { get; init; } = 32;

    public int CongestionWindow { get; init; } = 10;

    /// <summary>Pause between reads of the application; 0 reads at once.</summary>
    public int ReadPause { get; init; }

    /// <summary>Chance of a fault each 100 ms.</summary>
    public int Faults { get; init; }

    public bool NearWrap { get; init; }

    /// <summary>When loss, duplication and faults end.</summary>
    public int Calm { get; init; } = 20_000;
}

/// <summary>
/// One direction of a link in simulated time: a sender with a <see cref="DataSender"/>, a receiver that acknowledges as 6.2 says, and a
/// network between that loses, repeats and overtakes. It stops when all messages are read, or when it is too late.
/// </summary>
internal sealed class LossyLoop
{
    private const long Ms = 1000;

    private readonly LoopOptions _options;
    private readonly Random _random;
    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private readonly SendWindow _window;
    private readonly ReceiveBuffer _buffer;
    private readonly byte[] _copy = new byte[8];
    private RttEstimator _rtt = new();
    private DataSender _sender;
    private int _session;
    private long _order;
    private int _added;
    private uint _ackPacket;
    private uint _newestAckPacket;
    private int _unacknowledged;
    private long _ackDeadline = long.MaxValue;
    private int _peakWindow;

    public LossyLoop(LoopOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        _window = new SendWindow(options.SendCapacity, 8);
        _buffer = new ReceiveBuffer(options.ReceiveCapacity, 8, options.ReorderLimit);
        if (options.NearWrap)
        {
            SendWindowTests.MoveNearWrap(_window);
            ReceiveBufferTests.MoveNearWrap(_buffer);
        }

        _sender = NewSession();
        if (options.ReadPause > 0)
        {
            At(options.ReadPause, ReadOne);
        }

        if (options.Faults > 0)
        {
            At(100, Fault);
        }
    }

    public long Now { get; private set; }

    public DataSender Sender => _sender;

    /// <summary>What the application read, in its order.</summary>
    public List<int> Delivered { get; } = [];

    public int Transmissions { get; private set; }

    private bool IsCalm => Now >= _options.Calm * Ms;

    /// <summary>Runs until all is read and acknowledged, or until the given time, ms.</summary>
    public void Run(int until)
    {
        while (Now < until * Ms && (Delivered.Count < _options.Messages || _window.Count > 0))
        {
            Pump();
            long next = Math.Min(_sender.Deadline, _ackDeadline);
            if (_events.TryPeek(out _, out (long Time, long Order) first) && first.Time <= next)
            {
                Now = Math.Max(Now, first.Time);
                _events.Dequeue()();
                continue;
            }

            if (next == long.MaxValue)
            {
                return; // nothing will ever happen: the caller sees what is missing
            }

            Now = Math.Max(Now, next);
            if (Now >= _ackDeadline)
            {
                SendAck(sack: false);
            }

            if (Now >= _sender.Deadline)
            {
                _sender.OnDeadline(Now);
            }
        }
    }

    private DataSender NewSession()
    {
        _session++;
        _rtt = new RttEstimator();
        _rtt.Sample(2 * _options.Delay * Ms); // the handshake's
        _window.Acknowledge(_buffer.NextExpected);
        DataSender sender = new(_window, _rtt, _options.CongestionWindow);
        sender.OnWindow(_buffer.OfferWindow());
        _newestAckPacket = _ackPacket;
        _peakWindow = sender.CongestionWindow;
        return sender;
    }

    private void Pump()
    {
        while (_added < _options.Messages && _window.TryAdd(BitConverter.GetBytes(_added), 0, 4))
        {
            _added++;
        }

        if (_sender.TakeProbe())
        {
            int session = _session;
            Transmit(() => EchoProbe(session, Now));
        }

        while (_sender.TryPeek(Now, out uint number))
        {
            _peakWindow = Math.Max(_peakWindow, _sender.CongestionWindow);
            byte[] message = _copy[..0];
            int length = _window.Copy(number, _copy, 0);
            message = _copy[..length];
            int session = _session;
            Transmit(() => OnData(session, number, message));
            _sender.MarkSent(number, Now);
            Transmissions++;

            // Only the oldest that goes at once may exceed what congestion ever allowed.
            Assert.InRange(_sender.InFlight, 1, _peakWindow + 1);
            Assert.InRange(_sender.Outstanding, _sender.InFlight, _options.ReceiveCapacity);
        }
    }

    private void OnData(int session, uint number, byte[] message)
    {
        if (session != _session)
        {
            return;
        }

        bool hadHole = _buffer.Held > 0;
        ReceiveVerdict verdict = _buffer.Accept(number, message, 0, message.Length);
        Assert.NotEqual(ReceiveVerdict.OutsideWindow, verdict);
        Assert.True(verdict != ReceiveVerdict.NoRoom || _options.ReorderLimit < _options.ReceiveCapacity);
        if (_options.ReadPause == 0)
        {
            while (ReadMessage())
            {
            }
        }

        if (verdict != ReceiveVerdict.InOrder || hadHole || ++_unacknowledged >= 2)
        {
            SendAck(sack: _buffer.Held > 0);
        }
        else
        {
            _ackDeadline = Math.Min(_ackDeadline, Now + (25 * Ms));
        }
    }

    private void SendAck(bool sack)
    {
        _unacknowledged = 0;
        _ackDeadline = long.MaxValue;
        int session = _session;
        uint packet = ++_ackPacket;
        uint next = _buffer.NextExpected;
        int window = _buffer.OfferWindow();
        uint map = sack ? _buffer.SackMap() : 0;
        Transmit(() => OnAck(session, packet, next, window, sack, map));
    }

    private void EchoProbe(int session, long sent)
    {
        if (session == _session)
        {
            uint packet = ++_ackPacket;
            uint next = _buffer.NextExpected;
            int window = _buffer.OfferWindow();
            Transmit(() =>
            {
                if (OnAck(session, packet, next, window, false, 0))
                {
                    _rtt.Sample(Now - sent);
                    _sender.OnEcho(next, sent, Now);
                }
            });
        }
    }

    private bool OnAck(int session, uint packet, uint next, int window, bool sack, uint map)
    {
        if (session != _session)
        {
            return false;
        }

        Assert.False(_sender.IsAckOfUnsent(next));
        if (SerialNumber.IsNewer(packet, _newestAckPacket))
        {
            _newestAckPacket = packet;
            _sender.OnAcknowledgment(next, window, sack, map, Now);
        }

        return true;
    }

    private void ReadOne()
    {
        bool wasClosed = _buffer.OfferedZero;
        ReadMessage();
        if (wasClosed && _buffer.Window > 0)
        {
            SendAck(sack: _buffer.Held > 0);
        }

        At(_options.ReadPause, ReadOne);
    }

    private bool ReadMessage()
    {
        byte[] message = new byte[8];
        int length = _buffer.Read(message, 0);
        if (length < 0)
        {
            return false;
        }

        Assert.Equal(4, length);
        Delivered.Add(BitConverter.ToInt32(message, 0));
        return true;
    }

    private void Fault()
    {
        if (IsCalm)
        {
            return;
        }

        if (Chance(_options.Faults))
        {
            switch (_random.Next(5))
            {
                case 0:
                    _buffer.DropHeld();
                    break;
                case 1:
                    _sender.UndoBackoff(Now);
                    break;
                case 2:
                    _sender.ResendAll(Now);
                    break;
                case 3:
                    _buffer.TrimHighestSeen();
                    break;
                default:
                    _sender = NewSession();
                    break;
            }
        }

        At(100, Fault);
    }

    private void Transmit(Action arrival)
    {
        for (int copies = !IsCalm && Chance(_options.Duplication) ? 2 : 1; copies > 0; copies--)
        {
            if (IsCalm || !Chance(_options.Loss))
            {
                At(_options.Delay + (_options.Jitter == 0 ? 0 : _random.Next(_options.Jitter)), arrival);
            }
        }
    }

    private void At(long delay, Action action) => _events.Enqueue(action, (Now + (delay * Ms), _order++));

    private bool Chance(int permille) => _random.Next(1000) < permille;
}
