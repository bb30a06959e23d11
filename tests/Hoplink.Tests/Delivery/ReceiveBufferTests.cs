using CsCheck;
using Hoplink.Delivery;

namespace Hoplink.Tests.Delivery;

public sealed class ReceiveBufferTests
{
    private static readonly byte[] _one = [1];

    private enum Op
    {
        Accept,
        AcceptFar,
        Read,
        Offer,
        Skip,
        Trim,
        DropHeld,
        Restart,
    }

    private static readonly Gen<(Op Op, int Argument, byte[] Message)[]> _genSteps = Gen.Select(
        Gen.Frequency(
            (30, Gen.Const(Op.Accept)), (1, Gen.Const(Op.AcceptFar)), (12, Gen.Const(Op.Read)), (8, Gen.Const(Op.Offer)),
            (2, Gen.Const(Op.Skip)), (1, Gen.Const(Op.Trim)), (1, Gen.Const(Op.DropHeld)), (1, Gen.Const(Op.Restart))),
        Gen.Int[-4, 40],
        Gen.Byte.Array[1, 9]).Array[1, 200];

    [Fact]
    public void It_behaves_as_a_sorted_dictionary_would()
    {
        (from capacity in Gen.Int[1, 36]
         from limit in Gen.Int[0, capacity]
         from nearWrap in Gen.Bool
         from steps in _genSteps
         select (capacity, limit, nearWrap, steps)).Sample(x =>
         {
             ReceiveBuffer buffer = new(x.capacity, 8, x.limit);
             Model model = new(x.capacity, x.limit);
             if (x.nearWrap)
             {
                 MoveNearWrap(buffer);
                 model.MoveTo(uint.MaxValue - 9);
             }

             foreach ((Op op, int argument, byte[] message) in x.steps)
             {
                 model.Run(buffer, op, argument, message);
                 model.Check(buffer);
             }
         }, iter: 5000);
    }

    [Fact]
    public void Messages_in_any_order_are_read_in_order_and_once()
    {
        Gen.Shuffle(Enumerable.Range(0, 32).ToArray()).Sample(order =>
        {
            ReceiveBuffer buffer = new(32, 4, 32);
            foreach (int number in order.Concat(order))
            {
                buffer.Accept((uint)number, [9, (byte)number], 1, 1);
            }

            byte[] read = new byte[4];
            for (int number = 0; number < 32; number++)
            {
                Assert.Equal(1, buffer.Read(read, 2));
                Assert.Equal(number, read[2]);
            }

            Assert.Equal(-1, buffer.Read(read, 0));
        });
    }

    [Fact]
    public void Only_unread_messages_make_the_window_smaller()
    {
        ReceiveBuffer buffer = new(4, 1, 4);
        buffer.Accept(2, _one, 0, 1);
        Assert.Equal(4, buffer.Window);
        buffer.Accept(0, _one, 0, 1);
        Assert.Equal(3, buffer.Window);
        buffer.Accept(1, _one, 0, 1);
        Assert.Equal(1, buffer.Window);
        buffer.Read(new byte[1], 0);
        Assert.Equal(2, buffer.Window);
    }

    [Fact]
    public void The_window_is_at_most_1000()
    {
        Assert.Equal(1000, new ReceiveBuffer(1001, 1, 0).Window);
        Assert.Equal(999, new ReceiveBuffer(999, 1, 0).Window);
    }

    [Fact]
    public void A_message_beyond_the_last_offer_is_not_kept_though_there_is_room_by_now()
    {
        ReceiveBuffer buffer = new(2, 1, 2);
        buffer.Accept(0, _one, 0, 1);
        buffer.Accept(1, _one, 0, 1);
        Assert.Equal(0, buffer.OfferWindow());
        Assert.True(buffer.OfferedZero);
        buffer.Read(new byte[1], 0);
        Assert.Equal(ReceiveVerdict.OutsideWindow, buffer.Accept(2, _one, 0, 1));
        Assert.Equal(2u, buffer.HighestSeen);
        Assert.Equal(1, buffer.OfferWindow());
        Assert.False(buffer.OfferedZero);
        Assert.Equal(ReceiveVerdict.InOrder, buffer.Accept(2, _one, 0, 1));
    }

