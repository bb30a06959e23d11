using Hoplink.Parameters;

namespace Hoplink.Recovery;

/// <summary>
/// The newest attempts as parallel arrays in a ring, 25 bytes each, with their counts for each level. Arguments are checked by the caller.
/// </summary>
internal sealed class AttemptHistory
{
    internal const int LevelSlots = (int)RecoveryLevel.ConnectionTerminate + 1;

    private const int MsPerUnit = 100;

    private readonly byte[] _levels;
    private readonly byte[] _results; // every RecoveryResult fits
    private readonly int[] _conditions;
    private readonly int[] _rttMicros;
    private readonly ushort[] _lossPermille;
    private readonly int[] _jitterMicros;

    // In units of 100 ms, so that an int lasts 6.8 years: in ms it would be full after 24 days.
    private readonly int[] _age;
    private readonly int[] _time;

    private readonly int[] _attemptsAt = new int[LevelSlots];
    private readonly int[] _successesAt = new int[LevelSlots];
    private int _next;

    internal AttemptHistory(int size)
    {
        Size = size;
        _levels = new byte[size];
        _results = new byte[size];
        _conditions = new int[size];
        _rttMicros = new int[size];
        _lossPermille = new ushort[size];
        _jitterMicros = new int[size];
        _age = new int[size];
        _time = new int[size];
    }

    /// <summary>Attempts that there is room for.</summary>
    internal int Size { get; }

    /// <summary>Attempts on record, 0 to <see cref="Size"/>.</summary>
    internal int Count { get; private set; }

    internal int AttemptsAt(int level)
    {
        return _attemptsAt[level];
    }

    internal int SuccessesAt(int level)
    {
        return _successesAt[level];
    }

    internal void Add(
        RecoveryLevel level,
        RecoveryResult result,
        int conditions,
        int rttMicros,
        int lossPermille,
        int jitterMicros,
        long ageMicros,
        long now)
    {
        int slot = _next;
        if (Count == Size)
        {
            Tally(slot, -1);
        }
        else
        {
            Count++;
        }

        _levels[slot] = (byte)level;
        _results[slot] = (byte)result;
        _conditions[slot] = conditions;
        _rttMicros[slot] = rttMicros;
        _lossPermille[slot] = (ushort)lossPermille;
        _jitterMicros[slot] = jitterMicros;
        _age[slot] = ToUnits(ageMicros);
        _time[slot] = ToUnits(now);
        Tally(slot, 1);
        _next = slot + 1 == Size ? 0 : slot + 1;
    }

    /// <summary>Fills the record with attempt <paramref name="index"/>, 0 the oldest.</summary>
    internal void Read(int index, AttemptRecord record)
    {
        int slot = Slot(index);
        record.Level = (RecoveryLevel)_levels[slot];
        record.Result = (RecoveryResult)_results[slot];
        record.Conditions = _conditions[slot];
        record.RttMicros = _rttMicros[slot];
        record.LossPermille = _lossPermille[slot];
        record.JitterMicros = _jitterMicros[slot];
        record.SessionAgeMs = (long)_age[slot] * MsPerUnit;
        record.TimeMs = (long)_time[slot] * MsPerUnit;
    }

    /// <summary>The conditions of attempt <paramref name="index"/>, 0 the oldest.</summary>
    internal int ConditionsAt(int index)
    {
        return _conditions[Slot(index)];
    }

    /// <summary>The result of attempt <paramref name="index"/>, 0 the oldest.</summary>
    internal RecoveryResult ResultAt(int index)
    {
        return (RecoveryResult)_results[Slot(index)];
    }

    private static int ToUnits(long micros)
    {
        long units = micros / (MsPerUnit * SpecConstants.MicrosPerMs);
        return units < int.MaxValue ? (int)units : int.MaxValue;
    }

    private int Slot(int index)
    {
        int slot = _next - Count + index;
        return slot < 0 ? slot + Size : slot;
    }

    private void Tally(int slot, int sign)
    {
        _attemptsAt[_levels[slot]] += sign;
        if (_results[slot] == (byte)RecoveryResult.Success)
        {
            _successesAt[_levels[slot]] += sign;
        }
    }
}
