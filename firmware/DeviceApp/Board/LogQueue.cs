using System;

namespace Hoplink.Device.Board;

/// <summary>
/// Lines on their way to a slow serial line, so that the thread of the link does not wait for it. Bounded: the newest line is dropped, and
/// how many were is said in its place. Any thread may add; one takes.
/// </summary>
public sealed class LogQueue
{
    private readonly object _lock = new object();
    private readonly string[] _lines;
    private int _oldest;
    private int _count;
    private int _dropped;

    /// <summary>Holds so many lines, 1 or more.</summary>
    /// <exception cref="ArgumentException">The capacity is below 1.</exception>
    public LogQueue(int capacity)
    {
        if (capacity < 1)
        {
            throw new ArgumentException("capacity must be 1 or more");
        }

        _lines = new string[capacity];
    }

    /// <summary>True if nothing waits.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _count == 0 && _dropped == 0;
            }
        }
    }

    /// <summary>Adds a line.</summary>
    public void Add(string line)
    {
        lock (_lock)
        {
            if (_count == _lines.Length)
            {
                _dropped++;
                return;
            }

            _lines[(_oldest + _count) % _lines.Length] = line;
            _count++;
        }
    }

    /// <summary>The oldest line; null if there is none.</summary>
    public string Take()
    {
        lock (_lock)
        {
            if (_count > 0)
            {
                string line = _lines[_oldest];
                _lines[_oldest] = null;
                _oldest = (_oldest + 1) % _lines.Length;
                _count--;
                return line;
            }

            if (_dropped == 0)
            {
                return null;
            }

            int dropped = _dropped;
            _dropped = 0;
            return "(" + dropped.ToString() + " lines dropped)";
        }
    }
}
