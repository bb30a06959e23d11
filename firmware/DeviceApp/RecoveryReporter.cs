using Hoplink.Device.Messages;
using Hoplink.Recovery;

namespace Hoplink.Device;

/// <summary>
/// Counts recoveries, and keeps link events until they can be told to the peer. The queue is bounded: the oldest event is dropped and
/// counted.
/// </summary>
internal sealed class RecoveryReporter
{
    private readonly RecoveryEvent[] _queue;
    private readonly long[] _recoveries = new long[5];
    private readonly byte[] _message = new byte[RecoveryEvent.Size];
    private int _oldest;
    private int _count;

    public RecoveryReporter(int capacity)
    {
        _queue = new RecoveryEvent[capacity];
        for (int i = 0; i < capacity; i++)
        {
            _queue[i] = new RecoveryEvent();
        }
    }

    /// <summary>Events dropped unreported.</summary>
    public long Dropped { get; private set; }

    /// <summary>Recoveries completed at a level from L1 to L3; at L4, sessions that ended otherwise than by closing.</summary>
    public long Recoveries(RecoveryLevel level)
    {
        return _recoveries[(int)level];
    }

    /// <summary>Takes an event of the link.</summary>
    public void Add(LinkEvent linkEvent, long uptimeMillis)
    {
        Count(linkEvent);
        if (!IsReported(linkEvent.Kind))
        {
            return;
        }

        if (_count == _queue.Length)
        {
            _oldest = (_oldest + 1) % _queue.Length;
            _count--;
            Dropped++;
        }

        Copy(linkEvent, uptimeMillis, _queue[(_oldest + _count) % _queue.Length]);
        _count++;
    }

    /// <summary>Sends what is kept, as far as there is room.</summary>
    public void Flush(Outbox outbox, long now)
    {
        while (_count > 0)
        {
            _queue[_oldest].Write(_message, 0);
            if (!outbox.TrySend(_message, RecoveryEvent.Size, now))
            {
                return;
            }

            _oldest = (_oldest + 1) % _queue.Length;
            _count--;
        }
    }

    // Reconnecting comes every other second of an outage and would push out what led to it, and so does a refusal, which the peer knows of;
    // the last two cannot be told any more.
    private static bool IsReported(LinkEventKind kind)
    {
        return kind != LinkEventKind.Reconnecting && kind != LinkEventKind.EncryptionRefused && kind != LinkEventKind.PeerClosing
            && kind != LinkEventKind.Closed;
    }

    private static void Copy(LinkEvent from, long uptimeMillis, RecoveryEvent to)
    {
        to.Kind = from.Kind;
        to.Level = from.Level;
        to.FromLevel = from.FromLevel;
        to.Condition = from.Condition;
        to.Attempt = from.Attempt;
        to.Result = from.Result;
        to.Conditions = from.Conditions;
        to.First = from.First;
        to.Count = (uint)from.Count;
        to.Epoch = from.Epoch;
        to.DurationMicros = from.DurationMicros;
        to.UptimeMillis = uptimeMillis;
        to.Resumed = from.Resumed;
    }

    private void Count(LinkEvent linkEvent)
    {
        RecoveryLevel level = RecoveryLevel.None;
        if (linkEvent.Kind == LinkEventKind.RungSucceeded)
        {
            level = linkEvent.Level;
        }
        else if (linkEvent.Kind == LinkEventKind.Terminated)
        {
            level = RecoveryLevel.ConnectionTerminate;
        }

        if (level != RecoveryLevel.None && (int)level < _recoveries.Length)
        {
            _recoveries[(int)level]++;
        }
    }
}
