using Hoplink.Parameters;
using Hoplink.Timing;

namespace Hoplink.Recovery;

/// <summary>A sliding window (8): so many events within 10 s. It keeps the times of the last so many.</summary>
internal sealed class EventWindow
{
    private const long Span = SpecConstants.ConditionWindowMs * SpecConstants.MicrosPerMs;

    private readonly long[] _times;
    private int _next;
    private int _count;

    /// <summary>Holds from the <paramref name="threshold"/>th event within 10 s.</summary>
    internal EventWindow(int threshold)
    {
        _times = new long[threshold];
    }

    internal void Add(long now)
    {
        _times[_next] = now;
        _next = (_next + 1) % _times.Length;
        if (_count < _times.Length)
        {
            _count++;
        }
    }

    internal bool Holds(long now)
    {
        return _count == _times.Length && now - _times[_next] <= Span;
    }

    // When it stops holding if nothing more happens.
    internal long EndsAt()
    {
        return _count == _times.Length ? _times[_next] + Span + 1 : TimerTable.Never;
    }

    internal void Clear()
    {
        _count = 0;
        _next = 0;
    }
}
