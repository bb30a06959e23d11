using System;
using Hoplink.Parameters;

namespace Hoplink.Recovery;

/// <summary>
/// "Recovery Analytics and Optimization" of the customer's document: keeps the newest attempts, 100 at most, and the failure conditions of
/// the last 5 minutes, finds what fails and how often, tunes three parameters by it (D13), and tells an operator what to do. On a device
/// about 1.6 KB and 31 bytes for each attempt, all allocated here; only the methods that hand out words or a
/// <see cref="FailureAnalysis"/> allocate. Times are monotonic us and must not run backwards. One thread at a time.
/// </summary>
public sealed class RecoveryAnalytics
{
    private readonly AttemptHistory _history;
    private readonly ConditionLog _conditions = new ConditionLog();
    private readonly FailurePatterns _patterns;
    private readonly TunedParameters _tuned = new TunedParameters();
    private readonly RecommendationList _recommendations = new RecommendationList();
    private readonly int[] _lifetimeAttempts = new int[AttemptHistory.LevelSlots];
    private readonly int[] _lifetimeSuccesses = new int[AttemptHistory.LevelSlots];

    // Conditions that stand in at least 1, 2, ... attempts on record, the threshold's last.
    private readonly int[] _standing = new int[OwnConstants.RecurringConditionAttempts];

    // Levels with an attempt that no analysis has seen: bit 1 << level.
    private int _newLevels;

    /// <summary>Begins with nothing on record.</summary>
    /// <param name="records">Attempts kept, 10 (fewer are not analysed) to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="records"/> is out of its range.</exception>
    public RecoveryAnalytics(int records)
    {
        Require(
            records >= SpecConstants.MIN_ATTEMPTS_FOR_ANALYSIS && records <= SpecConstants.ESCALATION_HISTORY_SIZE, nameof(records));
        _history = new AttemptHistory(records);
        _patterns = new FailurePatterns(records);
    }

    /// <summary>
    /// Attempts since the coordinator was last Idle, each counted once; <see cref="OnIdle"/> clears it (D3).
    /// </summary>
    public int TotalAttempts { get; private set; }

    /// <summary>When the newest attempt was recorded, us; -1 before the first.</summary>
    public long LastRecoveryTime { get; private set; } = -1;

    /// <summary>When <see cref="Analyse"/> last had enough attempts to judge by, us; -1 before that.</summary>
    public long LastAnalysisTime { get; private set; } = -1;

    /// <summary>Attempts on record, 0 to as many as are kept.</summary>
    public int AttemptCount => _history.Count;

    /// <summary>Different sets of conditions among the failed attempts, as last analysed, 0 to as many as are kept.</summary>
    public int FailurePatternCount => _patterns.Count;

    /// <summary>
    /// Conditions that stand in at least 3 attempts on record, failed or not, as last analysed: bit 1 &lt;&lt; (int)condition.
    /// </summary>
    public int RecurringConditions { get; private set; }

    /// <summary>How many conditions <see cref="RecurringConditions"/> holds.</summary>
    public int RecurringConditionCount { get; private set; }

    /// <summary>Recommendations, as last analysed; 0 where no attempt on record failed.</summary>
    public int RecommendationCount => _recommendations.Count;

    /// <summary>
    /// Time limit of an attempt at L1, ms, 5000 to 10000. An analysis multiplies it by 1.2 while less than 70 % of at least 3 attempts
    /// at L1 succeed, else divides it by 1.2; once for all attempts at L1 that it has not seen before, and not without one.
    /// </summary>
    public int TimeResyncTimeoutMs => _tuned.TimeResyncTimeoutMs;

    /// <summary>
    /// Time limit of an attempt at L2, ms, 8000 to 15000. As <see cref="TimeResyncTimeoutMs"/>, with attempts at L2 and 80 %.
    /// </summary>
    public int SequenceRepairTimeoutMs => _tuned.SequenceRepairTimeoutMs;

    /// <summary>
    /// Base of the backoff between attempts, ms, 2000 to 5000. An analysis multiplies it by 1.5 while more than 3 conditions recur, else
    /// divides it by 1.5; once for all attempts that it has not seen before, and not without one.
    /// </summary>
    public int RetryIntervalMs => _tuned.RetryIntervalMs;

    /// <summary>Records an attempt, the successful ones too; of more than are kept the oldest is forgotten.</summary>
    /// <param name="level">The level tried, 1 to 4.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="conditions">The conditions that held: bit 1 &lt;&lt; (int)<see cref="FailureCondition"/>.</param>
    /// <param name="rttMicros">Smoothed round trip, us; 0 before the first sample.</param>
    /// <param name="lossPermille">Share of datagrams lost, in thousandths, 0 to 1000.</param>
    /// <param name="jitterMicros">Variation of the round trip, us.</param>
    /// <param name="sessionAgeMicros">Age of the session, us; kept to 100 ms.</param>
    /// <param name="now">Monotonic us.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range; nothing is recorded.</exception>
    public void RecordAttempt(
        RecoveryLevel level,
        RecoveryResult result,
        int conditions,
        int rttMicros,
        int lossPermille,
        int jitterMicros,
        long sessionAgeMicros,
        long now)
    {
        int slot = LevelSlot(level);
        Require(result <= RecoveryResult.ConnectionTerminate, nameof(result));
        CheckCircumstances(conditions, rttMicros, lossPermille, jitterMicros, sessionAgeMicros);

        _history.Add(level, result, conditions, rttMicros, lossPermille, jitterMicros, sessionAgeMicros, now);
        _newLevels |= 1 << slot;
        TotalAttempts++;
        LastRecoveryTime = now;
        _lifetimeAttempts[slot]++;
        if (result == RecoveryResult.Success)
        {
            _lifetimeSuccesses[slot]++;
        }
    }

