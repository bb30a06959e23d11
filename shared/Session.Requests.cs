using Hoplink.Keys;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink;

/// <content>CONTROL, MANAGEMENT and RST: what does not pass the replay window (2).</content>
internal sealed partial class Session
{
    // CONTROL and MANAGEMENT under the session key.
    private DropCause HandleRequestOrAnswer(Header header, byte[] datagram, int payload, Epoch epoch, Arrival from, long now)
    {
        if (SerialNumber.IsNewer(header.Acknowledgment, _sender.OldestUnacknowledged))
        {
            // 6.2: every datagram under a session key acknowledges; where only requests get through, nothing else does. What the other
            // end has it does not lose again, so it may be a recorded one.
            TakeAcknowledgment(header, now);
        }

        bool served;
        DropCause cause;
        _answersDue = true;
        if (header.Type == PacketType.Control)
        {
            cause = header.SubType == SubType.TimeSyncRequest
                ? HandleTimeRequest(header, datagram, payload, epoch, from, now, out served)
                : HandleTimeResponse(datagram, payload, now, out served);
        }
        else
        {
            cause = header.SubType == SubType.RepairRequest
                ? HandleRepairRequest(header, datagram, payload, epoch, from, now, out served)
                : HandleRepairResponse(datagram, payload, epoch, now, out served);
        }

        if (served)
        {
            OnFresh(header, from, true, now);
        }

        return cause;
    }

    // protocol.md's "fresh" is silent on answers from cache: a recorded request brings them about too, so they do not count as fresh.
    private DropCause HandleTimeRequest(
        Header header, byte[] datagram, int payload, Epoch epoch, Arrival from, long now, out bool served)
    {
        served = false;
        DropCause cause = _timeRequestIn.Read(datagram, payload);
        if (cause == DropCause.None)
        {
            cause = _timeServer.OnRequest(_timeRequestIn, header.Sequence, epoch, from, now, out served);
        }

        return cause;
    }

    private DropCause HandleTimeResponse(byte[] datagram, int payload, long now, out bool served)
    {
        served = false;
        DropCause cause = _timeResponseIn.Read(datagram, payload);
        if (cause != DropCause.None)
        {
            return cause;
        }

        served = _initiator && _timeResync.OnResponse(_timeResponseIn, now);
        return CauseOfAnswer(served);
    }

    private DropCause HandleRepairRequest(
        Header header, byte[] datagram, int payload, Epoch epoch, Arrival from, long now, out bool served)
    {
        served = false;
        DropCause cause = _repairRequestIn.Read(datagram, payload);
        if (cause == DropCause.None)
        {
            cause = _repairServer.OnRequest(_repairRequestIn, header.Sequence, epoch, from, now, out served);
        }

        return cause;
    }

    private DropCause HandleRepairResponse(byte[] datagram, int payload, Epoch epoch, long now, out bool served)
    {
        served = false;
        DropCause cause = _repairResponseIn.Read(datagram, payload);
        if (cause != DropCause.None)
        {
            return cause;
        }

        served = _repair.OnResponse(_repairResponseIn, epoch, now);
        if (served)
        {
            _link.OnReadable();
            ContinuePeerClosing(now);
        }

        return CauseOfAnswer(served);
    }

    private DropCause HandleUnderRecoveryKey(Header header, byte[] datagram, int payload, Arrival from, long now)
    {
        _answersDue = true;
        if (header.Type == PacketType.Reset)
        {
            return HandleReset(datagram, payload, now);
        }

        if (header.Type == PacketType.Control)
        {
            return HandleNotice(header, datagram, payload, now);
        }

        return header.SubType == SubType.RekeyRequest
            ? HandleRekeyRequest(header, datagram, payload, from, now)
            : HandleRekeyResponse(datagram, payload, now);
    }

    private DropCause HandleReset(byte[] datagram, int payload, long now)
    {
        DropCause cause = _resetIn.Read(datagram, payload);
        if (cause != DropCause.None)
        {
            return cause;
        }

        // 13.1: RST is never answered.
        if (_close.IsComplete)
        {
            _link.OnLingerEnded(this);
            return DropCause.None;
        }

        TerminateByPeer(now);
        return DropCause.None;
    }

    private DropCause HandleNotice(Header header, byte[] datagram, int payload, long now)
    {
        DropCause cause = _noticeIn.Read(datagram, payload);
        if (cause != DropCause.None)
        {
            return cause;
        }

        var level = (RecoveryLevel)_noticeIn.Level;
        if (!_initiator && level == RecoveryLevel.TimeSync)
        {
            return DropCause.NotExpected;
        }

        cause = _noticeGate.Check(level, header.Sequence, now);
        if (cause == DropCause.None)
        {
            _detector.OnPeerAsks(level);
        }

        return cause;
    }

    private DropCause HandleRekeyRequest(Header header, byte[] datagram, int payload, Arrival from, long now)
    {
        var request = new RekeyRequest();
        DropCause cause = request.Read(datagram, payload);
        if (cause != DropCause.None)
        {
            return cause;
        }

        if (_initiator && _rekey.IsOpen)
        {
            // 12.2: I ignores R's while its own attempt is open.
            return DropCause.NotExpected;
        }

        cause = _rekeyServer.OnRequest(request, header.Sequence, from, now, out bool served);
        if (cause != DropCause.None)
        {
            return cause;
        }

        if (!_rekeyServer.IsNewest)
        {
            // protocol.md 12.2 is silent on recorded requests: whoever replays one must not make R give up its own attempt.
            return DropCause.Duplicate;
        }

        Epoch proven = _rekeyServer.ProvenBy(request);
        if (proven != null)
        {
            ConfirmStaged(proven, now);
        }

        _rekey.Yield();
        return served ? DropCause.None : DropCause.Duplicate;
    }

    private DropCause HandleRekeyResponse(byte[] datagram, int payload, long now)
    {
        var response = new RekeyResponse();
        DropCause cause = response.Read(datagram, payload);
        if (cause != DropCause.None)
        {
            return cause;
        }

        cause = CauseOfAnswer(_rekey.OnResponse(response, now));
        return cause;
    }

    private DropCause CauseOfAnswer(bool taken)
    {
        if (!taken)
        {
            return DropCause.NotExpected;
        }

        _detector.OnAnswered();
        return DropCause.None;
    }
}
