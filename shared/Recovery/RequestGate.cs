using Hoplink.Parameters;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>Whether a request is served (9.4).</summary>
internal enum RequestVerdict : byte
{
    /// <summary>It is new: serve it and tell <see cref="RequestGate.Served"/>.</summary>
    New,

    /// <summary>Its nonce was answered before: the same answer again.</summary>
    Cached,

    /// <summary>Its nonce is 0.</summary>
    NoNonce,

    /// <summary>It is older than what was served last.</summary>
    Stale,

    /// <summary>Too many in this second.</summary>
    TooMany,
}

/// <summary>
/// Which requests of one sub-type are served (9.4): new ones in the order of their packet numbers, answered ones from cache, both within
/// a rate. The recovery rungs do not pass the replay window, so this is what keeps recorded requests out.
/// </summary>
internal sealed class RequestGate
{
    private readonly uint[] _nonces = new uint[SpecConstants.CachedAnswers];
    private readonly RateLimit _newRate;
    private readonly RateLimit _cachedRate = new RateLimit(SpecConstants.CachedAnswersPerSecond);
    private int _next;
    private bool _servedAny;
    private uint _lastServed;

    /// <summary>The gate of one sub-type; <paramref name="newRate"/> is the session's, for 10 a second are served in all.</summary>
    internal RequestGate(RateLimit newRate)
    {
        _newRate = newRate;
    }

    /// <summary>The place of the nonce that <see cref="Check"/> found answered.</summary>
    internal int CacheIndex { get; private set; }

    /// <summary>Whether the packet number last checked was above all served before: the newest transmission, not a recorded one.</summary>
    internal bool IsNewest { get; private set; }

    /// <summary>Judges a request.</summary>
    internal RequestVerdict Check(uint nonce, uint sequence, long now)
    {
        if (nonce == 0)
        {
            return RequestVerdict.NoNonce;
        }

        IsNewest = !_servedAny || SerialNumber.IsNewer(sequence, _lastServed);
        for (int i = 0; i < _nonces.Length; i++)
        {
            if (_nonces[i] == nonce)
            {
                return CheckCached(i, sequence, now);
            }
        }

        if (!IsNewest)
        {
            return RequestVerdict.Stale;
        }

        return _newRate.TryTake(now) ? RequestVerdict.New : RequestVerdict.TooMany;
    }

    /// <summary>True if the nonce is among the last four that were answered.</summary>
    internal bool IsAnswered(uint nonce)
    {
        for (int i = 0; i < _nonces.Length; i++)
        {
            if (_nonces[i] == nonce)
            {
                return nonce != 0;
            }
        }

        return false;
    }

    /// <summary>A new request is being served. Returns its place in the cache of answers.</summary>
    internal int Served(uint nonce, uint sequence)
    {
        int index = _next;
        _next = (_next + 1) % _nonces.Length;
        _nonces[index] = nonce;
        _lastServed = sequence;
        _servedAny = true;
        return index;
    }

    /// <summary>The request at this place of the cache could not be answered after all: no answer is kept for its nonce.</summary>
    internal void Forget(int index)
    {
        _nonces[index] = 0;
    }

    private RequestVerdict CheckCached(int index, uint sequence, long now)
    {
        // protocol.md 9.4 is silent on whose the two a second are: a recorded request does not take the last, which is for the requester
        // whose answer was lost.
        if (!_cachedRate.HasRoomFor(IsNewest ? 1 : 2, now))
        {
            return RequestVerdict.TooMany;
        }

        _cachedRate.TryTake(now);
        if (IsNewest)
        {
            _lastServed = sequence;
        }

        CacheIndex = index;
        return RequestVerdict.Cached;
    }
}
