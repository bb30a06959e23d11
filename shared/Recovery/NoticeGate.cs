using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>Which RECOVERY notices are heeded (9.4, 9.5): in the order of their packet numbers, each level once in 10 s.</summary>
internal sealed class NoticeGate
{
    private const long Interval = SpecConstants.NoticeIntervalMs * SpecConstants.MicrosPerMs;

    private readonly long[] _nextAt = new long[(int)RecoveryLevel.SessionRekey];
    private bool _any;
    private uint _newest;

    /// <summary>None if the notice is heeded, or why it is not.</summary>
    internal DropCause Check(RecoveryLevel level, uint sequence, long now)
    {
        if (_any && !SerialNumber.IsNewer(sequence, _newest))
        {
            return DropCause.StaleRequest;
        }

        _any = true;
        _newest = sequence;
        if (_nextAt[(int)level] != 0 && now < _nextAt[(int)level])
        {
            return DropCause.RateLimited;
        }

        _nextAt[(int)level] = now + Interval;
        return DropCause.None;
    }
}
