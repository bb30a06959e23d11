using Hoplink.Crypto;
using Hoplink.Host;

namespace Hoplink.Simulation;

/// <summary>The platform's crypto with randomness from a world's seed, so that handshakes repeat to the byte.</summary>
public static class SimCrypto
{
    /// <summary>The crypto that draws from a generator of its own.</summary>
    public static CryptoProvider Create(SimRandom random) => new PlatformCrypto(new Source(random));

    private sealed class Source(SimRandom random) : RandomSource
    {
        public override void Fill(byte[] buffer, int offset, int count) => random.Fill(buffer.AsSpan(offset, count));
    }
}
