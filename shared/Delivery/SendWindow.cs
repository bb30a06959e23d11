using System;
using Hoplink.Wire;

namespace Hoplink.Delivery;

/// <summary>
/// Messages that wait to be acknowledged, in order (protocol.md 6.1, 13.4): what a link owes the other end. It lives as long as the
/// link; what one session did with each message is kept beside it, for that session's <see cref="DataSender"/>, and forgotten
/// with it.
/// </summary>
public sealed class SendWindow
{
    private readonly OutgoingMessage[] _ring;
    private readonly int _maxMessageBytes;
    private int _head;
    private uint _lostHint;

    /// <summary>Allocates all slots.</summary>
    /// <param name="capacity">Messages, 1 or more.</param>
    /// <param name="maxMessageBytes">Longest message, 1 to 1182 bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of its range.</exception>
    public SendWindow(int capacity, int maxMessageBytes)
    {
        if (capacity < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity));
        }

        if (maxMessageBytes < 1 || maxMessageBytes > WireFormat.MaxMessage)
        {
            throw new ArgumentOutOfRangeException(nameof(maxMessageBytes));
        }

        _maxMessageBytes = maxMessageBytes;
        _ring = new OutgoingMessage[capacity];
        for (int i = 0; i < capacity; i++)
        {
            _ring[i] = new OutgoingMessage(maxMessageBytes);
        }
    }

    // Fields and not properties: every datagram reads them.

    /// <summary>Number of the oldest message that is not acknowledged; <see cref="Next"/> if there is none.</summary>
    public uint Oldest;

    /// <summary>Number that the next message will get.</summary>
    public uint Next => Oldest + (uint)Count;

    /// <summary>Messages not acknowledged, sent or not.</summary>
    public int Count;

    /// <summary>Whether there is no room for another message.</summary>
    public bool IsFull => Count == _ring.Length;

    /// <summary>
    /// The lowest number that was never sent on this link, in no session: an acknowledgment beyond it is false (2).
    /// </summary>
    public uint NeverSent;

    /// <summary>Messages sent in this session and not acknowledged: the first so many from <see cref="Oldest"/> on.</summary>
    internal int Sent;

    /// <summary>Of those, the ones neither SACKed nor taken for lost.</summary>
    internal int InFlight;

    /// <summary>Of those, the ones taken for lost.</summary>
    internal int Lost;

    /// <summary>Whether the session's counts can be true of the messages that are kept: the internal check of 8, StateCorrupt.</summary>
    internal bool IsConsistent =>
        InFlight >= 0 && Lost >= 0 && InFlight + Lost <= Sent && Sent <= Count && Count <= _ring.Length;

    /// <summary>Number of the first message that this session has not sent.</summary>
    internal uint FirstUnsent => Oldest + (uint)Sent;

    /// <summary>Takes a copy of a message and gives it the number <see cref="Next"/>; false if there is no room.</summary>
    /// <exception cref="ArgumentException">The array does not hold 1 to the most bytes at <paramref name="offset"/>.</exception>
    public bool TryAdd(byte[] source, int offset, int count)
    {
        MessageRange.Check(source, offset, count);
        if (count > _maxMessageBytes)
        {
            throw new ArgumentOutOfRangeException(nameof(count));
        }

        if (IsFull)
        {
            return false;
        }

        int slot = _head + Count;
        OutgoingMessage message = _ring[slot < _ring.Length ? slot : slot - _ring.Length];
        message.ResetTransmission();
        message.Length = count;
        Array.Copy(source, offset, message.Bytes, 0, count);
        Count++;
        return true;
    }

    /// <summary>
    /// Lets go of the messages below <paramref name="acknowledgment"/> and returns how many these were. An old acknowledgment and one
    /// beyond <see cref="NeverSent"/> let go of none.
    /// </summary>
    public int Acknowledge(uint acknowledgment)
    {
        int count = (int)(acknowledgment - Oldest);
        if (count <= 0 || (int)(acknowledgment - NeverSent) > 0)
        {
            return 0;
        }

        Release(count);
        return count;
    }

    /// <summary>Copies a message that is not acknowledged and returns its length in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No message of this number is kept.</exception>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    public int Copy(uint number, byte[] destination, int offset)
    {
        OutgoingMessage message = At(number);
        MessageRange.CheckRoom(destination, offset, message.Length);
        Array.Copy(message.Bytes, 0, destination, offset, message.Length);
        return message.Length;
    }

    /// <summary>Length of a message that is not acknowledged, bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No message of this number is kept.</exception>
    public int LengthOf(uint number)
    {
        return At(number).Length;
    }

    /// <summary>A new session begins: it has sent none of these messages.</summary>
    public void ResetTransmission()
    {
        // All slots, not the first Sent: that count may be what ended the last session (8, StateCorrupt).
        for (int i = 0; i < _ring.Length; i++)
        {
            _ring[i].ResetTransmission();
        }

        Sent = 0;
        InFlight = 0;
        Lost = 0;
        _lostHint = Oldest;
    }

    /// <summary>
    /// The link begins anew (13.4): what is not acknowledged is numbered from 0, and counts as never sent.
    /// </summary>
    public void Restart()
    {
        ResetTransmission();
        Oldest = 0;
        NeverSent = 0;
        _lostHint = 0;
    }

    /// <summary>
    /// The other end of a resumed link expects <paramref name="number"/>. If that is more than this end has sent (13.4), what was sent
    /// counts as acknowledged, and the first message that was not gets this number; else it only acknowledges.
    /// </summary>
    public void MoveNextUpTo(uint number)
    {
        if (!SerialNumber.IsNewer(number, NeverSent))
        {
            Acknowledge(number);
            return;
        }

        // protocol.md 13.4 is silent on messages that were numbered and never sent: the other end cannot have them, so they move up
        // with the numbers instead of counting as received.
        ResetTransmission();
        Release(SerialNumber.Distance(Oldest, NeverSent));
        Oldest = number;
        NeverSent = number;
        _lostHint = number;
    }

    /// <summary>Loses every message that is not acknowledged, as a fault would, and returns how many these were.</summary>
    public int Forget()
    {
        int count = Count;
        Release(count);
        return count;
    }

    /// <summary>Makes the session's counts impossible, as damaged memory would. The messages stay.</summary>
    internal void CorruptCounts()
    {
        InFlight = -1;
    }

    /// <summary>The slot of a message that is kept.</summary>
    internal OutgoingMessage At(uint number)
    {
        int distance = (int)(number - Oldest);
        if (distance < 0 || distance >= Count)
        {
            throw new ArgumentOutOfRangeException(nameof(number));
        }

        int slot = _head + distance;
        return _ring[slot < _ring.Length ? slot : slot - _ring.Length];
    }

    /// <summary>A message goes out: again (true), or for the first time, in order.</summary>
    internal bool MarkSent(uint number, long nowMicros)
    {
        int distance = (int)(number - Oldest);
        if (distance < 0 || distance > Sent || distance >= Count)
        {
            throw new ArgumentOutOfRangeException(nameof(number));
        }

        int slot = _head + distance;
        OutgoingMessage message = _ring[slot < _ring.Length ? slot : slot - _ring.Length];
        message.LastSent = nowMicros;
        bool again = distance != Sent;
        if (again)
        {
            TakeOut(message);
            message.TimesSent++;
            message.AcksPast = 0;
            message.IsTimed = false;
            message.IsLost = false;
            message.IsSacked = false;
        }
        else
        {
            message.TimesSent = 1;
            message.IsTimed = true;
            Sent++;
            if ((int)(number - NeverSent) >= 0)
            {
                NeverSent = number + 1;
            }
        }

        InFlight++;
        return again;
    }

    /// <summary>Takes a sent message for lost, whatever was known of it.</summary>
    internal void MarkLost(uint number)
    {
        OutgoingMessage message = At(number);
        TakeOut(message);
        message.IsSacked = false;
        message.IsLost = true;
        Lost++;
        if (Lost == 1 || SerialNumber.IsNewer(_lostHint, number))
        {
            _lostHint = number;
        }
    }

    /// <summary>The newest map says that the other end holds a sent message.</summary>
    internal void MarkSacked(uint number)
    {
        OutgoingMessage message = At(number);
        TakeOut(message);
        message.IsLost = false;
        message.IsSacked = true;
        message.IsTimed = false;
    }

    /// <summary>Number of the oldest message taken for lost. There must be one.</summary>
    internal uint FirstLost()
    {
        uint number = SerialNumber.IsNewer(Oldest, _lostHint) ? Oldest : _lostHint;
        while (!At(number).IsLost)
        {
            number++;
        }

        _lostHint = number;
        return number;
    }

    private void Release(int count)
    {
        int slot = _head;
        for (int i = 0; i < count; i++)
        {
            TakeOut(_ring[slot]);
            slot++;
            if (slot == _ring.Length)
            {
                slot = 0;
            }
        }

        _head = slot;
        uint oldest = Oldest + (uint)count;
        Oldest = oldest;
        if ((int)(oldest - NeverSent) > 0)
        {
            NeverSent = oldest;
        }

        Count -= count;
        Sent = Sent > count ? Sent - count : 0;
    }

    /// <summary>Takes a message out of the counts that it is in.</summary>
    private void TakeOut(OutgoingMessage message)
    {
        if (message.IsLost)
        {
            Lost--;
        }
        else if (message.TimesSent != 0 && !message.IsSacked)
        {
            InFlight--;
        }
    }
}
