using Hoplink.Crypto;
using Hoplink.Parameters;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>
/// Level 1 at I (10): measure the offset, adjust gradually, and verify with an exchange of its own that the ports meet again.
/// </summary>
public sealed class TimeResync : Rung
{
    private const long Ms = SpecConstants.MicrosPerMs;
    private const int EnoughSamples = 4;
    private const int HopTransmissionsToGiveUp = 3;
    private const int MaxRounds = 3;

    private readonly TimeKeeper _time;
    private readonly FailureDetector _detector;
    private readonly RecoveryAnalytics _analytics;
    private readonly CryptoProvider _crypto;
    private readonly TimeSyncRequest _request = new TimeSyncRequest();
    private readonly TimeSample _best = new TimeSample();

    private Phase _phase;
    private uint _nonce;
    private uint _earlierNonce;
    private int _samples;
    private int _rounds;
    private int _hopTransmissions;
    private long _hopCountedAt;
    private bool _rendezvousAnswered;
    private bool _sawWrongNonce;

    /// <summary>Makes the rung of one session.</summary>
    public TimeResync(TimeKeeper time, FailureDetector detector, RecoveryAnalytics analytics, CryptoProvider crypto)
    {
        _time = time;
        _detector = detector;
        _analytics = analytics;
        _crypto = crypto;
    }

    private enum Phase : byte
    {
        Measuring,
        Adjusting,
        Verifying,
    }

    /// <inheritdoc/>
    public override RecoveryLevel Level
    {
        get { return RecoveryLevel.TimeSync; }
    }

    /// <inheritdoc/>
    public override long NextTimer
    {
        get
        {
            if (Status != RungStatus.Running || _phase != Phase.Adjusting)
            {
                return Deadline;
            }

            // The session's own timer may have applied the last part: then it is time to verify.
            long nextPart = _time.Clock.Pending.NextAt;
            return nextPart == TimerTable.Never ? 0 : nextPart;
        }
    }

    /// <inheritdoc/>
    public override void OnTimer(long now)
    {
        if (Status == RungStatus.Running && _phase == Phase.Adjusting)
        {
            ContinueAdjusting(now);
        }
        else if (Status == RungStatus.Running && _phase == Phase.Measuring && _samples > 0 && now >= Deadline)
        {
            // A better sample was waited for and did not come.
            Correct(_best, now);
        }

        base.OnTimer(now);
    }

    /// <inheritdoc/>
    public override bool TryTransmit(ControlMessage message, long now)
    {
        if (Status != RungStatus.Running || _phase == Phase.Adjusting || Repeat.DueAt > now)
        {
            return false;
        }

        bool hopLost = ConditionSet.Has(_detector.Conditions, FailureCondition.HopSyncLost);
        if (_phase == Phase.Verifying && _rendezvousAnswered && _hopTransmissions >= HopTransmissionsToGiveUp)
        {
            // 8, HopSyncLost: the clock is right and the rendezvous port answers, so it is the hop ports that do not.
            _detector.OnHopSync(true);
            Succeed();
            return false;
        }

        // 5.2: every second transmission of a recovery request goes to the rendezvous port. It is silent on one that has answered while the
        // clock is verified: that cannot verify port(w), and is not asked again.
        bool toRendezvous = hopLost || ((Repeat.Transmissions & 1) == 1 && !_rendezvousAnswered);
        _request.Nonce = _nonce;
        _request.T1 = _time.Stamp(now);
        _request.Write(message.Buffer, WireFormat.HeaderSize);
        message.Request(PacketType.Control, Wire.SubType.TimeSyncRequest, TimeSyncRequest.Size, toRendezvous);
        bool toHop = !toRendezvous && !_time.Clock.Pending.MissesPorts;
        _time.Log.Add(_nonce, _request.T1, now, toHop);
        if (toHop && (_hopTransmissions == 0 || now - _hopCountedAt >= SpecConstants.HOP_INTERVAL_MS * Ms))
        {
            // protocol.md 8 is silent on transmissions to the same port(w): a port that cannot be bound costs its window (5.2), not the
            // hop.
            _hopTransmissions++;
            _hopCountedAt = now;
        }

        Repeat.OnTransmitted(now, _time.Rtt.RequestTimeout);
        return true;
    }