    /// <summary>The coordinator returned to Idle: clears <see cref="TotalAttempts"/> (D3).</summary>
    public void OnIdle()
    {
        TotalAttempts = 0;
    }

    /// <summary>Attempts at a level since this object was made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a level of 1 to 4.</exception>
    public int LifetimeAttemptsAt(RecoveryLevel level)
    {
        return _lifetimeAttempts[LevelSlot(level)];
    }

    /// <summary>Successful attempts at a level since this object was made.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a level of 1 to 4.</exception>
    public int LifetimeSuccessesAt(RecoveryLevel level)
    {
        return _lifetimeSuccesses[LevelSlot(level)];
    }

    /// <summary>Attempts at a level among those on record.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a level of 1 to 4.</exception>
    public int AttemptsAt(RecoveryLevel level)
    {
        return _history.AttemptsAt(LevelSlot(level));
    }

    /// <summary>Successful attempts at a level among those on record.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a level of 1 to 4.</exception>
    public int SuccessesAt(RecoveryLevel level)
    {
        return _history.SuccessesAt(LevelSlot(level));
    }

    /// <summary>
    /// Success rate of a level among the attempts on record, in thousandths, rounded down; -1 where there is none: a level never tried
    /// has no rate (D13).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a level of 1 to 4.</exception>
    public int SuccessPermille(RecoveryLevel level)
    {
        int attempts = AttemptsAt(level);
        return attempts == 0 ? -1 : SuccessesAt(level) * 1000 / attempts;
    }

    /// <summary>Copies an attempt on record into the caller's object.</summary>
    /// <param name="index">0, the oldest, to <see cref="AttemptCount"/> - 1.</param>
    /// <param name="record">Filled.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such attempt.</exception>
    /// <exception cref="ArgumentNullException">No object to fill.</exception>
    public void GetAttempt(int index, AttemptRecord record)
    {
        Require(index >= 0 && index < AttemptCount, nameof(index));
        if (record == null)
        {
            throw new ArgumentNullException(nameof(record));
        }

        _history.Read(index, record);
    }

    /// <summary>Records that a condition began or an attempt ran into one. It is kept for 5 minutes.</summary>
    /// <param name="condition">Any but None.</param>
    /// <param name="details">What was measured, in the condition's own unit (us of offset, messages, datagrams); 0 if nothing.</param>
    /// <param name="now">Monotonic us.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not a condition.</exception>
    public void RecordCondition(FailureCondition condition, long details, long now)
    {
        _conditions.Record(ConditionSlot(condition), details, now);
    }

    /// <summary>The conditions recorded in the last 5 minutes: bit 1 &lt;&lt; (int)condition.</summary>
    public int RecentConditions(long now)
    {
        return _conditions.Recent(now);
    }

    /// <summary>
    /// How often a condition was recorded in the last 5 minutes: as far as the newest 32 records of all conditions tell, and at least 1
    /// if it was at all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a condition.</exception>
    public int CountOf(FailureCondition condition, long now)
    {
        return _conditions.CountOf(ConditionSlot(condition), now);
    }

    /// <summary>The details of the newest record of a condition in the last 5 minutes; 0 without one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a condition.</exception>
    public long DetailsOf(FailureCondition condition, long now)
    {
        return _conditions.DetailsOf(ConditionSlot(condition), now);
    }

    /// <summary>
    /// A recovery succeeded: forgets the recorded conditions (the document's clear_recovery_state). Attempts stay on record.
    /// </summary>
    public void ClearConditions()
    {
        _conditions.Clear();
    }

    /// <summary>The conditions of a failure pattern: bit 1 &lt;&lt; (int)condition, possibly none.</summary>
    /// <param name="index">
    /// 0, the most frequent, to <see cref="FailurePatternCount"/> - 1; of equally frequent ones that with the newest attempt first.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">No such pattern.</exception>
    public int FailurePatternConditions(int index)
    {
        Require(index >= 0 && index < _patterns.Count, nameof(index));
        return _patterns.ConditionsAt(index);
    }

    /// <summary>The failed attempts of a failure pattern, 1 to 100.</summary>
    /// <param name="index">As for <see cref="FailurePatternConditions"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such pattern.</exception>
    public int FailurePatternAttempts(int index)
    {
        Require(index >= 0 && index < _patterns.Count, nameof(index));
        return _patterns.AttemptsAt(index);
    }

