using System;
using Hoplink.Crypto;

namespace Hoplink.Hardware;

/// <summary>
/// The chip's random generator, which System.Random asks on an ESP32. It is a true one only while the radio is on: use it through
/// <see cref="Device.Crypto.RadioRandomSource"/>. For any thread.
/// </summary>
internal sealed class HardwareRandom : RandomSource
{
    private readonly Random _random = new Random();

    // The library fills whole arrays only.
    private readonly byte[] _block = new byte[32];

    /// <inheritdoc/>
    public override void Fill(byte[] buffer, int offset, int count)
    {
        lock (_block)
        {
            while (count > 0)
            {
                _random.NextBytes(_block);
                int taken = count < _block.Length ? count : _block.Length;
                Array.Copy(_block, 0, buffer, offset, taken);
                offset += taken;
                count -= taken;
            }

            Array.Clear(_block, 0, _block.Length);
        }
    }
}
