using System;

namespace Hoplink.Device.Crypto;

/// <summary>
/// Arrays of exactly the length asked for, each used again for the next request of its length: a native library that takes whole arrays
/// alone then costs no new array a datagram. For one thread. Few lengths are in use at a time (acknowledgments, heartbeats, an
/// application's few messages); a length beyond those kept takes the place of the one that was not asked for the longest.
/// </summary>
public sealed class ExactBuffers
{
    private readonly byte[][] _buffers;
    private readonly uint[] _used;
    private uint _clock;

    /// <summary>Keeps arrays of so many different lengths, 1 or more.</summary>
    /// <exception cref="ArgumentException">The capacity is below 1.</exception>
    public ExactBuffers(int capacity)
    {
        if (capacity < 1)
        {
            throw new ArgumentException("capacity must be 1 or more");
        }

        _buffers = new byte[capacity][];
        _used = new uint[capacity];
    }

    /// <summary>Arrays made so far.</summary>
    public int Made { get; private set; }

    /// <summary>The array of this length, 0 bytes or more; whatever is in it. It is the caller's until the next call.</summary>
    public byte[] Take(int length)
    {
        _clock++;
        int oldest = 0;
        for (int i = 0; i < _buffers.Length; i++)
        {
            byte[] buffer = _buffers[i];
            if (buffer != null && buffer.Length == length)
            {
                _used[i] = _clock;
                return buffer;
            }

            // An age, so that the clock may wrap round; a free place is older than any.
            if (_buffers[oldest] != null && (buffer == null || _clock - _used[i] > _clock - _used[oldest]))
            {
                oldest = i;
            }
        }

        Made++;
        _used[oldest] = _clock;
        _buffers[oldest] = new byte[length];
        return _buffers[oldest];
    }
}