    /// <summary>What an operator should do, the weightiest first, with what it rests on. Allocates.</summary>
    /// <param name="index">0 to <see cref="RecommendationCount"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such recommendation.</exception>
    public string GetRecommendation(int index)
    {
        Require(index >= 0 && index < _recommendations.Count, nameof(index));
        Recommendation recommendation = _recommendations.At(index);
        return RecommendationText.Of(recommendation) + RecommendationText.Evidence(recommendation, _history, _tuned);
    }

    /// <summary>
    /// Finds failure patterns and recurring conditions, tunes the parameters and makes the recommendations; with fewer than 10 attempts
    /// on record it does nothing. To be called after each recorded attempt. It costs three passes over the records,
    /// and for each failed one a search through the patterns.
    /// </summary>
    /// <param name="now">Monotonic us.</param>
    public void Analyse(long now)
    {
        if (_history.Count < SpecConstants.MIN_ATTEMPTS_FOR_ANALYSIS)
        {
            return;
        }

        LastAnalysisTime = now;
        Examine();
        Tune();
        _recommendations.Make(_history, _patterns, RecurringConditions);
    }

    /// <summary>
    /// What L4 hands to the application (13.1). Allocates. Patterns and recommendations are found afresh, from fewer than 10 attempts
    /// too, for there will be no more of this session; parameters are not tuned.
    /// </summary>
    /// <param name="reason">Why the session ended.</param>
    /// <param name="levelReached">The highest level that was tried.</param>
    /// <param name="lastError">The result of the last attempt.</param>
    /// <param name="conditions">The conditions that held at the end: bit 1 &lt;&lt; (int)<see cref="FailureCondition"/>.</param>
    /// <param name="rttMicros">Smoothed round trip, us; 0 before the first sample.</param>
    /// <param name="lossPermille">Share of datagrams lost, in thousandths, 0 to 1000.</param>
    /// <param name="jitterMicros">Variation of the round trip, us.</param>
    /// <param name="sessionAgeMicros">Age of the session, us.</param>
    /// <param name="now">Monotonic us.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public FailureAnalysis MakeFailureAnalysis(
        TerminationReason reason,
        RecoveryLevel levelReached,
        RecoveryResult lastError,
        int conditions,
        int rttMicros,
        int lossPermille,
        int jitterMicros,
        long sessionAgeMicros,
        long now)
    {
        CheckCircumstances(conditions, rttMicros, lossPermille, jitterMicros, sessionAgeMicros);
        Examine();
        _recommendations.Make(_history, _patterns, RecurringConditions);
        _recommendations.AddForConditions(conditions);
        return new FailureAnalysis(
            this, reason, levelReached, lastError, conditions, rttMicros, lossPermille, jitterMicros, sessionAgeMicros, now);
    }

    private static int LevelSlot(RecoveryLevel level)
    {
        Require(level >= RecoveryLevel.TimeSync && level <= RecoveryLevel.ConnectionTerminate, nameof(level));
        return (int)level;
    }

    private static int ConditionSlot(FailureCondition condition)
    {
        Require(condition > FailureCondition.None && (int)condition < ConditionLog.Slots, nameof(condition));
        return (int)condition;
    }

    private static void CheckCircumstances(int conditions, int rttMicros, int lossPermille, int jitterMicros, long sessionAgeMicros)
    {
        Require((conditions & ~ConditionLog.All) == 0, nameof(conditions));
        Require(rttMicros >= 0, nameof(rttMicros));
        Require(lossPermille >= 0 && lossPermille <= 1000, nameof(lossPermille));
        Require(jitterMicros >= 0, nameof(jitterMicros));
        Require(sessionAgeMicros >= 0, nameof(sessionAgeMicros));
    }

    private static void Require(bool condition, string argument)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(argument);
        }
    }

    private void Examine()
    {
        _patterns.Find(_history);

        Array.Clear(_standing, 0, _standing.Length);
        for (int i = 0; i < _history.Count; i++)
        {
            int carry = _history.ConditionsAt(i);
            for (int times = 0; times < _standing.Length; times++)
            {
                int next = _standing[times] & carry;
                _standing[times] |= carry;
                carry = next;
            }
        }

        RecurringConditions = _standing[_standing.Length - 1];
        RecurringConditionCount = 0;
        for (int bits = RecurringConditions; bits != 0; bits &= bits - 1)
        {
            RecurringConditionCount++;
        }
    }

    // Only what was recorded since the last analysis moves a parameter, or analysing the same records again would ratchet it (D13).
    private void Tune()
    {
        if ((_newLevels & (1 << (int)RecoveryLevel.TimeSync)) != 0)
        {
            _tuned.TuneTimeResync(SuccessesAt(RecoveryLevel.TimeSync), AttemptsAt(RecoveryLevel.TimeSync));
        }

        if ((_newLevels & (1 << (int)RecoveryLevel.SequenceRepair)) != 0)
        {
            _tuned.TuneSequenceRepair(SuccessesAt(RecoveryLevel.SequenceRepair), AttemptsAt(RecoveryLevel.SequenceRepair));
        }

        if (_newLevels != 0)
        {
            _tuned.TuneRetryInterval(RecurringConditionCount);
        }

        _newLevels = 0;
    }
}
