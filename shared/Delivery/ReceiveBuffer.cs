using System;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Delivery;

/// <summary>What <see cref="ReceiveBuffer.Accept"/> did with a message.</summary>
public enum ReceiveVerdict : byte
{
    /// <summary>It was the next expected, which moved.</summary>
    InOrder,

    /// <summary>It is kept until what is missing before it has come.</summary>
    Held,

    /// <summary>It was received before.</summary>
    Duplicate,

    /// <summary>It lies beyond the window last offered, or is longer than the link allows. It is not kept.</summary>
    OutsideWindow,

    /// <summary>It lies in the window last offered, but no more may be held: ReorderOverflow (8). It is not kept.</summary>
    NoRoom,
}

/// <summary>
/// Received messages in order, exactly once (protocol.md 6.1, 6.2, 11): those that the application has not read, and those held beyond
/// a hole. It lives as long as a link.
/// </summary>
/// <remarks>
/// A ring of slots that are allocated at birth. A slot belongs to a distance from the first unread message, not to a number:
/// numbers begin anew with the link (13.4) while unread messages stay.
/// </remarks>
public sealed class ReceiveBuffer
{
    private readonly byte[][] _slots;
    private readonly int[] _lengths;
    private readonly int _maxMessageBytes;
    private readonly int _reorderLimit;
    private int _head;
    private uint _highestSeen = uint.MaxValue;
    private uint _offeredEdge;

