using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>
/// Level 3 as requester (12): a new epoch from an ephemeral agreement that the recovery key authenticates. The switch is complete when a
/// valid datagram under the new epoch arrives.
/// </summary>
public sealed class SessionRekey : Rung
{
    private readonly SessionParameters _session;
    private readonly EpochTable _epochs;
    private readonly TimeKeeper _time;
    private readonly KeyReserve _reserve;
    private readonly CryptoProvider _crypto;

    private Phase _phase;
    private uint _nonce;
    private KeyPair _keyPair;
    private KeyJob _job;
    private bool _jobTaken;
    private uint _newNumber;
    private bool _sawWrongNonce;
    private bool _stepWanted;
    private long _stepTarget;

    /// <summary>Makes the rung of one session.</summary>
    public SessionRekey(SessionParameters session, EpochTable epochs, TimeKeeper time, KeyReserve reserve, CryptoProvider crypto)
    {
        _session = session;
        _epochs = epochs;
        _time = time;
        _reserve = reserve;
        _crypto = crypto;
    }

    private enum Phase : byte
    {
        WaitingForKeyPair,
        Requesting,
        Agreeing,
        Proving,
        Yielded,
    }

    /// <inheritdoc/>
    public override RecoveryLevel Level
    {
        get { return RecoveryLevel.SessionRekey; }
    }

    /// <summary>True while this end's own attempt is open: then I ignores R's request (12.2).</summary>
    public bool IsOpen
    {
        get { return Status == RungStatus.Running && _phase != Phase.Yielded; }
    }

    /// <summary>True while an attempt waits for a key pair.</summary>
    public bool NeedsKeyPair
    {
        get { return Status == RungStatus.Running && _phase == Phase.WaitingForKeyPair && !Repeat.IsRunning; }
    }

    /// <summary>True from the first request until its answer.</summary>
    public bool ExpectsAgreement
    {
        get { return Status == RungStatus.Running && _phase == Phase.Requesting; }
    }

    /// <summary>The last attempt was begun because the key may be in somebody else's hands (8, KeyCompromise).</summary>
    public bool ReplacesLeakedKey { get; private set; }

    /// <summary>True once after the switch: the session then probes under the new epoch (12, step 3).</summary>
    public bool ProofWanted { get; private set; }

    /// <inheritdoc/>
    public override bool TryTransmit(ControlMessage message, long now)
    {
        if (Status != RungStatus.Running || Repeat.DueAt > now)
        {
            return false;
        }

        if (_phase == Phase.WaitingForKeyPair && !TakeKeyPair())
        {
            return false;
        }

        bool toRendezvous = (Repeat.Transmissions & 1) == 1;
        var request = new RekeyRequest { Nonce = _nonce, Epoch = _epochs.Current.Number + 1, T1 = _time.Stamp(now) };
        System.Array.Copy(_keyPair.PublicKey, request.PublicKey, CryptoProvider.PublicKeySize);
        request.Write(message.Buffer, WireFormat.HeaderSize);
        message.Request(PacketType.Management, Wire.SubType.RekeyRequest, RekeyRequest.Size, toRendezvous);
        _time.Log.Add(_nonce, request.T1, now, !toRendezvous);
        Repeat.OnTransmitted(now, _time.Rtt.RequestTimeout);
        return true;
    }

    /// <summary>Takes a REKEY_RESPONSE. False if it answers nothing that is open.</summary>
    public bool OnResponse(RekeyResponse response, long now)
    {
        if (Status != RungStatus.Running || _phase != Phase.Requesting)
        {
            return false;
        }

        if (response.Nonce != _nonce)
        {
            _sawWrongNonce = true;
            return false;
        }

        if (!SerialNumber.IsNewer(response.Epoch, _epochs.Current.Number))
        {
            // 12.3: a response with n not above e is refused.
            return false;
        }

        // The agreement may take seconds, so the times are taken now and applied at the switch.
        TimeSample sample = _time.Measure(response.Nonce, response.T1, response.T2, response.T3, now);
        _stepWanted = false;
        if (sample != null && _session.IsInitiator)
        {
            _time.Remember(sample);
            _stepWanted = sample.AbsoluteOffset() > sample.RoundTrip;
            _stepTarget = _time.OffsetAfter(sample, now);
        }

        _newNumber = response.Epoch;
        _phase = Phase.Agreeing;
        Repeat.Stop();
        _job = KeyJob.Rekey(
            _keyPair, response.PublicKey, true, _session.SessionId, response.VerificationHash, _session.Iterations);
        _job.Owner = this;
        _keyPair = null;
        _jobTaken = false;
        return true;
    }

