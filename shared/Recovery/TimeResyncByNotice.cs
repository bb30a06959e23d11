using Hoplink.Delivery;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>
/// Level 1 at R (9.5), which is the reference and never adjusts: it asks I to, until a fresh datagram's timestamp is within 5 s and comes
/// to the rendezvous port or to port(w-1..w+1).
/// </summary>
public sealed class TimeResyncByNotice : Rung
{
    private readonly NoticeWriter _notice = new NoticeWriter();
    private readonly RttEstimator _rtt;
    private readonly RecoveryAnalytics _analytics;
    private FailureCondition _because;

    /// <summary>Makes the rung of one session.</summary>
    public TimeResyncByNotice(RttEstimator rtt, RecoveryAnalytics analytics)
    {
        _rtt = rtt;
        _analytics = analytics;
    }

    /// <inheritdoc/>
    public override RecoveryLevel Level
    {
        get { return RecoveryLevel.TimeSync; }
    }

    /// <inheritdoc/>
    public override bool TryTransmit(ControlMessage message, long now)
    {
        if (Status != RungStatus.Running || Repeat.DueAt > now)
        {
            return false;
        }

        _notice.Write(message, RecoveryLevel.TimeSync, _because, false);
        Repeat.OnTransmitted(now, _rtt.RequestTimeout);
        return true;
    }

    /// <summary>A fresh datagram arrived after the first notice.</summary>
    public void OnFresh(bool timestampFits, bool portFits)
    {
        if (Status == RungStatus.Running && Repeat.Transmissions > 0 && timestampFits && portFits)
        {
            Succeed();
        }
    }

    /// <inheritdoc/>
    protected override void OnBegin(int conditions, bool afterRekey, long now)
    {
        _because = ConditionSet.Has(conditions, FailureCondition.TimestampInvalid)
            ? FailureCondition.TimestampInvalid
            : FailureCondition.PortMismatch;
        Deadline = now + (_analytics.TimeResyncTimeoutMs * SpecConstants.MicrosPerMs);
        Repeat.Start(now);
    }

    /// <inheritdoc/>
    protected override RecoveryResult TimeoutResult()
    {
        return RecoveryResult.TimeResyncTimeout;
    }
}
