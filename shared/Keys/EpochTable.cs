using Hoplink.Parameters;
using Hoplink.Timing;

namespace Hoplink.Keys;

/// <summary>
/// The key epochs that an end accepts (12): the current one, under which it sends, staged ones that the peer has not confirmed, and
/// retiring ones. Make before break: staging and retiring overlap, so that a rekey stalls no message.
/// </summary>
public sealed class EpochTable
{
    // A switch leaves at most the old epoch and the staged ones below the new; the oldest retiring one makes room.
    private const int Capacity = 6;

    private readonly Epoch[] _epochs = new Epoch[Capacity];
    private readonly bool[] _staged = new bool[Capacity];

    /// <summary>Begins with epoch 0.</summary>
    public EpochTable(Epoch first)
    {
        _epochs[0] = first;
        Count = 1;
        Current = first;
    }

    // Fields and not properties: every datagram reads them.

    /// <summary>The epoch under which this end sends.</summary>
    public Epoch Current;

    /// <summary>
    /// True from a switch as requester until the first valid datagram under the new epoch, 10 s at most (12): until then the old epoch
    /// is not on its way out.
    /// </summary>
    public bool SwitchOpen;

    /// <summary>Accepted epochs.</summary>
    public int Count;

    /// <summary>An accepted epoch, in no order.</summary>
    public Epoch Accepted(int index)
    {
        return _epochs[index];
    }

    /// <summary>
    /// The accepted epochs whose number has this low bit, newest first (12.1): the <paramref name="rank"/>th, null if there are fewer.
    /// </summary>
    public Epoch Candidate(bool phase, int rank)
    {
        if (Count == 1)
        {
            // The usual case: no rekey is under way.
            return rank == 0 && (Current.Number & 1) == (phase ? 1u : 0u) ? Current : null;
        }

        Epoch bound = null;
        for (int found = 0; ; found++)
        {
            Epoch best = null;
            for (int i = 0; i < Count; i++)
            {
                Epoch epoch = _epochs[i];
                bool fits = (epoch.Number & 1) == (phase ? 1u : 0u) && (bound == null || epoch.Number < bound.Number);
                if (fits && (best == null || epoch.Number > best.Number))
                {
                    best = epoch;
                }
            }

            if (best == null || found == rank)
            {
                return best;
            }

            bound = best;
        }
    }

    /// <summary>The newest staged epoch, null if there is none.</summary>
    public Epoch NewestStaged()
    {
        Epoch newest = null;
        for (int i = 0; i < Count; i++)
        {
            if (_staged[i] && (newest == null || _epochs[i].Number > newest.Number))
            {
                newest = _epochs[i];
            }
        }

        return newest;
    }

    /// <summary>True until the epoch is overwritten.</summary>
    public bool IsAccepted(Epoch epoch)
    {
        return IndexOf(epoch) >= 0;
    }

    /// <summary>True if the epoch waits for its first valid datagram.</summary>
    public bool IsStaged(Epoch epoch)
    {
        return _staged[IndexOf(epoch)];
    }

    /// <summary>Stages an epoch (12, step 2); one of the same number is replaced: its requester gave it up (12.3).</summary>
    public void Stage(Epoch epoch)
    {
        RemoveNumber(epoch.Number);
        Add(epoch, true);
    }

    /// <summary>
    /// The answerer's switch, on proof (12, step 4, D6): the staged epoch becomes current, the old one and staged ones below it
    /// retire.
    /// </summary>
    public void Confirm(Epoch epoch, long now)
    {
        SwitchTo(epoch);
        CompleteSwitch(now);
    }

    /// <summary>
    /// The requester's switch (12, step 3): staged epochs below it retire now, the old one when <see cref="CompleteSwitch"/> says so.
    /// </summary>
    public void SwitchAsRequester(Epoch epoch, long now)
    {
        // protocol.md 12.3 accepts a dropped epoch 2 s more. One of the same number was made for a request of the peer which lost against
        // this one (12.2): nobody will ever send under it, and two of one number would be one too many.
        RemoveNumber(epoch.Number);
        Add(epoch, false);
        RetireStagedBelow(epoch.Number, now);
        SwitchTo(epoch);
        SwitchOpen = true;
    }

    /// <summary>The switch is complete: everything but the current epoch and staged newer ones retires within 2 s.</summary>
    public void CompleteSwitch(long now)
    {
        SwitchOpen = false;
        for (int i = 0; i < Count; i++)
        {
            Epoch epoch = _epochs[i];
            bool old = epoch != Current && (!_staged[i] || epoch.Number <= Current.Number);
            if (old && epoch.RetiresAt == TimerTable.Never)
            {
                Retire(i, now);
            }
        }
    }

    /// <summary>When the next epoch is to be overwritten, us.</summary>
    public long NextRetirement()
    {
        long next = TimerTable.Never;
        if (Count == 1)
        {
            // The current one does not retire.
            return next;
        }

        for (int i = 0; i < Count; i++)
        {
            if (_epochs[i].RetiresAt < next)
            {
                next = _epochs[i].RetiresAt;
            }
        }

        return next;
    }

    /// <summary>Overwrites the epochs whose time has come.</summary>
    public void WipeRetired(long now)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (_epochs[i].RetiresAt <= now)
            {
                RemoveAt(i);
            }
        }
    }

    /// <summary>Overwrites every epoch.</summary>
    public void WipeAll()
    {
        for (int i = 0; i < Count; i++)
        {
            _epochs[i].Wipe();
        }
    }

    private void SwitchTo(Epoch epoch)
    {
        _staged[IndexOf(epoch)] = false;
        epoch.RetiresAt = TimerTable.Never;
        Current = epoch;
    }

    private void RetireStagedBelow(uint number, long now)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_staged[i] && _epochs[i].Number < number)
            {
                Retire(i, now);
            }
        }
    }

    private void Retire(int index, long now)
    {
        _staged[index] = false;
        _epochs[index].RetiresAt = now + (SpecConstants.EpochRetireMs * SpecConstants.MicrosPerMs);
    }

    private void Add(Epoch epoch, bool staged)
    {
        if (Count == Capacity)
        {
            RemoveAt(OldestButCurrent());
        }

        _epochs[Count] = epoch;
        _staged[Count] = staged;
        Count++;
    }

    private int OldestButCurrent()
    {
        int oldest = -1;
        for (int i = 0; i < Count; i++)
        {
            if (_epochs[i] != Current && (oldest < 0 || _epochs[i].Number < _epochs[oldest].Number))
            {
                oldest = i;
            }
        }

        return oldest;
    }

    private void RemoveNumber(uint number)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (_epochs[i].Number == number && _epochs[i] != Current)
            {
                RemoveAt(i);
            }
        }
    }

    private void RemoveAt(int index)
    {
        _epochs[index].Wipe();
        Count--;
        _epochs[index] = _epochs[Count];
        _staged[index] = _staged[Count];
        _epochs[Count] = null;
        _staged[Count] = false;
    }

    private int IndexOf(Epoch epoch)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_epochs[i] == epoch)
            {
                return i;
            }
        }

        return -1;
    }
}
