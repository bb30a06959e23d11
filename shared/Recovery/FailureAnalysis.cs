using System;
using Hoplink.Parameters;

namespace Hoplink.Recovery;

/// <summary>
/// Why a session ended and what led there: what L4 hands to the application (13.1). Made once, by
/// <see cref="RecoveryAnalytics.MakeFailureAnalysis"/>, and never changed. It holds no secret.
/// </summary>
public sealed class FailureAnalysis
{
    private readonly int[] _attemptsAt = new int[AttemptHistory.LevelSlots];
    private readonly int[] _successesAt = new int[AttemptHistory.LevelSlots];
    private readonly int[] _recentCounts = new int[ConditionLog.Slots];
    private readonly long[] _recentDetails = new long[ConditionLog.Slots];
    private readonly int[] _patternConditions;
    private readonly int[] _patternAttempts;
    private readonly string[] _recommendations;

    internal FailureAnalysis(
        RecoveryAnalytics analytics,
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
        Reason = reason;
        LevelReached = levelReached;
        LastError = lastError;
        ConditionsAtEnd = conditions;
        RttMicros = rttMicros;
        LossPermille = lossPermille;
        JitterMicros = jitterMicros;
        SessionAgeMicros = sessionAgeMicros;

        for (int i = (int)RecoveryLevel.TimeSync; i < _attemptsAt.Length; i++)
        {
            _attemptsAt[i] = analytics.LifetimeAttemptsAt((RecoveryLevel)i);
            _successesAt[i] = analytics.LifetimeSuccessesAt((RecoveryLevel)i);
        }

        RecentConditions = analytics.RecentConditions(now);
        for (int i = 1; i < _recentCounts.Length; i++)
        {
            _recentCounts[i] = analytics.CountOf((FailureCondition)i, now);
            _recentDetails[i] = analytics.DetailsOf((FailureCondition)i, now);
        }

        int found = analytics.FailurePatternCount;
        _patternConditions = new int[found < OwnConstants.ReportedPatterns ? found : OwnConstants.ReportedPatterns];
        _patternAttempts = new int[_patternConditions.Length];
        for (int i = 0; i < _patternConditions.Length; i++)
        {
            _patternConditions[i] = analytics.FailurePatternConditions(i);
            _patternAttempts[i] = analytics.FailurePatternAttempts(i);
        }

        _recommendations = new string[analytics.RecommendationCount];
        for (int i = 0; i < _recommendations.Length; i++)
        {
            _recommendations[i] = analytics.GetRecommendation(i);
        }
    }

    /// <summary>Why the session ended.</summary>
    public TerminationReason Reason { get; }

    /// <summary>
    /// The peer's own reason if its RST ended the session (13.1), None otherwise; may be a number of a later release.
    /// </summary>
    public TerminationReason PeerReason { get; internal set; }

    /// <summary>The reason in words, and what to do about it.</summary>
    public string ReasonText => RecoveryText.Advice(Reason);

    /// <summary>The highest level of the ladder that was tried, by the peer if its RST ended the session.</summary>
    public RecoveryLevel LevelReached { get; }

    /// <summary>The result of the last attempt.</summary>
    public RecoveryResult LastError { get; }

    /// <summary>The conditions that held at the end: bit 1 &lt;&lt; (int)<see cref="FailureCondition"/>.</summary>
    public int ConditionsAtEnd { get; }

    /// <summary>
    /// The conditions recorded in the last 5 minutes and since the last success: bit 1 &lt;&lt; (int)<see cref="FailureCondition"/>.
    /// </summary>
    public int RecentConditions { get; }

    /// <summary>Age of the session, us.</summary>
    public long SessionAgeMicros { get; }

    /// <summary>Smoothed round trip at the end, us; 0 if there was no sample.</summary>
    public int RttMicros { get; }

    /// <summary>Share of datagrams lost, in thousandths, 0 to 1000.</summary>
    public int LossPermille { get; }

    /// <summary>Variation of the round trip, us.</summary>
    public int JitterMicros { get; }

    /// <summary>Failure patterns listed, 0 to 5.</summary>
    public int PatternCount => _patternConditions.Length;

    /// <summary>What an operator should do, the weightiest first: a copy, the caller's own.</summary>
    public string[] Recommendations
    {
        get
        {
            string[] copy = new string[_recommendations.Length];
            Array.Copy(_recommendations, copy, copy.Length);
            return copy;
        }
    }

    /// <summary>Attempts at a level in the whole life of the link.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a level of 1 to 4.</exception>
    public int AttemptsAt(RecoveryLevel level)
    {
        return _attemptsAt[Index((int)level, 1, _attemptsAt.Length, nameof(level))];
    }

