using Hoplink.Parameters;

namespace Hoplink.Delivery;

/// <summary>Round trip time and RTO (protocol.md 6.3, RFC 6298). All times in us. It lives as long as a session.</summary>
public sealed class RttEstimator
{
    private const long MinRto = SpecConstants.MinRtoMs * SpecConstants.MicrosPerMs;
    private const long MaxRto = SpecConstants.MaxRtoMs * SpecConstants.MicrosPerMs;
    private const long Granularity = SpecConstants.MicrosPerMs;

    // 2^9 times the least RTO exceeds the largest.
    private const int MaxDoublings = 9;

    private bool _hasSample;
    private int _doublings;
    private long _rttVariation;
    private long _minRtt;

    // Fields and not properties: every datagram reads them.

    /// <summary>Smoothed round trip time (SRTT); 0 before the first sample.</summary>
    public long SmoothedRtt;

    /// <summary>Variation of the round trip time (RTTVAR), the jitter; 0 before the first sample.</summary>
    public long RttVariation => _rttVariation;

    /// <summary>Smallest sample; 0 before the first.</summary>
    public long MinRtt => _minRtt;

    /// <summary>RTO without doubling, 200 ms to 60 s; 1 s before the first sample.</summary>
    public long BaseRto = SpecConstants.InitialRtoMs * SpecConstants.MicrosPerMs;

    /// <summary>RTO with its doubling, 200 ms to 60 s.</summary>
    public long Rto = SpecConstants.InitialRtoMs * SpecConstants.MicrosPerMs;

    /// <summary>
    /// How long a message waits before a probe asks for it, us: the RTO, or <see cref="Patience"/> if that is less.
    /// </summary>
    public long ProbeTimeout = SpecConstants.InitialRtoMs * SpecConstants.MicrosPerMs;

    /// <summary>
    /// After how long a request or a probe is repeated, us: the RTO without doubling, or <see cref="Patience"/> if that is less.
    /// </summary>
    public long RequestTimeout => BaseRto < Patience ? BaseRto : Patience;

    /// <summary>Whether the RTO is doubled.</summary>
    public bool IsBackedOff => _doublings != 0 && Rto != BaseRto;

    /// <summary>
    /// Takes a round trip that is certain to belong to one transmission (Karn's rule). It undoes the doubling (RFC 6298, 5). A negative
    /// one is passed over, one above 60 s counts as 60 s: an echoed time comes from the network.
    /// </summary>
    public void Sample(long rttMicros)
    {
        if (rttMicros < 0)
        {
            return;
        }

        long rtt = rttMicros < MaxRto ? rttMicros : MaxRto;
        if (!_hasSample)
        {
            _hasSample = true;
            SmoothedRtt = rtt;
            _rttVariation = rtt / 2;
            _minRtt = rtt;
        }
        else
        {
            long smoothed = SmoothedRtt;
            long deviation = smoothed > rtt ? smoothed - rtt : rtt - smoothed;
            _rttVariation = ((3 * _rttVariation) + deviation) / 4;
            SmoothedRtt = ((7 * smoothed) + rtt) / 8;
            if (rtt < _minRtt)
            {
                _minRtt = rtt;
            }
        }

        long margin = 4 * _rttVariation;
        long rto = SmoothedRtt + (margin > Granularity ? margin : Granularity);
        rto = rto < MinRto ? MinRto : rto > MaxRto ? MaxRto : rto;
        BaseRto = rto;
        UndoBackoff();
    }

    /// <summary>Whether a round trip would be nothing new: not below the smallest sample, nor above the RTO without doubling.</summary>
    public bool IsUsual(long rttMicros)
    {
        return _hasSample && rttMicros >= _minRtt && rttMicros <= BaseRto;
    }

    /// <summary>Doubles the RTO, up to 60 s: it ran out.</summary>
    public void Backoff()
    {
        if (_doublings < MaxDoublings)
        {
            _doublings++;
        }

        long rto = BaseRto << _doublings;
        Rto = rto < MaxRto ? rto : MaxRto;
        ProbeTimeout = Rto < Patience ? Rto : Patience;
    }

    /// <summary>Undoes all doubling (6.3).</summary>
    public void UndoBackoff()
    {
        _doublings = 0;
        Rto = BaseRto;
        ProbeTimeout = RequestTimeout;
    }

    // protocol.md 6.3 and 9.2 are silent on an RTO of many seconds, doubled while the way was closed, or driven up by a host that slept or
    // a datagram that was held up. Nothing tells the end that the way is as it was, unless it asks: after 1 s, the longest interval of a
    // request on a usual way (9.2), or two round trips where even the shortest is long.
    private long Patience
    {
        get
        {
            const long Usual = SpecConstants.MaxRequestRepeatMs * SpecConstants.MicrosPerMs;
            const long Longest = 2 * OwnConstants.MaxHandshakeSampleMs * SpecConstants.MicrosPerMs;
            long patience = 2 * _minRtt;
            return patience < Usual ? Usual : patience < Longest ? patience : Longest;
        }
    }
}
