using Hoplink.Crypto;
using Hoplink.Host;

namespace Hoplink.Tests.Device;

/// <summary>The platform's crypto with randomness from a seed, so that a test runs the same way each time.</summary>
internal static class TestCrypto
{
    public static CryptoProvider Create(int seed) => new PlatformCrypto(new SeededSource(seed));

    private sealed class SeededSource(int seed) : RandomSource
    {
        private readonly Random _random = new(seed);

        public override void Fill(byte[] buffer, int offset, int count) => _random.NextBytes(buffer.AsSpan(offset, count));
    }
}