    [Fact]
    public void The_next_expected_finds_room_however_many_are_held()
    {
        ReceiveBuffer buffer = new(8, 1, 2);
        Assert.Equal(ReceiveVerdict.Held, buffer.Accept(1, _one, 0, 1));
        Assert.Equal(ReceiveVerdict.Held, buffer.Accept(2, _one, 0, 1));
        Assert.Equal(ReceiveVerdict.NoRoom, buffer.Accept(3, _one, 0, 1));
        Assert.Equal(ReceiveVerdict.Duplicate, buffer.Accept(2, _one, 0, 1));
        Assert.Equal(ReceiveVerdict.InOrder, buffer.Accept(0, _one, 0, 1));
        Assert.Equal(3u, buffer.NextExpected);
        Assert.Equal(3u, buffer.HighestSeen);
    }

    [Fact]
    public void A_repair_reports_what_is_gone_and_delivers_what_follows()
    {
        ReceiveBuffer buffer = new(8, 1, 8);
        buffer.Accept(0, [10], 0, 1);
        buffer.Accept(2, [12], 0, 1);
        buffer.Accept(4, [14], 0, 1);
        buffer.Accept(5, [15], 0, 1);
        buffer.Accept(7, [17], 0, 1);
        Assert.Equal(3, buffer.SkipTo(4));
        Assert.Equal(6u, buffer.NextExpected);
        Assert.Equal(1, buffer.Held);
        Assert.Equal(1u, buffer.SackMap());
        Assert.Equal([10, 14, 15], ReadAll(buffer));
        buffer.Accept(6, [16], 0, 1);
        Assert.Equal([16, 17], ReadAll(buffer));
    }

    [Fact]
    public void A_link_that_begins_anew_keeps_what_was_not_read()
    {
        ReceiveBuffer buffer = new(4, 1, 4);
        buffer.Accept(0, [10], 0, 1);
        buffer.Accept(2, [12], 0, 1);
        buffer.Restart();
        Assert.Equal(0u, buffer.NextExpected);
        Assert.Equal(0, buffer.Held);
        Assert.Equal(ReceiveVerdict.InOrder, buffer.Accept(0, [20], 0, 1));
        Assert.Equal(ReceiveVerdict.Held, buffer.Accept(2, [22], 0, 1));
        Assert.Equal(ReceiveVerdict.OutsideWindow, buffer.Accept(3, [23], 0, 1));
        Assert.Equal([10, 20], ReadAll(buffer));
    }

    [Fact]
    public void A_destination_that_is_too_small_leaves_the_message_unread()
    {
        ReceiveBuffer buffer = new(2, 8, 2);
        buffer.Accept(0, [1, 2, 3], 0, 3);
        Assert.Equal(3, buffer.NextLength);
        Assert.Throws<ArgumentException>(() => buffer.Read(new byte[4], 2));
        Assert.Throws<ArgumentException>(() => buffer.Read(new byte[4], -1));
        Assert.Throws<ArgumentNullException>(() => buffer.Read(null!, 0));
        Assert.Equal(3, buffer.Read(new byte[4], 1));
        Assert.Equal(-1, buffer.NextLength);
    }

