namespace Hoplink.Collections;

/// <summary>
/// Objects by 64-bit id: open addressing, linear probing, removal without tombstones. Session ids are random, so their low bits are the
/// hash; key ids are hashes.
/// </summary>
internal sealed class IdTable
{
    private const int FirstSize = 4;

    private ulong[] _ids = new ulong[FirstSize];
    private object[] _values = new object[FirstSize];

    internal int Count { get; private set; }

    internal object Find(ulong id)
    {
        for (int i = Slot(id); _values[i] != null; i = Next(i))
        {
            if (_ids[i] == id)
            {
                return _values[i];
            }
        }

        return null;
    }

    internal void Add(ulong id, object value)
    {
        if (Count >= _ids.Length / 2)
        {
            Grow();
        }

        Insert(id, value);
    }

    internal void Remove(ulong id)
    {
        int hole = Slot(id);
        while (_values[hole] != null && _ids[hole] != id)
        {
            hole = Next(hole);
        }

        if (_values[hole] == null)
        {
            return;
        }

        Count--;
        _values[hole] = null;

        // Whatever follows in the run and could stand in the hole moves there.
        for (int i = Next(hole); _values[i] != null; i = Next(i))
        {
            int home = Slot(_ids[i]);
            bool between = hole <= i ? hole < home && home <= i : hole < home || home <= i;
            if (!between)
            {
                _ids[hole] = _ids[i];
                _values[hole] = _values[i];
                _values[i] = null;
                hole = i;
            }
        }
    }

    internal void CopyTo(ObjectQueue queue)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            if (_values[i] != null)
            {
                queue.Add(_values[i]);
            }
        }
    }

    private void Insert(ulong id, object value)
    {
        int i = Slot(id);
        while (_values[i] != null && _ids[i] != id)
        {
            i = Next(i);
        }

        Count += _values[i] == null ? 1 : 0;
        _ids[i] = id;
        _values[i] = value;
    }

    private void Grow()
    {
        ulong[] ids = _ids;
        object[] values = _values;
        _ids = new ulong[ids.Length * 2];
        _values = new object[ids.Length * 2];
        Count = 0;
        for (int i = 0; i < ids.Length; i++)
        {
            if (values[i] != null)
            {
                Insert(ids[i], values[i]);
            }
        }
    }

    private int Slot(ulong id)
    {
        return (int)(id & (ulong)(_ids.Length - 1));
    }

    private int Next(int slot)
    {
        return (slot + 1) & (_ids.Length - 1);
    }
}
