namespace Hoplink.Collections;

/// <summary>First in, first out.</summary>
internal sealed class ObjectQueue
{
    private object[] _ring = new object[4];
    private int _head;

    internal int Count { get; private set; }

    internal void Add(object item)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + Count) % _ring.Length] = item;
        Count++;
    }

    // The oldest, null if there is none.
    internal object Take()
    {
        if (Count == 0)
        {
            return null;
        }

        object item = _ring[_head];
        _ring[_head] = null;
        _head = (_head + 1) % _ring.Length;
        Count--;
        return item;
    }

    // The oldest, which stays; null if there is none.
    internal object Peek()
    {
        return Count == 0 ? null : _ring[_head];
    }

    private void Grow()
    {
        var larger = new object[_ring.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _ring[(_head + i) % _ring.Length];
        }

        _ring = larger;
        _head = 0;
    }
}
