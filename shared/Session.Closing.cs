using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Timing;

namespace Hoplink;

/// <content>How a session closes (protocol.md 6.4).</content>
internal sealed partial class Session
{
    /// <summary>The application closes the link: FIN once all is acknowledged (6.4).</summary>
    internal void Close(long now)
    {
        _calmUntil = 0;
        _close.Request();
        ContinueClosing(now);
    }

    private void ContinueClosing(long now)
    {
        if (_close.IsRequested && !_close.IsFinSent && _link.Outbox.Count == 0)
        {
            _close.StartFin(now);
        }

        if (_close.IsComplete && _lingerUntil == TimerTable.Never)
        {
            _lingerUntil = now + (SpecConstants.CloseLingerMs * Ms);
            _coordinator.End();
            _prober.Stop();
            _link.OnSessionClosed(this, TerminationReason.None, now);
        }
    }

    private void HandleFin(long now)
    {
        bool first = !_close.HasPeerFin;
        _close.OnPeerFin(_fin.Number, _inbox.NextExpected);
        if (first)
        {
            _link.OnPeerClosing(now);
        }

        ContinuePeerClosing(now);
        if (_close.IsPeerDone)
        {
            // 6.4: answered by ACK with flag FIN, each time it comes.
            _acks.DemandAck(now);
        }
    }

    private void ContinuePeerClosing(long now)
    {
        if (!_close.HasPeerFin)
        {
            return;
        }

        if (_close.OnProgress(_inbox.NextExpected))
        {
            _acks.DemandAck(now);
        }

        _detector.OnFinWaiting(!_close.IsPeerDone);
        if (_close.IsPeerDone)
        {
            // 6.4: then it closes its own side in the same way.
            _close.Request();
            ContinueClosing(now);
        }
    }
}
