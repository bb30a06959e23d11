using Hoplink.Crypto;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Hopping;

/// <summary>Which port a window has (5.2). It belongs to a key epoch (12.5).</summary>
public sealed class HopSchedule
{
    private const int CacheSize = 4;
    private const long WindowMicros = SpecConstants.HOP_INTERVAL_MS * SpecConstants.MicrosPerMs;

    private readonly HmacKey _hopKey;
    private readonly long _phaseMicros;
    private readonly int _first;
    private readonly uint _count;
    private readonly long[] _windows = new long[CacheSize];
    private readonly int[] _ports = new int[CacheSize];
    private readonly byte[] _scratch = new byte[12];

    // The port that PortAt gave last, and from when until when it has it.
    private long _from;
    private long _until;
    private int _port;

    /// <summary>
    /// Makes the schedule of one epoch. <paramref name="phaseMs"/> is 0 to 499; ports run from <paramref name="first"/>,
    /// <paramref name="count"/> of them. It takes over <paramref name="hopKey"/> and wipes it.
    /// </summary>
    public HopSchedule(HmacKey hopKey, int phaseMs, int first, int count)
    {
        _hopKey = hopKey;
        _phaseMicros = phaseMs * SpecConstants.MicrosPerMs;
        _first = first;
        _count = (uint)count;
        for (int i = 0; i < CacheSize; i++)
        {
            _windows[i] = long.MinValue;
        }
    }

    /// <summary>The window that holds at a time of the session clock, us. Negative before the session began.</summary>
    public long WindowAt(long sessionMicros)
    {
        long time = sessionMicros + _phaseMicros;
        long window = time / WindowMicros;
        return time < 0 && window * WindowMicros != time ? window - 1 : window;
    }

    /// <summary>When a window ends, us of the session clock.</summary>
    public long EndOf(long window)
    {
        return ((window + 1) * WindowMicros) - _phaseMicros;
    }

    /// <summary>The port at a time of the session clock, us.</summary>
    public int PortAt(long sessionMicros)
    {
        if (sessionMicros >= _until || sessionMicros < _from)
        {
            long window = WindowAt(sessionMicros);
            _port = PortOf(window);
            _from = EndOf(window - 1);
            _until = EndOf(window);
        }

        return _port;
    }

    /// <summary>The port of a window. The last few are remembered, so that a datagram costs no HMAC for it.</summary>
    public int PortOf(long window)
    {
        int slot = (int)(window & (CacheSize - 1));
        if (_windows[slot] == window)
        {
            return _ports[slot];
        }

        BigEndian.WriteInt64(_scratch, 0, window);
        _hopKey.Compute(_scratch, 0, 8, _scratch, 8, 4);
        uint value = BigEndian.ReadUInt32(_scratch, 8);
        _ports[slot] = _first + (int)(value % _count);
        _windows[slot] = window;
        return _ports[slot];
    }

    /// <summary>True if the port is that of the window at this time, of the one before or of the one after (5.2).</summary>
    public bool IsOpen(int port, long sessionMicros)
    {
        long window = WindowAt(sessionMicros);
        return PortOf(window) == port || PortOf(window - 1) == port || PortOf(window + 1) == port;
    }

    /// <summary>Overwrites the key.</summary>
    public void Wipe()
    {
        _hopKey.Wipe();
    }
}
