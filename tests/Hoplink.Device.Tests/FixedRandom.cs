using Hoplink.Crypto;

namespace Hoplink.Device.Tests;

/// <summary>Bytes for tests: 1, 2, 3 and so on.</summary>
internal sealed class FixedRandom : RandomSource
{
    private byte _next;

    public override void Fill(byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _next++;
            buffer[offset + i] = _next;
        }
    }
}
