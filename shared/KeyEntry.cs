using System;
using Hoplink.Collections;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>What a responder keeps for one key id: its keys, its link, its newest handshake and the SYNs it has seen (4.1).</summary>
internal sealed class KeyEntry
{
    // Eight bytes of a public key tell two apart: only a holder of the PSK makes SYNs that verify.
    private ulong[] _seen = new ulong[8];
    private int _seenCount;
    private int _seenNext;
    private long _nextHandshakeAt = long.MinValue;

    internal KeyEntry(PskKeys psk)
    {
        Psk = psk;
        Expiry = new DeadlineEntry(this);
    }

    internal PskKeys Psk { get; }

    internal Link Link { get; set; }

    internal HalfOpen HalfOpen { get; set; }

    // The half-open session's.
    internal DeadlineEntry Expiry { get; }

    internal bool HasSeen(byte[] publicKey)
    {
        ulong mark = BigEndian.ReadUInt64(publicKey, 0);
        for (int i = 0; i < _seenCount; i++)
        {
            if (_seen[i] == mark)
            {
                return true;
            }
        }

        return false;
    }

    internal void Remember(byte[] publicKey)
    {
        if (_seenCount == _seen.Length && _seenCount < SpecConstants.RememberedSynKeys)
        {
            var larger = new ulong[_seenCount * 2];
            Array.Copy(_seen, larger, _seenCount);
            _seen = larger;
            _seenNext = _seenCount;
        }

        _seen[_seenNext] = BigEndian.ReadUInt64(publicKey, 0);
        _seenNext = (_seenNext + 1) % _seen.Length;
        _seenCount += _seenCount < _seen.Length ? 1 : 0;
    }

    // 4.1: at most one new handshake a second.
    internal bool TryTakeHandshake(long now)
    {
        if (now < _nextHandshakeAt)
        {
            return false;
        }

        _nextHandshakeAt = now + (SpecConstants.HandshakeIntervalMs * SpecConstants.MicrosPerMs);
        return true;
    }
}
