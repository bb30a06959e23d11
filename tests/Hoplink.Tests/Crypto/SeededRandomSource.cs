using Hoplink.Crypto;

namespace Hoplink.Tests.Crypto;

/// <summary>The same bytes for the same seed.</summary>
internal sealed class SeededRandomSource(int seed) : RandomSource
{
    private readonly Random _random = new(seed);

    public override void Fill(byte[] buffer, int offset, int count)
    {
        _random.NextBytes(buffer.AsSpan(offset, count));
    }
}
