using Hoplink.Parameters;

namespace Hoplink.Hopping;

/// <summary>A hop port that the host is to bind or to close.</summary>
public sealed class PortChange
{
    /// <summary>The port.</summary>
    public int Port { get; internal set; }

    /// <summary>True to bind it, false to close it.</summary>
    public bool Open { get; internal set; }
}

/// <summary>
/// Which hop ports are wanted by how many sessions (5.2). A range of up to 1024 ports is bound once and for all, so nothing is kept.
/// </summary>
internal sealed class PortBook
{
    private readonly int _first;
    private readonly short[] _wanted;
    private readonly bool[] _queued;
    private readonly bool[] _open;
    private readonly int[] _queue;
    private int _head;
    private int _count;

    internal PortBook(int first, int count)
    {
        IsDynamic = count > SpecConstants.MaxFixedHopPorts;
        _first = first;
        int size = IsDynamic ? count : 0;
        _wanted = new short[size];
        _queued = new bool[size];
        _open = new bool[size];
        _queue = new int[size];
    }

    // Ports come and go window by window.
    internal bool IsDynamic { get; }

    internal void Acquire(int port)
    {
        int index = port - _first;
        _wanted[index]++;
        Enqueue(index);
    }

    internal void Release(int port)
    {
        int index = port - _first;
        _wanted[index]--;
        Enqueue(index);
    }

    internal bool Contains(int port)
    {
        return port >= _first && port < _first + _wanted.Length;
    }

    // A port whose state is not what is wanted. False if there is none.
    internal bool Poll(PortChange change)
    {
        while (_count > 0)
        {
            int index = _queue[_head];
            _head = (_head + 1) % _queue.Length;
            _count--;
            _queued[index] = false;
            bool wanted = _wanted[index] > 0;
            if (wanted != _open[index])
            {
                _open[index] = wanted;
                change.Port = _first + index;
                change.Open = wanted;
                return true;
            }
        }

        return false;
    }

    private void Enqueue(int index)
    {
        if (!_queued[index])
        {
            _queued[index] = true;
            _queue[(_head + _count) % _queue.Length] = index;
            _count++;
        }
    }
}
