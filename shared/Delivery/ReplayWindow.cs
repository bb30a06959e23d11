using System;

namespace Hoplink.Delivery;

/// <summary>What <see cref="ReplayWindow.Accept"/> found.</summary>
public enum ReplayVerdict : byte
{
    /// <summary>Not seen before, and now marked: the datagram is fresh.</summary>
    Fresh,

    /// <summary>Seen before, not long ago: networks duplicate.</summary>
    Repeated,

    /// <summary>First seen more than 2 s before: counts for ReplayPattern (8).</summary>
    RepeatedLate,

    /// <summary>Seen before with another tag: KeyCompromise (8).</summary>
    Conflict,

    /// <summary>Below the window.</summary>
    TooOld,

    /// <summary>Below a window whose bottom passed the number more than 2 s ago: counts for ReplayPattern (8).</summary>
    TooOldLate,
}

/// <summary>
/// The replay window of one key epoch and direction (protocol.md 2; RFC 6479 gave the ring of bits). It spans the 1024 numbers up to the
/// newest, starts at the epoch's first valid datagram, and takes about 2.8 KB.
/// </summary>
/// <remarks>
/// protocol.md 8 is silent on how exactly the 2 s of ReplayPattern are kept. No time is kept for each number: how the window stood at the
/// ends of the last three units of 1.05 s says what was seen by then. "More than 2 s" therefore begins somewhere between 2.10 and 3.15 s,
/// never sooner, so that a network's late duplicates do not count.
/// </remarks>
public sealed class ReplayWindow
{
    /// <summary>Numbers in the window.</summary>
    public const int Size = 1024;

    /// <summary>Distance from the newest above which a number is far.</summary>
    public const int FarDistance = 1 << 16;

    private const int Mask = Size - 1;
    private const int Words = Size / 32;
    private const int UnitShift = 20;
    private const int UnitsKept = 3;

    private readonly uint[] _seen = new uint[Words];
    private readonly ushort[] _prefixes = new ushort[Size];

    // A ring: what _seen and _newest were when each of the last units ended.
    private readonly uint[] _seenThen = new uint[UnitsKept * Words];
    private readonly uint[] _newestThen = new uint[UnitsKept];
    private int _oldest;
    private int _unit;
    private int _unitsEnded;
    private bool _started;
    private uint _newest;

    /// <summary>Whether a number has been accepted.</summary>
    public bool Started => _started;

    /// <summary>The newest number accepted; 0 before the first.</summary>
    public uint Newest => _newest;

    /// <summary>
    /// Whether the window has started and <paramref name="sequence"/> is more than 2^16 away from it, so that it may be dropped before
    /// the tag (2).
    /// </summary>
    public bool IsFar(uint sequence)
    {
        int distance = (int)(sequence - _newest);
        return (distance > FarDistance || distance < -FarDistance) && _started;
    }

    /// <summary>
    /// Judges a packet number whose tag has verified, and marks it if it is fresh.
    /// </summary>
    /// <param name="sequence">The packet number, not far (<see cref="IsFar"/>).</param>
    /// <param name="tagPrefix">First 2 bytes of the tag.</param>
    /// <param name="nowMicros">Arrival, us.</param>
    public ReplayVerdict Accept(uint sequence, ushort tagPrefix, long nowMicros)
    {
        int unit = (int)(nowMicros >> UnitShift);
        if (unit != _unit)
        {
            EndUnits(unit);
        }

        int ahead = (int)(sequence - _newest);
        int slot = (int)(sequence & Mask);
        if (ahead == 1 && _started)
        {
            // The usual case. What stood in its place is of a number that is below the window now.
            _newest = sequence;
        }
        else if (!_started)
        {
            _started = true;
            _newest = sequence;
        }
        else if (ahead > 0)
        {
            MoveUp(sequence, ahead);
        }
        else if (ahead <= -Size)
        {
            return WasBelow(sequence) ? ReplayVerdict.TooOldLate : ReplayVerdict.TooOld;
        }
        else if ((_seen[slot >> 5] & (1u << slot)) != 0)
        {
            if (_prefixes[slot] != tagPrefix)
            {
                return ReplayVerdict.Conflict;
            }

            return WasSeen(sequence) ? ReplayVerdict.RepeatedLate : ReplayVerdict.Repeated;
        }

        _seen[slot >> 5] |= 1u << slot;
        _prefixes[slot] = tagPrefix;
        return ReplayVerdict.Fresh;
    }

    // Nothing has arrived since the last unit that something arrived in: it, and all that have ended since, ended as it stands now.
    private void EndUnits(int unit)
    {
        for (int ended = _unit; ended != unit && ended - _unit < UnitsKept; ended++)
        {
            Array.Copy(_seen, 0, _seenThen, _oldest * Words, Words);
            _newestThen[_oldest] = _newest;
            _oldest = _oldest == UnitsKept - 1 ? 0 : _oldest + 1;
            if (_started && _unitsEnded < UnitsKept)
            {
                _unitsEnded++;
            }
        }

        _unit = unit;
    }

    private void MoveUp(uint sequence, int ahead)
    {
        if (ahead >= Size)
        {
            Array.Clear(_seen, 0, Words);
        }
        else
        {
            for (uint number = _newest + 1; number != sequence + 1; number++)
            {
                int slot = (int)(number & Mask);
                _seen[slot >> 5] &= ~(1u << slot);
            }
        }

        _newest = sequence;
    }

    // Whether a number that is in the window had arrived more than 2 s ago.
    private bool WasSeen(uint sequence)
    {
        int slot = (int)(sequence & Mask);
        bool marked = (_seenThen[(_oldest * Words) + (slot >> 5)] & (1u << slot)) != 0;
        return marked && (int)(sequence - _newestThen[_oldest]) <= 0 && _unitsEnded == UnitsKept;
    }

    // Whether a number that is below the window was below it more than 2 s ago.
    private bool WasBelow(uint sequence)
    {
        return (int)(sequence - _newestThen[_oldest]) <= -Size && _unitsEnded == UnitsKept;
    }
}
