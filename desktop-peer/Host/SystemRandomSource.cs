using System.Security.Cryptography;
using Hoplink.Crypto;

namespace Hoplink.Host;

/// <summary>The operating system's generator.</summary>
public sealed class SystemRandomSource : RandomSource
{
    /// <inheritdoc/>
    public override void Fill(byte[] buffer, int offset, int count)
    {
        RandomNumberGenerator.Fill(ByteRange.Of(buffer, offset, count));
    }
}
