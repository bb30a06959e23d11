using Hoplink.Crypto;
using Hoplink.Host;

namespace Hoplink.Tests;

/// <summary>
/// Randomness that is known: requests of a given size get what was queued for that size, all others a seeded sequence.
/// </summary>
internal sealed class ScriptedRandom(int seed = 1) : RandomSource
{
    private readonly Random _rest = new(seed);
    private readonly Dictionary<int, Queue<byte[]>> _script = [];

    public ScriptedRandom Then(byte[] bytes)
    {
        if (!_script.TryGetValue(bytes.Length, out Queue<byte[]>? queue))
        {
            _script[bytes.Length] = queue = new Queue<byte[]>();
        }

        queue.Enqueue(bytes);
        return this;
    }

    public override void Fill(byte[] buffer, int offset, int count)
    {
        if (_script.TryGetValue(count, out Queue<byte[]>? queue) && queue.TryDequeue(out byte[]? bytes))
        {
            bytes.CopyTo(buffer, offset);
            return;
        }

        _rest.NextBytes(buffer.AsSpan(offset, count));
    }

    /// <summary>The implementation of the primitives that a theory names.</summary>
    public CryptoProvider Crypto(string name)
    {
        return name == "managed" ? new ManagedCrypto(this) : new PlatformCrypto(this);
    }
}
