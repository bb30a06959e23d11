using Hoplink.Wire;

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
/// newest, starts at the epoch's first valid datagram, and takes about 4.2 KB.
/// </summary>
/// <remarks>
/// Times are kept in units of 65.536 ms modulo 2^16. "More than 2 s" therefore begins somewhere between 2.03 and 2.10 s, and a
/// number that is still in the window after 71.6 min (or a whole multiple) passes for one just seen for 2 s: a replay in those 2 s is
/// still refused, but not counted for ReplayPattern.
/// </remarks>
public sealed class ReplayWindow
{
    /// <summary>Numbers in the window.</summary>
    public const int Size = 1024;

    /// <summary>Distance from the newest above which a number is far.</summary>
    public const int FarDistance = 1 << 16;

    private const int Mask = Size - 1;
    private const int UnitShift = 16;

    // The least count of units that is certain to exceed 2 s, whatever was cut off both times: 31 whole units are 2.03 s.
    private const int LateUnits = 32;

    private readonly uint[] _seen = new uint[Size / 32];
    private readonly ushort[] _prefixes = new ushort[Size];

    // For a number that was seen: when. For one that was not: when the window's top passed it.
    private readonly ushort[] _times = new ushort[Size];
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
    /// <param name="sequence">The packet number.</param>
    /// <param name="tagPrefix">First 2 bytes of the tag.</param>
    /// <param name="nowMicros">Arrival, us.</param>
    public ReplayVerdict Accept(uint sequence, ushort tagPrefix, long nowMicros)
    {
        ushort now = (ushort)(nowMicros >> UnitShift);
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
            Restart(sequence, now);
        }
        else if (ahead > 0)
        {
            MoveUp(sequence, ahead, now);
        }
        else if (ahead <= -Size)
        {
            return IsLate(TimeBottomPassed(sequence), now) ? ReplayVerdict.TooOldLate : ReplayVerdict.TooOld;
        }
        else if ((_seen[slot >> 5] & (1u << slot)) != 0)
        {
            if (_prefixes[slot] != tagPrefix)
            {
                return ReplayVerdict.Conflict;
            }

            return IsLate(_times[slot], now) ? ReplayVerdict.RepeatedLate : ReplayVerdict.Repeated;
        }

        _seen[slot >> 5] |= 1u << slot;
        _prefixes[slot] = tagPrefix;
        _times[slot] = now;
        return ReplayVerdict.Fresh;
    }

    private static bool IsLate(ushort then, ushort now)
    {
        return (ushort)(now - then) >= LateUnits;
    }

    private void MoveUp(uint sequence, int ahead, ushort now)
    {
        if (ahead >= Size)
        {
            Restart(sequence, now);
            return;
        }

        for (uint number = _newest + 1; number != sequence + 1; number++)
        {
            int slot = (int)(number & Mask);
            _seen[slot >> 5] &= ~(1u << slot);
            _times[slot] = now;
        }

        _newest = sequence;
    }

    private void Restart(uint newest, ushort now)
    {
        for (int i = 0; i < _seen.Length; i++)
        {
            _seen[i] = 0;
        }

        for (int i = 0; i < Size; i++)
        {
            _times[i] = now;
        }

        _newest = newest;
    }

    /// <summary>
    /// When the bottom passed a number that is below it: when the top came to that number + 1024, or, if that too is below, not
    /// later than when it came to the lowest number that is not.
    /// </summary>
    private ushort TimeBottomPassed(uint sequence)
    {
        uint bottom = _newest - (Size - 1);
        uint witness = sequence + Size;
        return _times[(int)((SerialNumber.IsNewer(bottom, witness) ? bottom : witness) & Mask)];
    }
}