    /// <summary>Takes a TIME_SYNC_RESPONSE. False if it answers nothing that is open.</summary>
    public bool OnResponse(TimeSyncResponse response, long now)
    {
        if (Status != RungStatus.Running || _phase == Phase.Adjusting)
        {
            return false;
        }

        bool known = response.Nonce == _nonce || (response.Nonce == _earlierNonce && _earlierNonce != 0);
        if (!known)
        {
            _sawWrongNonce = true;
            return false;
        }

        TimeSample sample = _time.Measure(response.Nonce, response.T1, response.T2, response.T3, now);
        if (sample == null || !TimeKeeper.MaySetClock(sample))
        {
            // The second where the timeout has been tuned to more than 5 s (D13).
            return false;
        }

        _time.Remember(sample);
        if (_phase == Phase.Measuring)
        {
            OnMeasured(sample, now);
        }
        else
        {
            OnVerified(sample, response.Nonce, _time.Log.ToHopPort, now);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void OnBegin(int conditions, bool afterRekey, long now)
    {
        _samples = 0;
        _rounds = 0;
        _sawWrongNonce = false;
        StartExchange(Phase.Measuring, now);
    }

    /// <inheritdoc/>
    protected override RecoveryResult TimeoutResult()
    {
        return _sawWrongNonce ? RecoveryResult.TimeResyncInvalidChallenge : RecoveryResult.TimeResyncTimeout;
    }

    private void StartExchange(Phase phase, long now)
    {
        _phase = phase;
        _nonce = _crypto.NewNonce();
        _earlierNonce = 0;
        _hopTransmissions = 0;
        _rendezvousAnswered = false;
        Deadline = now + (_analytics.TimeResyncTimeoutMs * Ms);
        Repeat.Start(now);
    }

    // 10: the best sample of its own exchange. One whose round trip is no worse than usual is good enough; otherwise a few more are
    // worth their wait, since half the round trip bounds the error.
    private void OnMeasured(TimeSample sample, long now)
    {
        if (_samples == 0 || sample.RoundTrip < _best.RoundTrip)
        {
            _best.CopyFrom(sample);
        }

        _samples++;
        long usual = 2 * _time.Filter.SmallestRoundTrip();
        if (usual < 2 * SpecConstants.TIME_SYNC_PRECISION_MS * Ms)
        {
            usual = 2 * SpecConstants.TIME_SYNC_PRECISION_MS * Ms;
        }

        if (_best.RoundTrip <= usual || _samples >= EnoughSamples)
        {
            Correct(_best, now);
        }
        else
        {
            Repeat.Hasten(now);
        }
    }

    private void Correct(TimeSample sample, long now)
    {
        long size = sample.AbsoluteOffset();
        _rounds++;
        if (size > SpecConstants.MAX_TIME_OFFSET_MS * Ms)
        {
            Fail(RecoveryResult.TimeResyncOffsetTooLarge, true);
            return;
        }

        if (size < SpecConstants.TIME_SYNC_PRECISION_MS * Ms)
        {
            _time.Apply(sample, now);
            StartExchange(Phase.Verifying, now);
            return;
        }

        // D2: verified only after the last part.
        _time.Plan(sample, now);
        _phase = Phase.Adjusting;
        Repeat.Stop();
        Deadline = TimerTable.Never;
        ContinueAdjusting(now);
    }

    private void ContinueAdjusting(long now)
    {
        _time.Clock.ApplyPending(now);
        if (_time.Clock.Pending.NextAt == TimerTable.Never)
        {
            // 10: the attempt's deadline starts again with the last part.
            StartExchange(Phase.Verifying, now);
        }
    }

    private void OnVerified(TimeSample sample, uint nonce, bool cameFromHopPort, long now)
    {
        long bound = SpecConstants.TIME_SYNC_PRECISION_MS * Ms;
        if (sample.RoundTrip / 2 > bound)
        {
            bound = sample.RoundTrip / 2;
        }

        if (sample.AbsoluteOffset() > bound)
        {
            // A better measurement than the one that was applied: worth another round within the attempt.
            if (_rounds < MaxRounds && sample.RoundTrip < _best.RoundTrip)
            {
                _best.CopyFrom(sample);
                Correct(_best, now);
                return;
            }

            Fail(RecoveryResult.TimeResyncVerificationFailed, false);
            return;
        }

        if (cameFromHopPort || ConditionSet.Has(_detector.Conditions, FailureCondition.HopSyncLost))
        {
            Succeed();
            return;
        }

        _rendezvousAnswered = true;
        if (nonce == _nonce)
        {
            // protocol.md 9.4 gives a nonce two more answers a second. The rendezvous port has just had one of them; were the rest of the
            // transmissions to port(w) left without, they would look like a lost hop (HopSyncLost). So they get a nonce of their own.
            _earlierNonce = _nonce;
            _nonce = _crypto.NewNonce();
        }
    }
}
