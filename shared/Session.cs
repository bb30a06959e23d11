using Hoplink.Crypto;
using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>
/// One session from the handshake's end to its own: routes what arrives to the parts, asks them what to send, and runs their timers.
/// This file has its life, Session.Timers.cs when its timers are due, Session.Receive.cs what arrives, Session.Transmit.cs what is sent,
/// Session.Closing.cs how it closes, Session.Events.cs what the application is told.
/// </summary>
internal sealed partial class Session : IRecoveryListener, IDeliveryListener
{
    /// <summary>The session id.</summary>
    internal readonly ulong Id;

    private const long Ms = SpecConstants.MicrosPerMs;

    private readonly Link _link;
    private readonly LinkStatistics _statistics;
    private readonly SessionParameters _parameters;
    private readonly PacketProtection _protection;
    private readonly EpochTable _epochs;
    private readonly CryptoProvider _crypto;
    private readonly byte[] _peerResetToken;
    private readonly bool _initiator;
    private readonly long _beganAt;

    private readonly RttEstimator _rtt;
    private readonly TimeKeeper _time;
    private readonly SessionClock _clock;
    private readonly AdjustmentQueue _adjustments;
    private readonly Prober _prober = new Prober();
    private readonly RepeatTimer _probeRepeat;
    private readonly Path _path = new Path();
    private readonly DataSender _sender;
    private readonly ReceiveBuffer _inbox;
    private readonly SendWindow _outbox;
    private readonly AckScheduler _acks = new AckScheduler();
    private readonly CloseHandshake _close = new CloseHandshake();

    private readonly FailureDetector _detector;
    private readonly RecoveryCoordinator _coordinator;
    // Level 1 at I and at R (9.5); the other is null.
    private readonly TimeResync _timeResync;
    private readonly TimeResyncByNotice _timeResyncByNotice;
    private readonly SequenceRepair _repair;
    private readonly SessionRekey _rekey;
    private readonly TimeSyncServer _timeServer;
    private readonly RepairServer _repairServer;
    private readonly RekeyServer _rekeyServer;
    private readonly TimerTable _timers = new TimerTable((int)SessionTimer.Count);

    private long _lastProbeAt;
    private long _switchedAt;
    private long _lingerUntil = TimerTable.Never;
    private bool _proving;
    private bool _hasEnded;

    /// <summary>
    /// Begins the session that a handshake has agreed on, over the link's messages. <paramref name="roundTrip"/> is the handshake's at I,
    /// 0 at R; <paramref name="peerResetToken"/> is null at R.
    /// </summary>
    internal Session(
        Link link, PacketProtection protection, CryptoProvider crypto, KeyReserve reserve, byte[] peerResetToken, long clockOffset,
        long roundTrip, int peerWindow, long now)
    {
        _link = link;
        _headerOut = link.Header;
        _protection = protection;
        _parameters = protection.Session;
        Id = _parameters.SessionId;
        _crypto = crypto;
        _peerResetToken = peerResetToken;
        _initiator = _parameters.IsInitiator;
        _beganAt = now;
        _lastProbeAt = now;
        _rtt = new RttEstimator();
        _time = new TimeKeeper(clockOffset, roundTrip, _rtt, now);
        _clock = _time.Clock;
        _adjustments = _clock.Pending;
        _probeRepeat = _prober.Repeat;
        _inbox = link.Inbox;
        _outbox = link.Outbox;
        _sender = new DataSender(link.Outbox, _rtt, link.Options.InitialCongestionWindow);
        _sender.OnWindow(peerWindow);
        _statistics = link.Statistics;
        _statistics.Follow(_sender, _rtt, _time.Last);
        _detector = new FailureDetector(_initiator, _rtt, _inbox, _sender, _time.Last, this, now);

        _epochs = protection.Epochs;
        EpochTable epochs = _epochs;
        RecoveryAnalytics analytics = link.Analytics;
        _repair = new SequenceRepair(_parameters.SessionId, _inbox, _sender, _rtt, this, analytics, crypto);
        _rekey = new SessionRekey(_parameters, epochs, _time, reserve, crypto);
        Rung levelOne;
        if (_initiator)
        {
            levelOne = _timeResync = new TimeResync(_time, _detector, analytics, crypto);
        }
        else
        {
            levelOne = _timeResyncByNotice = new TimeResyncByNotice(_rtt, analytics);
        }

        _coordinator = new RecoveryCoordinator(levelOne, _repair, _rekey, _detector, analytics, this, crypto, _rtt, _sender, now);
        var requests = new RateLimit(SpecConstants.RequestsPerSecond);
        _timeServer = new TimeSyncServer(_time, requests);
        _repairServer = new RepairServer(_parameters.SessionId, _sender, requests);
        _rekeyServer = new RekeyServer(_parameters, epochs, _time, reserve, crypto, requests);
        if (link.IsClosing)
        {
            _close.Request();
        }

        if (_initiator)
        {
            // 4: the first datagram under the session key completes the handshake.
            _proving = true;
            StartProbe(now);
        }
    }

