using System;
using Hoplink.Device.Messages;
using Hoplink.Wire;

namespace Hoplink.Device;

/// <summary>
/// Replies that wait for room. Bounded: a reply that finds none is dropped and counted, so that a peer that sends commands but does not
/// read the replies cannot stop the device from reading.
/// </summary>
internal sealed class ReplyQueue
{
    private const int Capacity = 4;

    private readonly byte[][] _replies = new byte[Capacity][];
    private readonly int[] _lengths = new int[Capacity];
    private int _oldest;
    private int _count;

    public ReplyQueue(int maxMessageBytes)
    {
        for (int i = 0; i < Capacity; i++)
        {
            _replies[i] = new byte[maxMessageBytes];
        }
    }

    /// <summary>Replies dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Adds a reply to a command; the payload fits, for it is no longer than what the command brought or 72 bytes.</summary>
    public void Add(CommandCode code, int id, CommandResult result, byte[] payload, int offset, int count)
    {
        if (_count == Capacity)
        {
            Dropped++;
            return;
        }

        int slot = (_oldest + _count) % Capacity;
        byte[] reply = _replies[slot];
        reply[0] = (byte)MessageType.CommandReply;
        reply[1] = (byte)code;
        BigEndian.WriteUInt16(reply, 2, (ushort)id);
        reply[4] = (byte)result;
        if (count > 0)
        {
            Array.Copy(payload, offset, reply, Command.HeaderSize, count);
        }

        _lengths[slot] = Command.HeaderSize + count;
        _count++;
    }

    /// <summary>Sends what waits, as far as there is room.</summary>
    public void Flush(Outbox outbox, long now)
    {
        while (_count > 0 && outbox.TrySend(_replies[_oldest], _lengths[_oldest], now))
        {
            _oldest = (_oldest + 1) % Capacity;
            _count--;
        }
    }
}