    /// <summary>The job that waits to be run; null if none does.</summary>
    internal KeyJob PollJob()
    {
        if (_job == null || _jobTaken)
        {
            return null;
        }

        _jobTaken = true;
        return _job;
    }

    /// <summary>The agreement is done (12, step 3): switch, or fail.</summary>
    internal void CompleteJob(KeyJob job, long now)
    {
        if (job != _job)
        {
            job.Wipe();
            return;
        }

        _job = null;
        if (job.Outcome == KeyJobOutcome.Done)
        {
            Switch(job.Block, now);
        }
        else
        {
            bool badPoint = job.Outcome == KeyJobOutcome.InvalidPoint;
            Fail(badPoint ? RecoveryResult.RekeyInvalidKey : RecoveryResult.RekeySharedSecretMismatch, false);
        }

        job.Wipe();
    }

    /// <summary>A key pair was made: the request is due.</summary>
    internal void OnKeyPairReady(long now)
    {
        if (Status == RungStatus.Running && _phase == Phase.WaitingForKeyPair)
        {
            Repeat.Start(now);
        }
    }

    /// <summary>A valid datagram under an epoch newer than this attempt's beginning arrived (9.3).</summary>
    public void OnEpochProven(Epoch epoch)
    {
        if (Status != RungStatus.Running)
        {
            return;
        }

        // The answerer may have gone on to a later one meanwhile, for a request of its own that crossed this one (12.2).
        bool own = _phase == Phase.Proving && !SerialNumber.IsNewer(_newNumber, epoch.Number);

        // protocol.md 12.2 is silent on an R that begins to ask when it has answered I and the proof is under way: its attempt succeeds
        // with I's as well, for what it was to cure is cured.
        bool asksInVain = !_session.IsInitiator && (_phase == Phase.WaitingForKeyPair || _phase == Phase.Requesting);
        if (own || ((asksInVain || _phase == Phase.Yielded) && SerialNumber.IsNewer(epoch.Number, _newNumber)))
        {
            DropSecrets();
            Succeed();
        }
    }

    /// <summary>
    /// 12.2: both ends ask at once. R drops its own request; its attempt succeeds or fails with I's.
    /// </summary>
    public void Yield()
    {
        if (Status != RungStatus.Running || _phase == Phase.Proving || _phase == Phase.Yielded)
        {
            return;
        }

        _phase = Phase.Yielded;
        _newNumber = _epochs.Current.Number;
        Repeat.Stop();
        DropSecrets();
    }

    /// <summary>True once after the switch.</summary>
    public bool TakeProofWanted()
    {
        bool wanted = ProofWanted;
        ProofWanted = false;
        return wanted;
    }

    /// <inheritdoc/>
    public override void Cancel()
    {
        base.Cancel();
        DropSecrets();
    }

    /// <inheritdoc/>
    protected override void OnBegin(int conditions, bool afterRekey, long now)
    {
        DropSecrets();
        _nonce = _crypto.NewNonce();
        _sawWrongNonce = false;
        ProofWanted = false;
        ReplacesLeakedKey = ConditionSet.Has(conditions, FailureCondition.KeyCompromise);
        _newNumber = _epochs.Current.Number;
        _phase = Phase.WaitingForKeyPair;
        int timeout = _session.IsSlow ? SpecConstants.SlowRekeyTimeoutMs : SpecConstants.REKEY_TIMEOUT_MS;
        Deadline = now + (timeout * SpecConstants.MicrosPerMs);
        Repeat.Start(now);
    }

    /// <inheritdoc/>
    protected override RecoveryResult TimeoutResult()
    {
        DropSecrets();
        return _sawWrongNonce ? RecoveryResult.RekeyInvalidNonce : RecoveryResult.RekeyTimeout;
    }

    private bool TakeKeyPair()
    {
        _keyPair = _reserve.Take();
        if (_keyPair == null)
        {
            Repeat.Stop();
            return false;
        }

        _phase = Phase.Requesting;
        return true;
    }

    private void Switch(byte[] block, long now)
    {
        var epoch = new Epoch(_crypto, _newNumber, block, _session);
        _epochs.SwitchAsRequester(epoch, now);
        _phase = Phase.Proving;
        ProofWanted = true;
        if (_stepWanted)
        {
            // 12.4: by any amount, for the recovery key vouches for R's times and the nonce for their freshness.
            _time.StepTo(_stepTarget, now);
            SteppedClock = true;
        }
    }

    private void DropSecrets()
    {
        if (_keyPair != null)
        {
            _keyPair.Wipe();
            _keyPair = null;
        }

        if (_job != null)
        {
            // A job that runs on another thread wipes itself when it comes back.
            if (!_jobTaken)
            {
                _job.Wipe();
            }

            _job = null;
        }
    }
}
