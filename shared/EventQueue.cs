namespace Hoplink;

/// <summary>
/// Events on their way to the application. A host that does not fetch them loses the newest, counted; the last quarter is kept for those
/// that tell of messages and of ends, which are lost last.
/// </summary>
internal sealed class EventQueue
{
    private readonly LinkEvent[] _events;
    private readonly LinkEvent _overflow = new LinkEvent();
    private int _head;
    private int _count;

    internal EventQueue(int capacity)
    {
        _events = new LinkEvent[capacity];
    }

    // Events that found no room.
    internal int Dropped { get; private set; }

    // A cleared event at the end of the queue, for the caller to fill in.
    internal LinkEvent Add(LinkEventKind kind, Link link, long now)
    {
        LinkEvent added = _overflow;
        int limit = IsVital(kind) ? _events.Length : _events.Length - (_events.Length / 4);
        if (_count < limit)
        {
            // Made with its first use: most bursts are short, and the queue starts over whenever it is empty.
            int slot = (_head + _count) % _events.Length;
            added = _events[slot];
            if (added == null)
            {
                added = _events[slot] = new LinkEvent();
            }

            _count++;
        }
        else
        {
            Dropped++;
        }

        added.Clear();
        added.Kind = kind;
        added.Link = link;
        added.Time = now;
        return added;
    }

    internal bool TryTake(LinkEvent destination)
    {
        if (_count == 0)
        {
            return false;
        }

        LinkEvent taken = _events[_head];
        destination.CopyFrom(taken);
        taken.Clear();
        _count--;
        _head = _count == 0 ? 0 : (_head + 1) % _events.Length;
        return true;
    }

    private static bool IsVital(LinkEventKind kind)
    {
        return kind == LinkEventKind.MessagesLost || kind == LinkEventKind.LinkRestarted || kind == LinkEventKind.Terminated
            || kind == LinkEventKind.Closed;
    }
}
