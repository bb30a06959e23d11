using CsCheck;
using Hoplink.Delivery;

namespace Hoplink.Tests.Delivery;

public sealed class SendWindowTests
{
    private enum Op
    {
        Add,
        Acknowledge,
        Send,
        Resend,
        Lose,
        Sack,
        NewSession,
        Forget,
        Move,
        Restart,
    }

    private static readonly Gen<(Op Op, int Argument, byte[] Message)[]> _genSteps = Gen.Select(
        Gen.Frequency(
            (20, Gen.Const(Op.Add)), (8, Gen.Const(Op.Acknowledge)), (15, Gen.Const(Op.Send)), (4, Gen.Const(Op.Resend)),
            (6, Gen.Const(Op.Lose)), (5, Gen.Const(Op.Sack)), (1, Gen.Const(Op.NewSession)),
            (1, Gen.Const(Op.Forget)), (1, Gen.Const(Op.Move)), (1, Gen.Const(Op.Restart))),
        Gen.Int[-2, 12],
        Gen.Byte.Array[1, 8]).Array[1, 200];

    [Fact]
    public void It_behaves_as_a_list_would()
    {
        (from capacity in Gen.Int[1, 12] from nearWrap in Gen.Bool from steps in _genSteps select (capacity, nearWrap, steps))
            .Sample(x =>
            {
                SendWindow window = new(x.capacity, 8);
                Model model = new(x.capacity);
                if (x.nearWrap)
                {
                    MoveNearWrap(window);
                    model.Oldest = model.EverSent = uint.MaxValue - 9;
                }

                foreach ((Op op, int argument, byte[] message) in x.steps)
                {
                    model.Run(window, op, argument, message);
                    model.Check(window);
                }
            }, iter: 5000);
    }

    [Fact]
    public void A_full_window_takes_no_more_until_something_is_acknowledged()
    {
        SendWindow window = new(2, 4);
        Assert.True(window.TryAdd([1], 0, 1));
        Assert.True(window.TryAdd([2], 0, 1));
        Assert.True(window.IsFull);
        Assert.False(window.TryAdd([3], 0, 1));
        Assert.Equal(0, window.Acknowledge(1)); // never sent
        window.MarkSent(0, 0);
        Assert.Equal(1, window.Acknowledge(1));
        Assert.True(window.TryAdd([3], 0, 1));
        Assert.Equal(3u, window.Next);
    }

    [Fact]
    public void A_link_that_begins_anew_numbers_what_is_left_from_0()
    {
        SendWindow window = new(4, 4);
        window.TryAdd([1], 0, 1);
        window.TryAdd([2], 0, 1);
        window.TryAdd([3], 0, 1);
        window.MarkSent(0, 0);
        window.MarkSent(1, 0);
        window.Acknowledge(1);
        window.Restart();
        Assert.Equal(0u, window.Oldest);
        Assert.Equal(2u, window.Next);
        Assert.Equal(0u, window.NeverSent);
        byte[] copy = new byte[4];
        Assert.Equal(1, window.Copy(0, copy, 0));
        Assert.Equal(2, copy[0]);
        window.Copy(1, copy, 0);
        Assert.Equal(3, copy[0]);
    }

    [Fact]
    public void When_the_other_end_expects_more_than_was_sent_what_was_never_sent_gets_the_numbers_from_there_on()
    {
        SendWindow window = new(4, 4);
        window.TryAdd([1], 0, 1);
        window.TryAdd([2], 0, 1);
        window.TryAdd([3], 0, 1);
        window.MarkSent(0, 0);
        window.MoveNextUpTo(2);
        Assert.Equal(2u, window.Oldest);
        Assert.Equal(4u, window.Next);
        Assert.Equal(2u, window.NeverSent);
        byte[] copy = new byte[4];
        window.Copy(2, copy, 0);
        Assert.Equal(2, copy[0]);
        window.Copy(3, copy, 0);
        Assert.Equal(3, copy[0]);
    }

    [Fact]
    public void What_was_sent_in_an_earlier_session_still_counts_as_sent_on_the_link()
    {
        SendWindow window = new(4, 4);
        window.TryAdd([1], 0, 1);
        window.TryAdd([2], 0, 1);
        window.MarkSent(0, 0);
        window.ResetTransmission();
        Assert.Equal(0, window.Sent);
        Assert.Equal(1u, window.NeverSent);
    }

