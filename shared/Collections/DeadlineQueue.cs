using Hoplink.Timing;

namespace Hoplink.Collections;

/// <summary>Something with a deadline in a <see cref="DeadlineQueue"/>.</summary>
internal sealed class DeadlineEntry
{
    internal DeadlineEntry(object owner)
    {
        Owner = owner;
    }

    internal object Owner { get; }

    // us
    internal long At { get; set; } = TimerTable.Never;

    // Its place in the heap, -1 outside.
    internal int Index { get; set; } = -1;
}

/// <summary>One queue of deadlines for all sessions of a responder: a binary heap, so that nothing is scanned.</summary>
internal sealed class DeadlineQueue
{
    private DeadlineEntry[] _heap = new DeadlineEntry[4];
    private int _count;

    internal int Count
    {
        get { return _count; }
    }

    // The earliest deadline, us.
    internal long Earliest
    {
        get { return _count == 0 ? TimerTable.Never : _heap[0].At; }
    }

    // The entry whose deadline comes first; null if there is none.
    internal DeadlineEntry First
    {
        get { return _count == 0 ? null : _heap[0]; }
    }

    internal void Set(DeadlineEntry entry, long at)
    {
        if (at == entry.At && entry.Index >= 0)
        {
            return;
        }

        if (at == TimerTable.Never)
        {
            Remove(entry);
            return;
        }

        entry.At = at;
        if (entry.Index < 0)
        {
            Append(entry);
        }

        Up(entry.Index);
        Down(entry.Index);
    }

    internal void Remove(DeadlineEntry entry)
    {
        int index = entry.Index;
        entry.At = TimerTable.Never;
        if (index < 0)
        {
            return;
        }

        entry.Index = -1;
        _count--;
        DeadlineEntry last = _heap[_count];
        _heap[_count] = null;
        if (last != entry)
        {
            Place(last, index);
            Up(index);
            Down(last.Index);
        }
    }

    private void Append(DeadlineEntry entry)
    {
        if (_count == _heap.Length)
        {
            var larger = new DeadlineEntry[_count * 2];
            System.Array.Copy(_heap, larger, _count);
            _heap = larger;
        }

        Place(entry, _count);
        _count++;
    }

    private void Place(DeadlineEntry entry, int index)
    {
        _heap[index] = entry;
        entry.Index = index;
    }

    private void Up(int index)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (_heap[parent].At <= _heap[index].At)
            {
                return;
            }

            Swap(parent, index);
            index = parent;
        }
    }

    private void Down(int index)
    {
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= _count)
            {
                return;
            }

            if (child + 1 < _count && _heap[child + 1].At < _heap[child].At)
            {
                child++;
            }

            if (_heap[index].At <= _heap[child].At)
            {
                return;
            }

            Swap(index, child);
            index = child;
        }
    }

    private void Swap(int left, int right)
    {
        DeadlineEntry entry = _heap[left];
        Place(_heap[right], left);
        Place(entry, right);
    }
}
