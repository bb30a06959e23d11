using Hoplink.Parameters;

namespace Hoplink.Recovery;

/// <summary>What became of the tags of a session's last datagrams (protocol.md 8, AuthFailures and HmacFailureRate).</summary>
internal sealed class TagHistory
{
    private const int Span = 64;
    private const int Minimum = 20;

    // The last 64 datagrams with this session id, newest in bit 0, a set bit for a bad tag.
    private ulong _bad;
    private int _count;
    private int _badSinceFresh;

    /// <summary>Bad tags since the last fresh datagram under a session key.</summary>
    internal int BadSinceFresh => _badSinceFresh;

    /// <summary>Whether one of the last 64 was bad.</summary>
    internal bool HasBad
    {
        get { return _bad != 0; }
    }

    /// <summary>Whether of the last 64, and of at least 20, more than 10 % were bad.</summary>
    internal bool IsRateExceeded
    {
        get { return _count >= Minimum && _bad != 0 && CountBad() * 100 > SpecConstants.MAX_HMAC_FAILURE_RATE_PERCENT * _count; }
    }

    /// <summary>Whether another good one changes nothing.</summary>
    internal bool IsFullOfGood
    {
        get { return _bad == 0 && _count == Span; }
    }

    internal void Add(bool good)
    {
        if (_count < Span)
        {
            _count++;
        }

        if (good)
        {
            _bad <<= 1;
            return;
        }

        _bad = (_bad << 1) | 1;
        _badSinceFresh++;
    }

    /// <summary>A fresh datagram under a session key; true if that ends a row of bad ones.</summary>
    internal bool OnFresh()
    {
        if (_badSinceFresh == 0)
        {
            return false;
        }

        _badSinceFresh = 0;
        return true;
    }

    internal void Clear()
    {
        _bad = 0;
        _count = 0;
        _badSinceFresh = 0;
    }

    /// <summary>Bad ones among the last 64.</summary>
    internal int CountBad()
    {
        int count = 0;
        for (ulong bits = _bad; bits != 0; bits &= bits - 1)
        {
            count++;
        }

        return count;
    }
}
