using Hoplink.Parameters;

namespace Hoplink.Timing;

/// <summary>At most so many events in each second that begins with an event.</summary>
public sealed class RateLimit
{
    private readonly int _perSecond;
    private long _start;
    private int _used;

    /// <summary>Allows <paramref name="perSecond"/> events a second.</summary>
    public RateLimit(int perSecond)
    {
        _perSecond = perSecond;
    }

    /// <summary>Takes one of this second's events; false if there is none left.</summary>
    public bool TryTake(long now)
    {
        if (IsIdle(now))
        {
            _start = now;
            _used = 0;
        }

        if (_used >= _perSecond)
        {
            return false;
        }

        _used++;
        return true;
    }

    /// <summary>True if no second is under way: none has begun, or the last is over.</summary>
    public bool IsIdle(long now)
    {
        return _used == 0 || now - _start >= SpecConstants.MicrosPerSecond;
    }

    /// <summary>Forgets what was taken.</summary>
    public void Reset()
    {
        _used = 0;
    }

    /// <summary>True if <see cref="TryTake"/> would succeed.</summary>
    public bool HasRoom(long now)
    {
        return _used < _perSecond || IsIdle(now);
    }

    /// <summary>True if <see cref="TryTake"/> would succeed so many times.</summary>
    public bool HasRoomFor(int events, long now)
    {
        return (IsIdle(now) ? 0 : _used) + events <= _perSecond;
    }
}
