namespace Hoplink.Timing;

/// <summary>
/// Which routine samples may adjust the clock (5.1): one whose round trip exceeds twice the smallest of the last eight is passed over,
/// but the best of eight in a row never is.
/// </summary>
public sealed class SampleFilter
{
    private const int Span = 8;

    private readonly long[] _roundTrips = new long[Span];
    private readonly TimeSample _bestPassed = new TimeSample();
    private int _count;
    private int _next;
    private int _passedInRow;

    /// <summary>The smallest round trip of the last eight samples, us; 0 before the first.</summary>
    public long SmallestRoundTrip()
    {
        long smallest = 0;
        for (int i = 0; i < _count; i++)
        {
            if (i == 0 || _roundTrips[i] < smallest)
            {
                smallest = _roundTrips[i];
            }
        }

        return smallest;
    }

    /// <summary>
    /// Takes a sample. True if <paramref name="sample"/> may be used; it then holds what to use: itself, or the best of the eight
    /// that were passed over.
    /// </summary>
    public bool Accept(TimeSample sample)
    {
        _roundTrips[_next] = sample.RoundTrip;
        _next = (_next + 1) % Span;
        if (_count < Span)
        {
            _count++;
        }

        if (sample.RoundTrip <= 2 * SmallestRoundTrip())
        {
            _passedInRow = 0;
            return true;
        }

        if (_passedInRow == 0 || sample.RoundTrip < _bestPassed.RoundTrip)
        {
            _bestPassed.CopyFrom(sample);
        }

        _passedInRow++;
        if (_passedInRow < Span)
        {
            return false;
        }

        _passedInRow = 0;
        sample.CopyFrom(_bestPassed);
        return true;
    }

    /// <summary>Forgets what was passed over: the clock has been set, so it says nothing any more.</summary>
    public void OnClockSet()
    {
        _passedInRow = 0;
    }
}
