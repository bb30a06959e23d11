namespace Hoplink.Recovery;

/// <summary>Failed attempts grouped by the set of conditions that held, the most frequent first, of equally frequent the newest.</summary>
internal sealed class FailurePatterns
{
    private readonly int[] _conditions;
    private readonly byte[] _attempts; // at most the 100 on record

    // attempts: how many there may be on record.
    internal FailurePatterns(int attempts)
    {
        _conditions = new int[attempts];
        _attempts = new byte[attempts];
    }

    internal int Count { get; private set; }

    internal int ConditionsAt(int index)
    {
        return _conditions[index];
    }

    internal int AttemptsAt(int index)
    {
        return _attempts[index];
    }

    internal void Find(AttemptHistory history)
    {
        Count = 0;
        for (int i = history.Count - 1; i >= 0; i--)
        {
            if (history.ResultAt(i) != RecoveryResult.Success)
            {
                Add(history.ConditionsAt(i));
            }
        }

        Sort();
    }

    private void Add(int conditions)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_conditions[i] == conditions)
            {
                _attempts[i]++;
                return;
            }
        }

        _conditions[Count] = conditions;
        _attempts[Count] = 1;
        Count++;
    }

    // Insertion, so stable: the patterns come newest first, and ties stay so.
    private void Sort()
    {
        for (int i = 1; i < Count; i++)
        {
            int conditions = _conditions[i];
            byte attempts = _attempts[i];
            int at = i;
            while (at > 0 && _attempts[at - 1] < attempts)
            {
                _conditions[at] = _conditions[at - 1];
                _attempts[at] = _attempts[at - 1];
                at--;
            }

            _conditions[at] = conditions;
            _attempts[at] = attempts;
        }
    }
}
