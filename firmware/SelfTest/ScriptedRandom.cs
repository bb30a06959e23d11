using System;
using Hoplink.Crypto;

namespace Hoplink.SelfTest;

/// <summary>
/// Randomness for a self-test that is the same every time: first the bytes it was told, then a simple sequence. Never for real keys.
/// </summary>
internal sealed class ScriptedRandom : RandomSource
{
    private byte[] _script = new byte[0];
    private int _next;
    private uint _state;

    internal ScriptedRandom(uint seed)
    {
        _state = seed;
    }

    /// <summary>Puts bytes behind those that are still to be drawn.</summary>
    internal ScriptedRandom Then(byte[] bytes)
    {
        byte[] script = new byte[_script.Length - _next + bytes.Length];
        Array.Copy(_script, _next, script, 0, _script.Length - _next);
        Array.Copy(bytes, 0, script, _script.Length - _next, bytes.Length);
        _script = script;
        _next = 0;
        return this;
    }

    public override void Fill(byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count; i++)
        {
            buffer[offset + i] = _next < _script.Length ? _script[_next++] : Step();
        }
    }

    private byte Step()
    {
        // xorshift32
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return (byte)(_state >> 11);
    }
}
