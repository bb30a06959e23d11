namespace Hoplink.Host;

/// <summary>
/// Puts timers off after a pause of this process or computer until what arrived meanwhile was read: "After any pause an end handles what
/// it received before it runs timers" (protocol.md, head). Bounded, so that a flood does not stop the timers.
/// </summary>
internal sealed class CatchUp
{
    /// <summary>When to ask again, us.</summary>
    public const long RetryMicros = 2000;

    /// <summary>A timer this late, us, was held up.</summary>
    public const long PauseMicros = 50_000;

    /// <summary>Longest time that timers are put off, us, and least time between two such times.</summary>
    public const long BoundMicros = 500_000;

    private long _until;
    private long _notBefore;
    private bool _wasEmpty;

    /// <summary>True if timers have to wait.</summary>
    /// <param name="now">The time, us.</param>
    /// <param name="deadline">When the first timer was due, us.</param>
    /// <param name="anyUnread">Tells whether a socket has something to read. Asked only after a pause.</param>
    public bool MustWait(long now, long deadline, Func<bool> anyUnread)
    {
        if (_until == 0)
        {
            // The subtraction would overflow for a deadline of long.MaxValue.
            if (deadline > now - PauseMicros || now < _notBefore)
            {
                return false;
            }

            _until = now + BoundMicros;
            _wasEmpty = false;
        }

        if (now < _until && !_wasEmpty)
        {
            // Empty sockets still leave one datagram each on its way to the lock: hence one round more.
            _wasEmpty = !anyUnread();
            return true;
        }

        _until = 0;
        _notBefore = now + BoundMicros;
        return false;
    }
}
