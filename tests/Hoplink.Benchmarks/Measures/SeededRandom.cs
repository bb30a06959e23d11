using Hoplink.Crypto;

namespace Hoplink.Benchmarks.Measures;

/// <summary>Random bytes that are the same each time, after those of a script.</summary>
internal sealed class SeededRandom(int seed, params byte[][] script) : RandomSource
{
    private readonly Random _random = new(seed);
    private int _next;

    public override void Fill(byte[] buffer, int offset, int count)
    {
        if (_next < script.Length)
        {
            Array.Copy(script[_next++], 0, buffer, offset, count);
        }
        else
        {
            _random.NextBytes(buffer.AsSpan(offset, count));
        }
    }
}
