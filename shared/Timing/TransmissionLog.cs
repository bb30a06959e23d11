namespace Hoplink.Timing;

/// <summary>
/// The last transmissions that carried a t1: an echo names the one it answers by nonce and t1, so a sample never mixes transmissions
/// (5.1). It keeps this end's own monotonic time of each, which no adjustment moves: that is the correction of t1 which 5.1 asks for.
/// </summary>
public sealed class TransmissionLog
{
    private const int Size = 16;

    private readonly uint[] _nonces = new uint[Size];
    private readonly long[] _stamps = new long[Size];
    private readonly long[] _sentAt = new long[Size];
    private readonly bool[] _toHopPort = new bool[Size];
    private int _next;

    /// <summary>When the transmission found by <see cref="TryFind"/> was made, us of this end's monotonic clock.</summary>
    public long SentAt { get; private set; }

    /// <summary>Whether it went to a hop port rather than to the rendezvous port.</summary>
    public bool ToHopPort { get; private set; }

    /// <summary>Notes a transmission; the oldest of 16 makes room.</summary>
    public void Add(uint nonce, long t1, long now, bool toHopPort)
    {
        _nonces[_next] = nonce;
        _stamps[_next] = t1;
        _sentAt[_next] = now;
        _toHopPort[_next] = toHopPort;
        _next = (_next + 1) % Size;
    }

    /// <summary>Finds a transmission by what its answer carries.</summary>
    public bool TryFind(uint nonce, long t1)
    {
        for (int i = 0; i < Size; i++)
        {
            if (_nonces[i] == nonce && _stamps[i] == t1 && nonce != 0)
            {
                SentAt = _sentAt[i];
                ToHopPort = _toHopPort[i];
                return true;
            }
        }

        return false;
    }
}