    /// <summary>Successful attempts at a level in the whole life of the link.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a level of 1 to 4.</exception>
    public int SuccessesAt(RecoveryLevel level)
    {
        return _successesAt[Index((int)level, 1, _successesAt.Length, nameof(level))];
    }

    /// <summary>Records of a condition in the last 5 minutes, as <see cref="RecoveryAnalytics.CountOf"/> tells it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a condition.</exception>
    public int CountOf(FailureCondition condition)
    {
        return _recentCounts[Index((int)condition, 1, _recentCounts.Length, nameof(condition))];
    }

    /// <summary>The details of a condition's newest record in the last 5 minutes, in the condition's own unit; 0 without one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a condition.</exception>
    public long DetailsOf(FailureCondition condition)
    {
        return _recentDetails[Index((int)condition, 1, _recentDetails.Length, nameof(condition))];
    }

    /// <summary>The conditions of a failure pattern, the most frequent first: bit 1 &lt;&lt; (int)condition, possibly none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such pattern.</exception>
    public int PatternConditions(int index)
    {
        return _patternConditions[Index(index, 0, _patternConditions.Length, nameof(index))];
    }

    /// <summary>The failed attempts of a failure pattern, 1 to 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such pattern.</exception>
    public int PatternAttempts(int index)
    {
        return _patternAttempts[Index(index, 0, _patternAttempts.Length, nameof(index))];
    }

    /// <summary>All of it in some lines of text, without a line end after the last.</summary>
    public override string ToString()
    {
        string text = "Session ended: " + RecoveryText.Of(Reason) + " (" + ((int)Reason).ToString() + "). " + ReasonText
            + PeerReasonText()
            + "\nLevel reached: " + RecoveryText.Of(LevelReached)
            + "\nLast error: " + RecoveryText.Of(LastError) + ". " + RecoveryText.Advice(LastError)
            + "\nSession age: " + Age(SessionAgeMicros)
            + "\nNetwork: round trip " + (RttMicros == 0 ? "not measured" : Thousandths(RttMicros) + " ms")
            + ", jitter " + Thousandths(JitterMicros) + " ms, loss "
            + (LossPermille / 10).ToString() + "." + (LossPermille % 10).ToString() + " %"
            + "\nConditions at the end: " + RecoveryText.Conditions(ConditionsAtEnd)
            + "\nConditions of the last 5 minutes: " + RecentText()
            + "\nAttempts: " + AttemptsText();
        for (int i = 0; i < _patternConditions.Length; i++)
        {
            text += "\nFailure pattern, " + _patternAttempts[i].ToString() + " attempts: "
                + RecoveryText.Conditions(_patternConditions[i]);
        }

        for (int i = 0; i < _recommendations.Length; i++)
        {
            text += "\nRecommendation " + (i + 1).ToString() + ": " + _recommendations[i];
        }

        return text;
    }

    private static int Index(int index, int first, int length, string argument)
    {
        if (index < first || index >= length)
        {
            throw new ArgumentOutOfRangeException(argument);
        }

        return index;
    }

    private static string Thousandths(int value)
    {
        string fraction = (1000 + (value % 1000)).ToString();
        return (value / 1000).ToString() + "." + fraction.Substring(1);
    }

    private static string Age(long micros)
    {
        long seconds = micros / SpecConstants.MicrosPerSecond;
        return (seconds / 86400).ToString() + " d " + (seconds / 3600 % 24).ToString() + " h "
            + (seconds / 60 % 60).ToString() + " min " + (seconds % 60).ToString() + " s";
    }

    private string PeerReasonText()
    {
        return PeerReason == TerminationReason.None
            ? "" : "\nThe peer's reason: " + RecoveryText.Of(PeerReason) + ". " + RecoveryText.Advice(PeerReason);
    }

    private string RecentText()
    {
        string text = null;
        for (int i = 1; i < _recentCounts.Length; i++)
        {
            if (_recentCounts[i] > 0)
            {
                string one = RecoveryText.Of((FailureCondition)i) + " x " + _recentCounts[i].ToString()
                    + " (last measured: " + _recentDetails[i].ToString() + ")";
                text = text == null ? one : text + ", " + one;
            }
        }

        return text == null ? RecoveryText.Of(FailureCondition.None) : text;
    }

    private string AttemptsText()
    {
        string text = null;
        for (int i = 1; i < _attemptsAt.Length; i++)
        {
            string one = RecoveryText.Of((RecoveryLevel)i) + " " + _attemptsAt[i].ToString() + " (" + _successesAt[i].ToString()
                + " succeeded)";
            text = text == null ? one : text + ", " + one;
        }

        return text;
    }
}