    internal bool IsEncrypted
    {
        get { return _parameters.IsEncrypted; }
    }

    internal int MaxMessageBytes
    {
        get { return WireFormat.MaxMessageIn(_parameters.MaxDatagram); }
    }

    internal EpochTable Epochs
    {
        get { return _epochs; }
    }

    internal RecoveryLevel Level
    {
        get { return _coordinator.Level; }
    }

    internal int Conditions
    {
        get { return _detector.Conditions; }
    }

    /// <summary>A rekey waits for a key pair.</summary>
    internal bool NeedsKeyPair
    {
        get { return _rekey.NeedsKeyPair; }
    }

    /// <summary>A rekey was asked for: its answer will need an agreement.</summary>
    internal bool ExpectsAgreement
    {
        get { return _rekey.ExpectsAgreement; }
    }

    /// <summary>R: the SYN_ACK went there, and was answered.</summary>
    internal void TrustAddress(Endpoint endpoint)
    {
        _path.Trust(endpoint);
    }

    /// <summary>
    /// R: a round trip from the handshake (6.3). I's clock is off by half of what its two ways differ by, so the age of its first datagram is
    /// half the round trip. Where that is too short because of jitter, the first RTO of 1 s stands: the sample may only lengthen it. A datagram
    /// that was held up must not lengthen it to a minute.
    /// </summary>
    internal void SampleHandshake(uint timestamp, long now)
    {
        long roundTrip = 2 * Ms * SerialNumber.Distance(timestamp, (uint)(_clock.Read(now) / Ms));
        if (roundTrip > OwnConstants.MaxHandshakeSampleMs * Ms)
        {
            roundTrip = OwnConstants.MaxHandshakeSampleMs * Ms;
        }

        if (3 * roundTrip > _rtt.BaseRto)
        {
            _rtt.Sample(roundTrip);
        }
    }

    internal bool HasEnded
    {
        get { return _hasEnded; }
    }

    /// <summary>Where R's peer was last.</summary>
    internal Path Path
    {
        get { return _path; }
    }

    /// <summary>What is sent waits for an answer (8).</summary>
    private bool IsAnswerDue
    {
        get { return _sender.Outstanding > 0 || _prober.IsOpen || _close.DueAt != TimerTable.Never; }
    }

    /// <summary>The session clock, us.</summary>
    internal long ReadClock(long now)
    {
        return _clock.Read(now);
    }

    /// <summary>The application read a message: a window that was closed is offered again at once. True if that makes something due.</summary>
    internal bool OnRead(long now)
    {
        if (!_inbox.OfferedZero)
        {
            return false;
        }

        _acks.DemandAck(now);
        return true;
    }

