using Hoplink.Parameters;

namespace Hoplink.Recovery;

/// <summary>
/// The failure conditions of the last 5 minutes: of each the time and details of its newest record, so that a flapping condition
/// pushes no other out, and a ring of the newest 32 records of all for counting.
/// </summary>
internal sealed class ConditionLog
{
    internal const int Slots = (int)FailureCondition.PeerAsks + 1;

    /// <summary>All conditions as a set; bit 0, None, is no condition.</summary>
    internal const int All = (1 << Slots) - 2;

    private const long RetentionMicros = SpecConstants.FAILURE_CONDITION_RETENTION_MS * SpecConstants.MicrosPerMs;

    private readonly long[] _newest = new long[Slots];
    private readonly long[] _details = new long[Slots];
    private readonly byte[] _conditions = new byte[OwnConstants.ConditionLogSize];
    private readonly long[] _times = new long[OwnConstants.ConditionLogSize];
    private int _seen;
    private int _count;
    private int _next;

    internal void Record(int condition, long details, long now)
    {
        _seen |= 1 << condition;
        _newest[condition] = now;
        _details[condition] = details;
        _conditions[_next] = (byte)condition;
        _times[_next] = now;
        _next = _next + 1 == _times.Length ? 0 : _next + 1;
        if (_count < _times.Length)
        {
            _count++;
        }
    }

    internal int Recent(long now)
    {
        int recent = 0;
        for (int condition = 1; condition < Slots; condition++)
        {
            if (IsRecent(condition, now))
            {
                recent |= 1 << condition;
            }
        }

        return recent;
    }

    internal int CountOf(int condition, long now)
    {
        if (!IsRecent(condition, now))
        {
            return 0;
        }

        int count = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_conditions[i] == condition && now - _times[i] < RetentionMicros)
            {
                count++;
            }
        }

        return count > 0 ? count : 1; // the ring may have lost the one known to be recent
    }

    internal long DetailsOf(int condition, long now)
    {
        return IsRecent(condition, now) ? _details[condition] : 0;
    }

    internal void Clear()
    {
        _seen = 0;
        _count = 0;
        _next = 0;
    }

    private bool IsRecent(int condition, long now)
    {
        return (_seen & (1 << condition)) != 0 && now - _newest[condition] < RetentionMicros;
    }
}
