using System;
using Hoplink.Crypto;

namespace Hoplink.Device.Crypto;

/// <summary>
/// Guards a generator that is a true one only while the radio is on: what would be drawn before <see cref="Start"/> could be guessed, and
/// is wrong use. Any thread may draw.
/// </summary>
public sealed class RadioRandomSource : RandomSource
{
    private readonly RandomSource _generator;
    private bool _isStarted;

    /// <summary>Guards a generator.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public RadioRandomSource(RandomSource generator)
    {
        if (generator == null)
        {
            throw new ArgumentNullException("generator");
        }

        _generator = generator;
    }

    /// <summary>The radio is on, and stays on.</summary>
    public void Start()
    {
        _isStarted = true;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The radio has not been started.</exception>
    public override void Fill(byte[] buffer, int offset, int count)
    {
        if (!_isStarted)
        {
            throw new InvalidOperationException("RandomSource: the radio is not on yet");
        }

        _generator.Fill(buffer, offset, count);
    }
}