    /// <summary>The application says that the session key leaked (8, KeyCompromise).</summary>
    internal void ReportKeyCompromise(long now)
    {
        Epoch staged = _epochs.NewestStaged();
        Epoch current = _epochs.Current;
        _detector.OnLeakReported(staged != null && staged.Number > current.Number ? staged.Number : current.Number);
        Update(now);
    }

    internal KeyJob PollJob()
    {
        KeyJob job = _rekey.PollJob();
        return job ?? _rekeyServer.PollJob();
    }

    /// <summary>True for a job that this session handed out.</summary>
    internal bool Owns(KeyJob job)
    {
        return job.Owner == _rekey || job.Owner == _rekeyServer;
    }

    /// <summary>A job of this session came back.</summary>
    internal void CompleteJob(KeyJob job, long now)
    {
        if (_hasEnded)
        {
            job.Wipe();
            return;
        }

        _calmUntil = 0;
        _answersDue = true;
        if (job.Owner == _rekey)
        {
            _rekey.CompleteJob(job, now);
            if (_rekey.TakeProofWanted())
            {
                // protocol.md 12 is silent on the port of the probe under the new epoch: as after the handshake, every second one goes to
                // the rendezvous port, or a rekey could not succeed where the hop ports do not work.
                _switchedAt = now;
                _proving = true;
                OnNewEpoch(now);
                StartProbe(now);
            }
        }
        else if (!_rekeyServer.CompleteJob(job))
        {
            _statistics.Drops.Count(DropCause.InvalidPoint);
        }

        Update(now);
    }

    internal void OnKeyPairReady(long now)
    {
        _rekey.OnKeyPairReady(now);
    }

    /// <summary>Overwrites every secret; the session does nothing any more.</summary>
    internal void End()
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        _calmUntil = 0;
        _coordinator.End();
        _rekey.Cancel();
        _rekeyServer.Wipe();
        _prober.Stop();
        _timers.ClearAll();
        _protection.Wipe();
        if (_peerResetToken != null)
        {
            System.Array.Clear(_peerResetToken, 0, _peerResetToken.Length);
        }
    }

    private void Update(long now)
    {
        if (_hasEnded)
        {
            return;
        }

        if (!_outbox.IsConsistent)
        {
            _detector.OnStateCorrupt();
        }

        if (_coordinator.State == CoordinatorState.Idle && _detector.IsQuiet(now))
        {
            return;
        }

        _calmUntil = 0;
        _coordinator.Update(IsAnswerDue, now);
    }

    private void OnTimer(SessionTimer timer, long now)
    {
        switch (timer)
        {
            case SessionTimer.Adjustment:
                _clock.ApplyPending(now);
                break;
            case SessionTimer.EpochRetirement:
                _epochs.WipeRetired(now);
                break;
            case SessionTimer.SwitchTimeout:
                _epochs.CompleteSwitch(now);
                break;
            case SessionTimer.Retransmission:
                OnRetransmissionTimeout(now);
                break;
            case SessionTimer.RoutineProbe:
                StartProbe(now);
                break;
            case SessionTimer.Fin:
                if (_close.HasFailed(now))
                {
                    _link.OnSessionClosed(this, TerminationReason.FinUnanswered, now);
                }

                break;
            case SessionTimer.Linger:
                _link.OnLingerEnded(this);
                break;
            case SessionTimer.Silence:
                Terminate(TerminationReason.Silence, RecoveryResult.SessionUnrecoverable, false, now);
                break;
            default:
                // Served by a transmission or by Update.
                break;
        }
    }

    private void OnRetransmissionTimeout(long now)
    {
        _sender.OnDeadline(now);
        if (_sender.TakeProbe() && !_prober.IsOpen)
        {
            StartProbe(now);
        }

        _detector.OnDeliveryChanged();
    }

    private void StartProbe(long now)
    {
        _calmUntil = 0;
        _lastProbeAt = now;
        _prober.Start(_crypto.NewNonce(), now);
    }
}
