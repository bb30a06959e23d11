namespace Hoplink.Peer.Chaos;

/// <summary>When the datagrams of a junk flood are due.</summary>
internal sealed class JunkFlood
{
    private long _began;
    private long _sent;
    private long _count;
    private long _ratePerSecond = 1;

    /// <summary>When the next is due, us; <see cref="long.MaxValue"/>: none.</summary>
    public long NextDue => _sent < _count ? _began + (_sent * 1_000_000 / _ratePerSecond) : long.MaxValue;

    /// <summary>Begins a flood, in place of one that still goes on.</summary>
    /// <param name="count">Datagrams in each direction.</param>
    /// <param name="ratePerSecond">Datagrams a second in each direction.</param>
    /// <param name="now">The time, us.</param>
    public void Begin(long count, long ratePerSecond, long now)
    {
        _began = now;
        _sent = 0;
        _count = count;
        _ratePerSecond = ratePerSecond;
    }

    /// <summary>True, once for each datagram that is due.</summary>
    public bool Take(long now)
    {
        if (NextDue > now)
        {
            return false;
        }

        _sent++;
        return true;
    }
}
