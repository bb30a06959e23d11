using Hoplink.Crypto;
using Hoplink.Delivery;
using Hoplink.Parameters;
using Hoplink.Timing;

namespace Hoplink.Recovery;

/// <summary>What the coordinator is doing (9.2).</summary>
public enum CoordinatorState : byte
{
    /// <summary>No recovery.</summary>
    Idle,

    /// <summary>An attempt at a level is under way.</summary>
    Attempting,

    /// <summary>An attempt failed; the next waits.</summary>
    BackingOff,

    /// <summary>The session has ended.</summary>
    Ended,
}

/// <summary>
/// Climbs the ladder (9.2): decides which rung runs, begins its attempts, retries, backs off and escalates. It never waits, and runs one
/// recovery at a time.
/// </summary>
public sealed class RecoveryCoordinator
{
    private const long Ms = SpecConstants.MicrosPerMs;
    private const int LevelCount = (int)RecoveryLevel.SessionRekey + 1;

    private readonly Rung[] _rungs = new Rung[LevelCount];
    private readonly FailureDetector _detector;
    private readonly RecoveryAnalytics _analytics;
    private readonly IRecoveryListener _listener;
    private readonly CryptoProvider _crypto;
    private readonly RttEstimator _rtt;
    private readonly DataSender _sender;
    private readonly SuspectLimit _suspects = new SuspectLimit();
    private readonly byte[] _scratch = new byte[2];
    private readonly long _sessionBegan;

    private CoordinatorState _state;
    private int _tried;
    private int _returns;
    private bool _rekeyed;
    private bool _suspectAttempt;
    private int _conditionsAtStart;
    private long _recoveryBegan;
    private long _backOffUntil = TimerTable.Never;

    /// <summary>Makes the coordinator of one session.</summary>
    public RecoveryCoordinator(
        Rung timeResync, Rung sequenceRepair, Rung sessionRekey, FailureDetector detector, RecoveryAnalytics analytics,
        IRecoveryListener listener, CryptoProvider crypto, RttEstimator rtt, DataSender sender, long now)
    {
        _rungs[(int)RecoveryLevel.TimeSync] = timeResync;
        _rungs[(int)RecoveryLevel.SequenceRepair] = sequenceRepair;
        _rungs[(int)RecoveryLevel.SessionRekey] = sessionRekey;
        _detector = detector;
        _analytics = analytics;
        _listener = listener;
        _crypto = crypto;
        _rtt = rtt;
        _sender = sender;
        _sessionBegan = now;
    }

    /// <summary>What it is doing.</summary>
    public CoordinatorState State => _state;

    /// <summary>The level of the present recovery, None while idle.</summary>
    public RecoveryLevel Level { get; private set; }

    /// <summary>Attempts at this level, the present one included.</summary>
    public int Attempt { get; private set; }

    /// <summary>What the last failed attempt of this recovery ended with.</summary>
    public RecoveryResult LastError { get; private set; }

    /// <summary>The highest level of this recovery.</summary>
    public RecoveryLevel Reached { get; private set; }

    /// <summary>When <see cref="Update"/> has something to do though nothing happens, us.</summary>
    public long NextTimer
    {
        get
        {
            switch (_state)
            {
                case CoordinatorState.Idle:
                    return _detector.Conditions == 0 ? TimerTable.Never : HeldBackUntil();
                case CoordinatorState.Attempting:
                    return _rungs[(int)Level].NextTimer;
                case CoordinatorState.BackingOff:
                    return _backOffUntil;
                default:
                    return TimerTable.Never;
            }
        }
    }

    /// <summary>The rung whose attempt is under way; null if none is.</summary>
    public Rung Running
    {
        get { return _state == CoordinatorState.Attempting ? _rungs[(int)Level] : null; }
    }

    /// <summary>Looks at what the detector found and at the present attempt. <paramref name="answerDue"/> as in 8.</summary>
    public void Update(bool answerDue, long now)
    {
        // Each turn starts, ends or escalates one attempt; a rung may end as it begins, so a few turns can be due at once.
        for (int turn = 0; turn < 2 * LevelCount && Turn(answerDue, now); turn++)
        {
        }
    }

    /// <summary>The session has ended, by L4 or otherwise.</summary>
    public void End()
    {
        Rung running = Running;
        if (running != null)
        {
            running.Cancel();
        }

        _state = CoordinatorState.Ended;
        Level = RecoveryLevel.Failed;
    }

    private bool Turn(bool answerDue, long now)
    {
        if (_state == CoordinatorState.Ended)
        {
            return false;
        }

        _detector.Update(now);
        bool well = IsWell(answerDue, now);
        int counted = Counted(well, now);
        RecoveryLevel wanted = Decide(counted);
        if (wanted == RecoveryLevel.ConnectionTerminate)
        {
            // D1: with L4 asked for nobody hears the other rungs, so it does not wait for the present attempt.
            Terminate(now);
            return false;
        }

        switch (_state)
        {
            case CoordinatorState.Idle:
                return wanted != RecoveryLevel.None && BeginRecovery(wanted, counted, well, now);
            case CoordinatorState.BackingOff:
                return now >= _backOffUntil && Resume(wanted, counted, well, now);
            default:
                return LookAtAttempt(answerDue, now);
        }
    }

