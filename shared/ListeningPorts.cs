using Hoplink.Hopping;
using Hoplink.Keys;
using Hoplink.Timing;

namespace Hoplink;

/// <summary>
/// The hop ports that one session wants open (5.2): port(w-1), port(w), port(w+1) of every key epoch that it accepts (12.5), and the port
/// of its newest datagram.
/// </summary>
internal sealed class ListeningPorts
{
    private const int WindowsOpen = 3;
    private const int Most = 24;

    private readonly PortBook _book;
    private int[] _held;
    private int[] _next;
    private int _heldCount;
    private int _nextCount;

    internal ListeningPorts(PortBook book)
    {
        _book = book;
        int most = book.IsDynamic ? Most : 0;
        _held = new int[most];
        _next = new int[most];
    }

    // When the set changes by itself, us of the host's clock.
    internal long NextChange { get; private set; } = TimerTable.Never;

    // sessionMicros: the session clock now. newestPort: 0 for none.
    internal void Update(EpochTable epochs, long sessionMicros, int newestPort, long now)
    {
        if (!_book.IsDynamic)
        {
            return;
        }

        _nextCount = 0;
        NextChange = TimerTable.Never;
        if (_book.Contains(newestPort))
        {
            Want(newestPort);
        }

        for (int i = 0; i < epochs.Count; i++)
        {
            HopSchedule hops = epochs.Accepted(i).Hops;
            long window = hops.WindowAt(sessionMicros);
            for (int k = 0; k < WindowsOpen; k++)
            {
                Want(hops.PortOf(window - 1 + k));
            }

            long ends = now + hops.EndOf(window) - sessionMicros;
            NextChange = ends < NextChange ? ends : NextChange;
        }

        Swap();
    }

    internal void Close()
    {
        HoldOnly(0);
    }

    // Nothing but this port, which may be 0 for none.
    internal void HoldOnly(int port)
    {
        _nextCount = 0;
        NextChange = TimerTable.Never;
        if (_book.Contains(port))
        {
            Want(port);
        }

        Swap();
    }

    // Whether the host has this port open, as far as this session goes.
    internal bool IsOpen(int port)
    {
        if (!_book.Contains(port))
        {
            return true;
        }

        for (int i = 0; i < _heldCount; i++)
        {
            if (_held[i] == port)
            {
                return true;
            }
        }

        return false;
    }

    private void Want(int port)
    {
        if (_nextCount < _next.Length)
        {
            _next[_nextCount] = port;
            _nextCount++;
            _book.Acquire(port);
        }
    }

    // The new ones are held before the old ones go, so that a port in both stays open.
    private void Swap()
    {
        for (int i = 0; i < _heldCount; i++)
        {
            _book.Release(_held[i]);
        }

        int[] old = _held;
        _held = _next;
        _heldCount = _nextCount;
        _next = old;
    }
}
