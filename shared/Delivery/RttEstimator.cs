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

    /// <summary>Smoothed round trip time (SRTT); 0 before the first sample.</summary>
    public long SmoothedRtt { get; private set; }

    /// <summary>Variation of the round trip time (RTTVAR), the jitter; 0 before the first sample.</summary>
    public long RttVariation { get; private set; }

    /// <summary>Smallest sample; 0 before the first.</summary>
    public long MinRtt { get; private set; }

    /// <summary>RTO without doubling, 200 ms to 60 s; 1 s before the first sample.</summary>
    public long BaseRto { get; private set; } = SpecConstants.InitialRtoMs * SpecConstants.MicrosPerMs;

    /// <summary>RTO with its doubling, 200 ms to 60 s.</summary>
    public long Rto
    {
        get
        {
            long rto = BaseRto << _doublings;
            return rto < MaxRto ? rto : MaxRto;
        }
    }

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
            RttVariation = rtt / 2;
            MinRtt = rtt;
        }
        else
        {
            long deviation = SmoothedRtt > rtt ? SmoothedRtt - rtt : rtt - SmoothedRtt;
            RttVariation = ((3 * RttVariation) + deviation) / 4;
            SmoothedRtt = ((7 * SmoothedRtt) + rtt) / 8;
            MinRtt = rtt < MinRtt ? rtt : MinRtt;
        }

        long margin = 4 * RttVariation;
        long rto = SmoothedRtt + (margin > Granularity ? margin : Granularity);
        rto = rto < MinRto ? MinRto : rto;
        BaseRto = rto > MaxRto ? MaxRto : rto;
        _doublings = 0;
    }

    /// <summary>Whether a round trip would be nothing new: not below the smallest sample, nor above the RTO without doubling.</summary>
    public bool IsUsual(long rttMicros)
    {
        return _hasSample && rttMicros >= MinRtt && rttMicros <= BaseRto;
    }

    /// <summary>Doubles the RTO, up to 60 s: it ran out.</summary>
    public void Backoff()
    {
        if (_doublings < MaxDoublings)
        {
            _doublings++;
        }
    }

    /// <summary>Undoes all doubling (6.3).</summary>
    public void UndoBackoff()
    {
        _doublings = 0;
    }
}