    /// <summary>Allocates all slots.</summary>
    /// <param name="capacity">Messages, unread and held together, 1 or more.</param>
    /// <param name="maxMessageBytes">Longest message, 1 to 1182 bytes.</param>
    /// <param name="reorderLimit">Most messages held beyond a hole, 0 to <paramref name="capacity"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public ReceiveBuffer(int capacity, int maxMessageBytes, int reorderLimit)
    {
        if (capacity < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity));
        }

        if (maxMessageBytes < 1 || maxMessageBytes > WireFormat.MaxMessage)
        {
            throw new ArgumentOutOfRangeException(nameof(maxMessageBytes));
        }

        if (reorderLimit < 0 || reorderLimit > capacity)
        {
            throw new ArgumentOutOfRangeException(nameof(reorderLimit));
        }

        _maxMessageBytes = maxMessageBytes;
        _reorderLimit = reorderLimit;
        _lengths = new int[capacity];
        _slots = new byte[capacity][];
        for (int i = 0; i < capacity; i++)
        {
            _slots[i] = new byte[maxMessageBytes];
        }

        OfferWindow();
    }

    // Fields and not properties: every datagram reads them.

    /// <summary>Number of the message that is to come next.</summary>
    public uint NextExpected;

    /// <summary>Highest number seen, kept or not; <see cref="NextExpected"/> - 1 when nothing above was seen.</summary>
    public uint HighestSeen => _highestSeen;

    /// <summary>Messages held beyond a hole.</summary>
    public int Held;

    /// <summary>Messages it has room for.</summary>
    public int Capacity => _slots.Length;

    /// <summary>Bytes of the longest message it takes.</summary>
    public int MaxMessageBytes => _maxMessageBytes;

    /// <summary>Messages in order that the application has not read.</summary>
    public int Unread;

    /// <summary>The window to offer: only unread messages make it smaller (6.1). 0 to 1000 messages.</summary>
    public int Window => Integers.Smaller(_slots.Length - Unread, SpecConstants.MaxReceiveWindow);

    /// <summary>Whether the window last offered was 0 (8, GapTimeout).</summary>
    public bool OfferedZero;

    /// <summary>Length of the next unread message in bytes, -1 if there is none.</summary>
    public int NextLength => Unread == 0 ? -1 : _lengths[_head];

    /// <summary>Returns <see cref="Window"/> for a datagram that is about to go, and remembers what it allows.</summary>
    public int OfferWindow()
    {
        int window = _slots.Length - Unread;
        if (window > SpecConstants.MaxReceiveWindow)
        {
            window = SpecConstants.MaxReceiveWindow;
        }

        _offeredEdge = NextExpected + (uint)window;
        OfferedZero = window == 0;
        return window;
    }

    /// <summary>Takes a message from a fresh datagram.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no message of <paramref name="count"/> bytes in the array.</exception>
    public ReceiveVerdict Accept(uint number, byte[] source, int offset, int count)
    {
        byte[][] slots = _slots;
        int unread = Unread;
        if (number == NextExpected && Held == 0 && unread < slots.Length && (int)(_offeredEdge - number) > 0
            && source != null && offset >= 0 && count > 0 && count <= source.Length - offset && count <= _maxMessageBytes)
        {
            // The usual case: nothing is missing.
            int free = _head + unread;
            if (free >= slots.Length)
            {
                free -= slots.Length;
            }

            Array.Copy(source, offset, slots[free], 0, count);
            _lengths[free] = count;
            Unread = unread + 1;
            NextExpected = number + 1;
            if ((int)(number - _highestSeen) > 0)
            {
                _highestSeen = number;
            }

            return ReceiveVerdict.InOrder;
        }

        MessageRange.Check(source, offset, count);
        int distance = (int)(number - NextExpected);
        if (distance < 0)
        {
            return ReceiveVerdict.Duplicate;
        }

        // Highest seen may be NextExpected - 1, so comparing the two numbers would err when they are 2^31 apart.
        if (distance > (int)(_highestSeen - NextExpected))
        {
            _highestSeen = number;
        }

        if (distance >= (int)(_offeredEdge - NextExpected) || distance >= _slots.Length - Unread
            || count > _maxMessageBytes)
        {
            return ReceiveVerdict.OutsideWindow;
        }

        int slot = SlotAt(Unread + distance);
        if (_lengths[slot] != 0)
        {
            return ReceiveVerdict.Duplicate;
        }

        // The next expected is never held, so it always finds room: held messages cannot block it.
        if (distance > 0 && Held >= _reorderLimit)
        {
            return ReceiveVerdict.NoRoom;
        }

        Array.Copy(source, offset, _slots[slot], 0, count);
        _lengths[slot] = count;
        Held++;
        if (distance > 0)
        {
            return ReceiveVerdict.Held;
        }

        DeliverInOrder();
        return ReceiveVerdict.InOrder;
    }

    /// <summary>The map of 6.2: bit i says that message <see cref="NextExpected"/> + 1 + i is held.</summary>
    public uint SackMap()
    {
        uint map = 0;
        if (Held != 0)
        {
            int last = Integers.Smaller(32, _slots.Length - Unread - 1);
            for (int i = 0; i < last; i++)
            {
                if (_lengths[SlotAt(Unread + 1 + i)] != 0)
                {
                    map |= 1u << i;
                }
            }
        }

        return map;
    }

    /// <summary>Copies the next message and frees its slot. Returns its length in bytes, -1 if there is none.</summary>
    /// <exception cref="ArgumentException">The message does not fit; it stays unread.</exception>
    public int Read(byte[] destination, int offset)
    {
        if (Unread == 0)
        {
            return -1;
        }

        int head = _head;
        int length = _lengths[head];
        MessageRange.CheckRoom(destination, offset, length);
        Array.Copy(_slots[head], 0, destination, offset, length);
        _lengths[head] = 0;
        head++;
        _head = head == _slots.Length ? 0 : head;
        Unread--;
        return length;
    }

    /// <summary>
    /// Gives up the messages below <paramref name="number"/> (11): held ones are dropped, what is then in order can be read.
    /// Returns how many were given up, from the old <see cref="NextExpected"/> on; 0 if the number is not ahead.
    /// </summary>
    public int SkipTo(uint number)
    {
        int skipped = SerialNumber.Distance(NextExpected, number);
        if (skipped <= 0)
        {
            return 0;
        }

        // Held messages keep their distance from the first unread one only if all of them move down by the same count.
        int room = _slots.Length - Unread;
        int dropped = Integers.Smaller(skipped, room);
        for (int i = 0; i < dropped; i++)
        {
            Drop(SlotAt(Unread + i));
        }

        for (int i = dropped; i < room && dropped > 0; i++)
        {
            Exchange(SlotAt(Unread + i), SlotAt(Unread + i - dropped));
        }

        NextExpected = number;
        RaiseHighestSeen();
        DeliverInOrder();
        return skipped;
    }

    /// <summary>Forgets numbers seen but not kept: after a repair, highest seen is the highest held (11).</summary>
    public void TrimHighestSeen()
    {
        _highestSeen = NextExpected - 1;
        int left = Held;
        for (int i = 1; left > 0; i++)
        {
            if (_lengths[SlotAt(Unread + i)] != 0)
            {
                _highestSeen = NextExpected + (uint)i;
                left--;
            }
        }
    }

    /// <summary>Loses what is held beyond a hole, as a fault would. The other end still has it all.</summary>
    public void DropHeld()
    {
        for (int i = 1; Held > 0; i++)
        {
            Drop(SlotAt(Unread + i));
        }
    }

    /// <summary>The link begins anew (13.4): message 0 is next, nothing is held, and unread messages stay readable.</summary>
    public void Restart()
    {
        DropHeld();
        NextExpected = 0;
        _highestSeen = uint.MaxValue;

        // The handshake offered a window under the old numbers; it holds for the new ones.
        OfferWindow();
    }

    private int SlotAt(int distance)
    {
        int slot = _head + distance;
        return slot < _slots.Length ? slot : slot - _slots.Length;
    }

    /// <summary>Makes readable what follows without a hole.</summary>
    private void DeliverInOrder()
    {
        while (Held > 0 && _lengths[SlotAt(Unread)] != 0)
        {
            Held--;
            Unread++;
            NextExpected++;
        }

        RaiseHighestSeen();
    }

    private void RaiseHighestSeen()
    {
        uint last = NextExpected - 1;
        if ((int)(last - _highestSeen) > 0)
        {
            _highestSeen = last;
        }
    }

    private void Drop(int slot)
    {
        if (_lengths[slot] != 0)
        {
            _lengths[slot] = 0;
            Held--;
        }
    }

    private void Exchange(int left, int right)
    {
        byte[] slot = _slots[left];
        int length = _lengths[left];
        _slots[left] = _slots[right];
        _lengths[left] = _lengths[right];
        _slots[right] = slot;
        _lengths[right] = length;
    }
}