    // 8: what runs, in this order.
    private RecoveryLevel Decide(int conditions)
    {
        if (conditions == 0)
        {
            return RecoveryLevel.None;
        }

        int asked = ConditionSet.Has(conditions, FailureCondition.PeerAsks) ? (int)_detector.AskedLevel : 0;
        bool time = ConditionSet.HasAny(conditions, ConditionSet.Time) || asked == (int)RecoveryLevel.TimeSync;
        bool sequence = ConditionSet.HasAny(conditions, ConditionSet.Sequence) || asked == (int)RecoveryLevel.SequenceRepair;
        bool auth = ConditionSet.HasAny(conditions, ConditionSet.Authentication);

        // 8, D9: what anybody can bring about is no group of its own here, or junk could end a session that is silent.
        bool provenAuth = ConditionSet.HasAny(conditions, ConditionSet.Authentication & ~ConditionSet.Provocable);
        bool partition = ConditionSet.Has(conditions, FailureCondition.Partition);
        if (ConditionSet.Has(conditions, FailureCondition.StateCorrupt) || (partition && (time || sequence || provenAuth)))
        {
            return RecoveryLevel.ConnectionTerminate;
        }

        if (ConditionSet.Has(conditions, FailureCondition.AuthFailures))
        {
            // D15
            return RecoveryLevel.SessionRekey;
        }

        return time ? RecoveryLevel.TimeSync
            : sequence ? RecoveryLevel.SequenceRepair
            : auth ? RecoveryLevel.SessionRekey
            : RecoveryLevel.None;
    }

    // 8, D9: on a session that is well, what anybody can provoke does not count while it is held back.
    private int Counted(bool well, long now)
    {
        int conditions = _detector.Conditions;
        return well && _suspects.IsHeldBack(now) ? conditions & ~ConditionSet.Provocable : conditions;
    }

    private bool IsWell(bool answerDue, long now)
    {
        return !answerDue || now - _detector.LastFreshAt <= SpecConstants.WellSessionMs * Ms;
    }

    private long HeldBackUntil()
    {
        return (_detector.Conditions & ConditionSet.Provocable) != 0 ? _suspects.ReleasedAt : TimerTable.Never;
    }

    private bool BeginRecovery(RecoveryLevel level, int conditions, bool well, long now)
    {
        _tried = 0;
        _returns = 0;
        _rekeyed = false;
        _recoveryBegan = now;
        Reached = RecoveryLevel.None;
        LastError = RecoveryResult.Success;
        return BeginLevel(level, conditions, well, now);
    }

    private bool BeginLevel(RecoveryLevel level, int conditions, bool well, long now)
    {
        Attempt = 0;
        return BeginAttempt(level, conditions, well, now);
    }

    private bool BeginAttempt(RecoveryLevel level, int conditions, bool well, long now)
    {
        _state = CoordinatorState.Attempting;
        Level = level;
        Attempt++;
        _tried |= 1 << (int)level;
        _conditionsAtStart = conditions;
        _backOffUntil = TimerTable.Never;
        if (level > Reached)
        {
            Reached = level;
        }

        _suspectAttempt = level == RecoveryLevel.SessionRekey && IsProvoked(conditions) && well;
        if (_suspectAttempt)
        {
            _suspects.OnAttempt(now);
        }

        _listener.OnRungStarted(level, Attempt, conditions, now);
        _rungs[(int)level].Begin(conditions, _rekeyed, now);
        return true;
    }

    // D9: whether detection asks for L3, and only because of what anybody can bring about. protocol.md 8 is silent on a condition of
    // another group beside it, which does not ask for L3: it must not lift the limit, or junk on a bad network would rekey without end.
    private bool IsProvoked(int conditions)
    {
        int authentication = conditions & ConditionSet.Authentication;
        return (authentication & ~ConditionSet.Provocable) == 0 && Decide(conditions) == RecoveryLevel.SessionRekey;
    }

    private bool LookAtAttempt(bool answerDue, long now)
    {
        Rung rung = _rungs[(int)Level];
        if (rung.NextTimer <= now)
        {
            rung.OnTimer(now);
        }

        if (rung.Status == RungStatus.Succeeded)
        {
            OnSucceeded(answerDue, now);
            return true;
        }

        if (rung.Status == RungStatus.Failed)
        {
            OnFailed(rung, answerDue, now);
            return true;
        }

        return false;
    }

