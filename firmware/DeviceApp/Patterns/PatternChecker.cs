using System;

namespace Hoplink.Device.Patterns;

/// <summary>
/// Counts what became of a stream of test patterns: received, lost, duplicated, out of order, damaged. It remembers which of the last
/// 1024 indexes came; what is older and comes again counts as duplicated.
/// </summary>
public sealed class PatternChecker
{
    /// <summary>Indexes remembered below the highest seen.</summary>
    public const int Memory = 1024;

    private readonly uint[] _seen = new uint[Memory / 32];
    private readonly bool _fromFirstSeen;
    private bool _started;
    private long _first;
    private long _next;

    /// <summary>Makes a checker of a stream that begins with index 0, or with the first index that arrives.</summary>
    /// <param name="fromFirstSeen">True where the stream may already be running: what came before the first is not called lost.</param>
    public PatternChecker(bool fromFirstSeen)
    {
        _fromFirstSeen = fromFirstSeen;
    }

    /// <summary>Test patterns with an index not seen before, messages.</summary>
    public long Received { get; private set; }

    /// <summary>Indexes passed over and not seen since, messages.</summary>
    public long Lost { get; private set; }

    /// <summary>Test patterns with an index seen before, messages.</summary>
    public long Duplicated { get; private set; }

    /// <summary>Test patterns that came after one with a higher index, messages; they are received too, and not lost.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Test patterns with bytes that were changed, messages; they count in no other figure.</summary>
    public long Damaged { get; private set; }

    /// <summary>True if nothing was lost, duplicated, out of order or damaged.</summary>
    public bool IsClean
    {
        get { return Lost == 0 && Duplicated == 0 && OutOfOrder == 0 && Damaged == 0; }
    }

    /// <summary>Takes one message; false, counting nothing, unless it is a test pattern.</summary>
    public bool Check(byte[] message, int offset, int count)
    {
        if (!TestPattern.IsPattern(message, offset, count))
        {
            return false;
        }

        if (!TestPattern.IsIntact(message, offset, count))
        {
            Damaged++;
            return true;
        }

        long index = TestPattern.Index(message, offset);
        if (!_started)
        {
            _started = true;
            _first = _fromFirstSeen ? index : 0;
            _next = _first;
        }

        if (index >= _next)
        {
            Advance(index);
        }
        else
        {
            Late(index);
        }

        return true;
    }

    /// <summary>Forgets the stream and all figures.</summary>
    public void Reset()
    {
        _started = false;
        _next = 0;
        Received = 0;
        Lost = 0;
        Duplicated = 0;
        OutOfOrder = 0;
        Damaged = 0;
        Array.Clear(_seen, 0, _seen.Length);
    }

    private void Advance(long index)
    {
        long gap = index - _next;
        if (gap >= Memory)
        {
            Array.Clear(_seen, 0, _seen.Length);
        }
        else
        {
            for (long missing = _next; missing < index; missing++)
            {
                Mark(missing, false);
            }
        }

        Mark(index, true);
        Lost += gap;
        Received++;
        _next = index + 1;
    }

    private void Late(long index)
    {
        int bit = (int)(index % Memory);
        bool known = _next - index > Memory || (_seen[bit >> 5] & (1u << (bit & 31))) != 0;
        if (known)
        {
            Duplicated++;
            return;
        }

        // What lies before the stream's beginning was never counted as lost.
        if (index >= _first)
        {
            Lost--;
        }

        Mark(index, true);
        Received++;
        OutOfOrder++;
    }

    private void Mark(long index, bool seen)
    {
        int bit = (int)(index % Memory);
        uint mask = 1u << (bit & 31);
        _seen[bit >> 5] = seen ? _seen[bit >> 5] | mask : _seen[bit >> 5] & ~mask;
    }
}