    [Fact]
    public void A_message_longer_than_the_link_allows_is_not_kept_and_does_not_throw()
    {
        ReceiveBuffer buffer = new(2, 3, 2);
        Assert.Equal(ReceiveVerdict.OutsideWindow, buffer.Accept(0, new byte[4], 0, 4));
        Assert.Equal(0, buffer.Unread);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1183, 0)]
    [InlineData(1, 1, 2)]
    [InlineData(1, 1, -1)]
    public void Sizes_out_of_range_are_the_callers_error(int capacity, int maxMessageBytes, int reorderLimit)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReceiveBuffer(capacity, maxMessageBytes, reorderLimit));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 6)]
    [InlineData(4, 2)]
    [InlineData(-1, 2)]
    public void A_message_that_is_not_in_the_array_is_the_callers_error(int offset, int count)
    {
        ReceiveBuffer buffer = new(2, 8, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Accept(0, new byte[5], offset, count));
    }

    internal static void MoveNearWrap(ReceiveBuffer buffer)
    {
        buffer.SkipTo(0x7FFFFFFF);
        buffer.SkipTo(uint.MaxValue - 9);
        buffer.OfferWindow();
    }

    private static List<int> ReadAll(ReceiveBuffer buffer)
    {
        List<int> all = [];
        byte[] message = new byte[8];
        while (buffer.Read(message, 0) > 0)
        {
            all.Add(message[0]);
        }

        return all;
    }

    /// <summary>Numbers do not wrap here: they are the wire's plus a multiple of 2^32.</summary>
    private sealed class Model(int capacity, int limit)
    {
        private readonly SortedDictionary<long, byte[]> _held = [];
        private readonly Queue<byte[]> _unread = [];
        private long _next;
        private long _highest = -1;
        private long _edge = capacity;
        private bool _offeredZero;

        private int Window => capacity - _unread.Count;

        public void MoveTo(long number)
        {
            _next = number;
            _highest = number - 1;
            _edge = number + capacity;
        }

        public void Run(ReceiveBuffer buffer, Op op, int argument, byte[] message)
        {
            long number = _next + argument;
            switch (op)
            {
                case Op.Accept:
                    Assert.Equal(Accept(number, message), buffer.Accept((uint)number, message, 0, message.Length));
                    break;
                case Op.AcceptFar:
                    long far = _next + (argument < 18 ? int.MaxValue : 1L << 31);
                    ReceiveVerdict expected = argument < 18 ? Accept(far, message) : ReceiveVerdict.Duplicate;
                    Assert.Equal(expected, buffer.Accept((uint)far, message, 0, message.Length));
                    break;
                case Op.Read:
                    Read(buffer);
                    break;
                case Op.Offer:
                    _edge = _next + Window;
                    _offeredZero = Window == 0;
                    Assert.Equal(Window, buffer.OfferWindow());
                    break;
                case Op.Skip:
                    Assert.Equal(Skip(number), buffer.SkipTo((uint)number));
                    break;
                case Op.Trim:
                    _highest = _held.Count != 0 ? _held.Keys.Last() : _next - 1;
                    buffer.TrimHighestSeen();
                    break;
                case Op.DropHeld:
                    _held.Clear();
                    buffer.DropHeld();
                    break;
                default:
                    _held.Clear();
                    MoveTo(0);
                    _edge = Window;
                    _offeredZero = Window == 0;
                    buffer.Restart();
                    break;
            }
        }

        public void Check(ReceiveBuffer buffer)
        {
            Assert.Equal((uint)_next, buffer.NextExpected);
            Assert.Equal((uint)_highest, buffer.HighestSeen);
            Assert.Equal(_held.Count, buffer.Held);
            Assert.Equal(_unread.Count, buffer.Unread);
            Assert.Equal(Window, buffer.Window);
            Assert.Equal(_offeredZero, buffer.OfferedZero);
            Assert.Equal(_unread.Count == 0 ? -1 : _unread.Peek().Length, buffer.NextLength);
            uint map = 0;
            foreach (long number in _held.Keys.Where(n => n - _next <= 32))
            {
                map |= 1u << (int)(number - _next - 1);
            }

            Assert.Equal(map, buffer.SackMap());
        }

        private ReceiveVerdict Accept(long number, byte[] message)
        {
            if (number < _next)
            {
                return ReceiveVerdict.Duplicate;
            }

            _highest = Math.Max(_highest, number);
            if (number >= _edge || number >= _next + Window || message.Length > 8)
            {
                return ReceiveVerdict.OutsideWindow;
            }

            if (_held.ContainsKey(number))
            {
                return ReceiveVerdict.Duplicate;
            }

            if (number > _next && _held.Count == limit)
            {
                return ReceiveVerdict.NoRoom;
            }

            _held[number] = message;
            Deliver();
            return _held.ContainsKey(number) ? ReceiveVerdict.Held : ReceiveVerdict.InOrder;
        }

        private void Read(ReceiveBuffer buffer)
        {
            byte[] read = new byte[10];
            int length = buffer.Read(read, 2);
            byte[]? expected = _unread.Count != 0 ? _unread.Dequeue() : null;
            Assert.Equal(expected?.Length ?? -1, length);
            Assert.Equal(expected ?? [], read[2..(2 + Math.Max(0, length))]);
        }

        private int Skip(long number)
        {
            int count = (int)Math.Max(0, number - _next);
            foreach (long gone in _held.Keys.Where(n => n < number).ToArray())
            {
                _held.Remove(gone);
            }

            _next = Math.Max(_next, number);
            _highest = Math.Max(_highest, _next - 1);
            Deliver();
            return count;
        }

        private void Deliver()
        {
            while (_held.Remove(_next, out byte[]? message))
            {
                _unread.Enqueue(message);
                _next++;
            }

            _highest = Math.Max(_highest, _next - 1);
        }
    }
}