    // 9.2, step 3
    private void OnSucceeded(bool answerDue, long now)
    {
        RecoveryLevel level = Level;
        Record(level, RecoveryResult.Success, now);
        _rekeyed |= level == RecoveryLevel.SessionRekey;
        _detector.Cure(level, _rungs[(int)level].SteppedClock, now);
        _analytics.ClearConditions();
        _sender.UndoBackoff(now);
        _listener.OnRungSucceeded(level, now - _recoveryBegan, now);
        _detector.Update(now);

        bool well = IsWell(answerDue, now);
        int conditions = Counted(well, now);
        RecoveryLevel wanted = Decide(conditions);
        if (wanted == RecoveryLevel.None || wanted == RecoveryLevel.ConnectionTerminate)
        {
            // L4 is carried out by the next turn, as for any other state.
            BecomeIdle();
            return;
        }

        bool again = (_tried & (1 << (int)wanted)) != 0;
        RecoveryLevel next = again && level < RecoveryLevel.SessionRekey ? level + 1 : wanted;
        if (again && level == RecoveryLevel.SessionRekey && _returns++ > 0)
        {
            // protocol.md 9.2 is silent on how fast. At once the first time, for the repair after a rekey may go further (11); but a
            // condition that outlives even that waits for the backoff, or the two ends would rekey as fast as the network carries it.
            Level = next;
            Attempt = 0;
            BackOff(_returns - 1, now);
            return;
        }

        if (again && next > level)
        {
            _listener.OnEscalated(level, next, now);
        }

        BeginLevel(next, conditions, well, now);
    }

    // 9.2, step 4
    private void OnFailed(Rung rung, bool answerDue, long now)
    {
        RecoveryLevel level = Level;
        LastError = rung.Result;
        Record(level, rung.Result, now);
        _listener.OnRungFailed(level, Attempt, rung.Result, now);
        rung.Cancel();

        bool well = IsWell(answerDue, now);
        if (_suspectAttempt && well)
        {
            // D9: its failure does not escalate.
            BecomeIdle();
            return;
        }

        bool final = rung.IsFinal;
        if (!final && Attempt < SpecConstants.MAX_RECOVERY_ATTEMPTS_PER_LEVEL)
        {
            BackOff(Attempt, now);
            return;
        }

        int conditions = Counted(well, now);
        if (Decide(conditions) == RecoveryLevel.None)
        {
            // protocol.md 9.2 is silent: what no longer holds after the last attempt needs no higher rung, least of all L4.
            BecomeIdle();
            return;
        }

        RecoveryLevel next = final ? RecoveryLevel.SessionRekey : level + 1;
        _listener.OnEscalated(level, next, now);
        if (next == RecoveryLevel.ConnectionTerminate)
        {
            Terminate(now);
            return;
        }

        BeginLevel(next, conditions, well, now);
    }

    // D4: at the higher of this level and the one that detection now asks for.
    private bool Resume(RecoveryLevel wanted, int conditions, bool well, long now)
    {
        if (wanted == RecoveryLevel.None)
        {
            BecomeIdle();
            return false;
        }

        if (wanted > Level)
        {
            _listener.OnEscalated(Level, wanted, now);
            return BeginLevel(wanted, conditions, well, now);
        }

        return BeginAttempt(Level, conditions, well, now);
    }

    private void BackOff(int attempts, long now)
    {
        long wait = ((long)_analytics.RetryIntervalMs << (attempts < 5 ? attempts : 5)) * Ms;

        // D18: +-10 %, so that two ends do not march in step.
        _crypto.FillRandom(_scratch, 0, 2);
        long jitter = wait / 5 * (((_scratch[0] << 8) | _scratch[1]) - 32768) / 65536;
        _backOffUntil = now + wait + jitter;
        _state = CoordinatorState.BackingOff;
    }

    private void BecomeIdle()
    {
        _state = CoordinatorState.Idle;
        Level = RecoveryLevel.None;
        Attempt = 0;
        Reached = RecoveryLevel.None;
        _backOffUntil = TimerTable.Never;
        _analytics.OnIdle();
    }

    private void Terminate(long now)
    {
        Rung running = Running;
        if (running != null)
        {
            running.Cancel();
        }

        int conditions = _detector.Conditions;
        TerminationReason reason = ConditionSet.Has(conditions, FailureCondition.StateCorrupt) ? TerminationReason.StateCorrupt
            : ConditionSet.Has(conditions, FailureCondition.Partition) ? TerminationReason.PartitionAndFailure
            : TerminationReason.RecoveryExhausted;
        _conditionsAtStart = conditions;
        Record(RecoveryLevel.ConnectionTerminate, RecoveryResult.ConnectionTerminate, now);
        Reached = RecoveryLevel.ConnectionTerminate;
        _state = CoordinatorState.Ended;
        Level = RecoveryLevel.Failed;
        _listener.OnTerminate(reason, Reached, LastError, now);
    }

    private void Record(RecoveryLevel level, RecoveryResult result, long now)
    {
        _analytics.RecordAttempt(
            level, result, _conditionsAtStart, (int)_rtt.SmoothedRtt, _sender.LossPermille, (int)_rtt.RttVariation, now - _sessionBegan, now);
        _analytics.Analyse(now);
    }
}
