namespace Hoplink.Recovery;

/// <summary>Sets of failure conditions as bits, and the groups of protocol.md 8.</summary>
public static class ConditionSet
{
    /// <summary>ClockOffset, SyncOverdue, PortMismatch, TimestampInvalid.</summary>
    public const int Time = (1 << 1) | (1 << 2) | (1 << 3) | (1 << 4);

    /// <summary>SequenceGap, GapTimeout, DuplicateSequence, ReorderOverflow, DeliveryStalled.</summary>
    public const int Sequence = (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 9);

    /// <summary>AuthFailures, HmacFailureRate, KeyCompromise, ReplayPattern, KeyWornOut.</summary>
    public const int Authentication = (1 << 10) | (1 << 11) | (1 << 12) | (1 << 13) | (1 << 14);

    /// <summary>What anybody who knows the session id can bring about (8, D9): AuthFailures, HmacFailureRate, ReplayPattern.</summary>
    public const int Provocable = (1 << 10) | (1 << 11) | (1 << 13);

    /// <summary>The set of one condition.</summary>
    public static int Of(FailureCondition condition)
    {
        return 1 << (int)condition;
    }

    /// <summary>True if the set has the condition.</summary>
    public static bool Has(int set, FailureCondition condition)
    {
        return (set & (1 << (int)condition)) != 0;
    }

    /// <summary>True if the set has a condition of the group.</summary>
    public static bool HasAny(int set, int group)
    {
        return (set & group) != 0;
    }
}
