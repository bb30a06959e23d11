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
    private int _count;
    private int _sent;
    private int _inFlight;
    private int _lost;
    private uint _oldest;
    private uint _everSent;
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

    /// <summary>Number of the oldest message that is not acknowledged; <see cref="Next"/> if there is none.</summary>
    public uint Oldest => _oldest;

    /// <summary>Number that the next message will get.</summary>
    public uint Next => _oldest + (uint)_count;

    /// <summary>Messages not acknowledged, sent or not.</summary>
    public int Count => _count;

    /// <summary>Whether there is no room for another message.</summary>
    public bool IsFull => _count == _ring.Length;

    /// <summary>
    /// The lowest number that was never sent on this link, in no session: an acknowledgment beyond it is false (2).
    /// </summary>
    public uint NeverSent => (int)(_oldest - _everSent) > 0 ? _oldest : _everSent;

    /// <summary>Messages sent in this session and not acknowledged: the first so many from <see cref="Oldest"/> on.</summary>
    internal int Sent => _sent;

    /// <summary>Of those, the ones neither SACKed nor taken for lost.</summary>
    internal int InFlight => _inFlight;

    /// <summary>Of those, the ones taken for lost.</summary>
    internal int Lost => _lost;

    /// <summary>Whether the session's counts can be true of the messages that are kept: the internal check of 8, StateCorrupt.</summary>
    internal bool IsConsistent =>
        _inFlight >= 0 && _lost >= 0 && _inFlight + _lost <= _sent && _sent <= _count && _count <= _ring.Length;

    /// <summary>Number of the first message that this session has not sent.</summary>
    internal uint FirstUnsent => _oldest + (uint)_sent;

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

        int slot = _head + _count;
        OutgoingMessage message = _ring[slot < _ring.Length ? slot : slot - _ring.Length];
        message.ResetTransmission();
        message.Length = count;
        Array.Copy(source, offset, message.Bytes, 0, count);
        _count++;
        return true;
    }

    /// <summary>
    /// Lets go of the messages below <paramref name="acknowledgment"/> and returns how many these were. An old acknowledgment and one
    /// beyond <see cref="NeverSent"/> let go of none.
    /// </summary>
    public int Acknowledge(uint acknowledgment)
    {
        int count = (int)(acknowledgment - _oldest);
        if (count <= 0 || SerialNumber.IsNewer(acknowledgment, NeverSent))
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

        _sent = 0;
        _inFlight = 0;
        _lost = 0;
        _lostHint = _oldest;
    }

    /// <summary>
    /// The link begins anew (13.4): what is not acknowledged is numbered from 0, and counts as never sent.
    /// </summary>
    public void Restart()
    {
        ResetTransmission();
        _oldest = 0;
        _everSent = 0;
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
        Release(SerialNumber.Distance(_oldest, NeverSent));
        _oldest = number;
        _everSent = number;
        _lostHint = number;
    }

    /// <summary>Loses every message that is not acknowledged, as a fault would, and returns how many these were.</summary>
    public int Forget()
    {
        int count = _count;
        Release(count);
        return count;
    }

    /// <summary>Makes the session's counts impossible, as damaged memory would. The messages stay.</summary>
    internal void CorruptCounts()
    {
        _inFlight = -1;
    }

    /// <summary>The slot of a message that is kept.</summary>
    internal OutgoingMessage At(uint number)
    {
        int distance = (int)(number - _oldest);
        if (distance < 0 || distance >= _count)
        {
            throw new ArgumentOutOfRangeException(nameof(number));
        }

        int slot = _head + distance;
        return _ring[slot < _ring.Length ? slot : slot - _ring.Length];
    }

    /// <summary>A message goes out: again (true), or for the first time, in order.</summary>
    internal bool MarkSent(uint number, long nowMicros)
    {
        int distance = (int)(number - _oldest);
        if (distance < 0 || distance > _sent || distance >= _count)
        {
            throw new ArgumentOutOfRangeException(nameof(number));
        }

        OutgoingMessage message = _ring[SlotAt(distance)];
        message.LastSent = nowMicros;
        bool again = distance != _sent;
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
            _sent++;
            if (SerialNumber.IsNewer(number + 1, _everSent))
            {
                _everSent = number + 1;
            }
        }

        _inFlight++;
        return again;
    }

    /// <summary>Takes a sent message for lost, whatever was known of it.</summary>
    internal void MarkLost(uint number)
    {
        OutgoingMessage message = At(number);
        TakeOut(message);
        message.IsSacked = false;
        message.IsLost = true;
        _lost++;
        if (_lost == 1 || SerialNumber.IsNewer(_lostHint, number))
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
        uint number = SerialNumber.IsNewer(_oldest, _lostHint) ? _oldest : _lostHint;
        while (!At(number).IsLost)
        {
            number++;
        }

        _lostHint = number;
        return number;
    }

    private int SlotAt(int distance)
    {
        int slot = _head + distance;
        return slot < _ring.Length ? slot : slot - _ring.Length;
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
        _oldest += (uint)count;
        _count -= count;
        _sent = _sent > count ? _sent - count : 0;
    }

    /// <summary>Takes a message out of the counts that it is in.</summary>
    private void TakeOut(OutgoingMessage message)
    {
        if (message.IsLost)
        {
            _lost--;
        }
        else if (message.TimesSent != 0 && !message.IsSacked)
        {
            _inFlight--;
        }
    }
}
