using System;
using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>
/// Answers REKEY_REQUESTs (12, step 2): derives the new epoch and stages it; the switch waits for proof that the response arrived (D6).
/// </summary>
public sealed class RekeyServer
{
    private readonly SessionParameters _session;
    private readonly EpochTable _epochs;
    private readonly TimeKeeper _time;
    private readonly KeyReserve _reserve;
    private readonly CryptoProvider _crypto;
    private readonly RequestGate _gate;
    private readonly RekeyResponse[] _answers = new RekeyResponse[SpecConstants.CachedAnswers];
    private readonly Arrival _from = new Arrival();
    private readonly Arrival _jobFrom = new Arrival();

    private long _nextAgreementAt;
    private RekeyResponse _due;
    private KeyJob _job;
    private bool _jobTaken;
    private RekeyResponse _jobAnswer;
    private int _jobIndex;
    private uint _requestedNumber;
    private long _t1;
    private long _t2;
    private long _jobT1;
    private long _jobT2;

    /// <summary>Serves one session; <paramref name="requests"/> is the limit that all its servers share (9.4).</summary>
    public RekeyServer(
        SessionParameters session, EpochTable epochs, TimeKeeper time, KeyReserve reserve, CryptoProvider crypto, RateLimit requests)
    {
        _gate = new RequestGate(requests);
        _session = session;
        _epochs = epochs;
        _time = time;
        _reserve = reserve;
        _crypto = crypto;
    }

    /// <summary>Takes a request. Returns why it is not served, or None; <paramref name="served"/> if it was new.</summary>
    public DropCause OnRequest(RekeyRequest request, uint sequence, Arrival from, long now, out bool served)
    {
        served = false;
        if (_job != null && _jobAnswer.Nonce == request.Nonce)
        {
            // Another transmission of the request that is being answered: the answer names the newest (5.1), and goes there.
            if (_gate.Check(request.Nonce, sequence, now) != RequestVerdict.Cached || !_gate.IsNewest)
            {
                return DropCause.StaleRequest;
            }

            NoteForJob(request, from, now);
            return DropCause.None;
        }

        RequestVerdict verdict = now < _nextAgreementAt || _job != null ? CheckBusy(request, sequence, now) : _gate.Check(request.Nonce, sequence, now);
        if (verdict == RequestVerdict.New)
        {
            served = true;
            Start(request, sequence, now);
            NoteForJob(request, from, now);
        }
        else if (verdict == RequestVerdict.Cached)
        {
            _due = _answers[_gate.CacheIndex];
            _t1 = request.T1;
            _t2 = _time.Clock.Read(now);
            _from.CopyFrom(from);
        }
        else
        {
            return ServerDrops.CauseOf(verdict);
        }

        return DropCause.None;
    }

    /// <summary>
    /// Whether the request last taken had a packet number above all served before: then its sender asks now, while one that the cache
    /// answered may be recorded.
    /// </summary>
    public bool IsNewest
    {
        get { return _gate.IsNewest; }
    }

    /// <summary>
    /// 12.3: a request numbered one above a staged epoch newer than the current one proves that its sender has switched. The epoch to
    /// make current first; null if there is none.
    /// </summary>
    public Epoch ProvenBy(RekeyRequest request)
    {
        Epoch staged = _epochs.NewestStaged();
        bool proven = staged != null
            && SerialNumber.IsNewer(staged.Number, _epochs.Current.Number)
            && request.Epoch == staged.Number + 1;
        return proven ? staged : null;
    }

    /// <summary>True while the agreement for an answer waits or runs.</summary>
    internal bool IsAnswering
    {
        get { return _job != null; }
    }

    /// <summary>Fills in the answer that waits. False if none does.</summary>
    public bool TryTransmit(ControlMessage message, long now)
    {
        if (_due == null)
        {
            return false;
        }

        _due.T1 = _t1;
        _due.T2 = _t2;
        _due.T3 = _time.Clock.Read(now);
        _due.Write(message.Buffer, WireFormat.HeaderSize);
        message.Answer(PacketType.Management, SubType.RekeyResponse, RekeyResponse.Size, _from, null);
        _due = null;
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

    /// <summary>The agreement is done: stage the epoch and answer. False if the requester's point is not valid.</summary>
    internal bool CompleteJob(KeyJob job)
    {
        if (job != _job)
        {
            job.Wipe();
            return true;
        }

        _job = null;
        bool valid = job.Outcome == KeyJobOutcome.Done;
        if (valid)
        {
            // 12, step 2: the larger of the request's number and the own e + 1.
            uint number = _epochs.Current.Number + 1;
            if (SerialNumber.IsNewer(_requestedNumber, number))
            {
                number = _requestedNumber;
            }

            var epoch = new Epoch(_crypto, number, job.Block, _session);
            _epochs.Stage(epoch);
            _jobAnswer.Epoch = number;
            Array.Copy(job.VerificationHash, _jobAnswer.VerificationHash, CryptoProvider.HashSize);
            Array.Copy(job.Own.PublicKey, _jobAnswer.PublicKey, CryptoProvider.PublicKeySize);
            _due = _jobAnswer;
            _t1 = _jobT1;
            _t2 = _jobT2;
            _from.CopyFrom(_jobFrom);
        }
        else
        {
            _gate.Forget(_jobIndex);
        }

        job.Wipe();
        return valid;
    }

    /// <summary>Overwrites what it holds.</summary>
    internal void Wipe()
    {
        if (_job != null && !_jobTaken)
        {
            _job.Wipe();
        }

        _job = null;
        _due = null;
    }

    // 9.4: one new agreement a second; what is in the cache is served meanwhile.
    private RequestVerdict CheckBusy(RekeyRequest request, uint sequence, long now)
    {
        if (!_gate.IsAnswered(request.Nonce))
        {
            return RequestVerdict.TooMany;
        }

        return _gate.Check(request.Nonce, sequence, now);
    }

    private void Start(RekeyRequest request, uint sequence, long now)
    {
        _jobIndex = _gate.Served(request.Nonce, sequence);
        if (_answers[_jobIndex] == null)
        {
            // With the first rekeys and not at birth: many a link never answers one.
            _answers[_jobIndex] = new RekeyResponse();
        }

        _jobAnswer = _answers[_jobIndex];
        _jobAnswer.Nonce = request.Nonce;
        _requestedNumber = request.Epoch;
        _nextAgreementAt = now + (SpecConstants.AgreementIntervalMs * SpecConstants.MicrosPerMs);
        _job = KeyJob.Rekey(_reserve.Take(), request.PublicKey, false, _session.SessionId, null, _session.Iterations);
        _job.Owner = this;
        _jobTaken = false;
    }

    // Kept apart from an answer out of the cache, which a recorded request may ask for while the job runs.
    private void NoteForJob(RekeyRequest request, Arrival from, long now)
    {
        _jobT1 = request.T1;
        _jobT2 = _time.Clock.Read(now);
        _jobFrom.CopyFrom(from);
    }
}