    [Fact]
    public void Wrong_arguments_are_the_callers_error()
    {
        SendWindow window = new(2, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => window.TryAdd(new byte[8], 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.TryAdd(new byte[8], 0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.TryAdd(new byte[8], 6, 3));
        Assert.Throws<ArgumentNullException>(() => window.TryAdd(null!, 0, 1));
        window.TryAdd(new byte[8], 0, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => window.LengthOf(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => window.Copy(uint.MaxValue, new byte[8], 0));
        Assert.Throws<ArgumentException>(() => window.Copy(0, new byte[8], 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SendWindow(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SendWindow(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SendWindow(1, 1183));
    }

    internal static void MoveNearWrap(SendWindow window)
    {
        window.MoveNextUpTo(0x7FFFFFFF);
        window.MoveNextUpTo(uint.MaxValue - 9);
    }

    private sealed class Model(int capacity)
    {
        private readonly List<Entry> _entries = [];

        public long Oldest { get; set; }

        public long EverSent { get; set; }

        private long Next => Oldest + _entries.Count;

        private long NeverSent => Math.Max(Oldest, EverSent);

        private int Sent => _entries.Count(e => e.Sent);

        public void Run(SendWindow window, Op op, int argument, byte[] message)
        {
            long number = Oldest + Math.Max(0, argument);
            Entry? sent = number - Oldest < Sent ? _entries[(int)(number - Oldest)] : null;
            switch (op)
            {
                case Op.Add:
                    Assert.Equal(_entries.Count < capacity, window.TryAdd(message, 0, message.Length));
                    if (_entries.Count < capacity)
                    {
                        _entries.Add(new Entry(message));
                    }

                    break;
                case Op.Acknowledge:
                    uint acknowledgment = (uint)(Oldest + argument);
                    Assert.Equal(Acknowledge(Oldest + argument), window.Acknowledge(acknowledgment));
                    break;
                case Op.Send when Sent < _entries.Count:
                    window.MarkSent((uint)(Oldest + Sent), 5);
                    _entries[Sent].Sent = true;
                    EverSent = Math.Max(EverSent, Oldest + Sent);
                    break;
                case Op.Resend when sent != null:
                    window.MarkSent((uint)number, 6);
                    sent.Lost = sent.Sacked = false;
                    break;
                case Op.Resend when number - Oldest > Sent:
                    Assert.Throws<ArgumentOutOfRangeException>(() => window.MarkSent((uint)number, 6));
                    break;
                case Op.Lose when sent != null:
                    window.MarkLost((uint)number);
                    (sent.Lost, sent.Sacked) = (true, false);
                    break;
                case Op.Sack when sent != null:
                    window.MarkSacked((uint)number);
                    (sent.Lost, sent.Sacked) = (false, true);
                    break;
                case Op.NewSession:
                    window.ResetTransmission();
                    Reset();
                    break;
                case Op.Forget:
                    Assert.Equal(_entries.Count, window.Forget());
                    Remove(_entries.Count);
                    break;
                case Op.Move:
                    long to = Oldest + argument;
                    window.MoveNextUpTo((uint)to);
                    if (to > NeverSent)
                    {
                        Remove((int)(NeverSent - Oldest));
                        Oldest = EverSent = to;
                        Reset();
                    }
                    else
                    {
                        Acknowledge(to);
                    }

                    break;
                case Op.Restart:
                    window.Restart();
                    Reset();
                    Oldest = EverSent = 0;
                    break;
            }
        }

        public void Check(SendWindow window)
        {
            Assert.Equal((uint)Oldest, window.Oldest);
            Assert.Equal((uint)Next, window.Next);
            Assert.Equal(_entries.Count, window.Count);
            Assert.Equal(_entries.Count == capacity, window.IsFull);
            Assert.Equal((uint)NeverSent, window.NeverSent);
            Assert.Equal(Sent, window.Sent);
            Assert.Equal((uint)(Oldest + Sent), window.FirstUnsent);
            Assert.Equal(_entries.Count(e => e.Sent && !e.Lost && !e.Sacked), window.InFlight);
            Assert.Equal(_entries.Count(e => e.Lost), window.Lost);
            int lost = _entries.FindIndex(e => e.Lost);
            if (lost >= 0)
            {
                Assert.Equal((uint)(Oldest + lost), window.FirstLost());
            }

            byte[] copy = new byte[10];
            for (int i = 0; i < _entries.Count; i++)
            {
                uint number = (uint)(Oldest + i);
                Assert.Equal(_entries[i].Message.Length, window.LengthOf(number));
                Assert.Equal(_entries[i].Message, copy[1..(1 + window.Copy(number, copy, 1))]);
            }
        }

        private int Acknowledge(long number)
        {
            int count = number > NeverSent ? 0 : (int)Math.Max(0, number - Oldest);
            Remove(count);
            return count;
        }

        private void Remove(int count)
        {
            _entries.RemoveRange(0, count);
            Oldest += count;
        }

        private void Reset()
        {
            foreach (Entry entry in _entries)
            {
                entry.Sent = entry.Lost = entry.Sacked = false;
            }
        }
    }

    private sealed class Entry(byte[] message)
    {
        public byte[] Message => message;

        public bool Sent { get; set; }

        public bool Lost { get; set; }

        public bool Sacked { get; set; }
    }
}
