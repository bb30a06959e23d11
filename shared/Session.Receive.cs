using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <content>What arrives.</content>
internal sealed partial class Session
{
    // These four are for what is sent as well.
    private readonly AckPayload _ack = new AckPayload();
    private readonly DataPayload _data = new DataPayload();
    private readonly FinPayload _fin = new FinPayload();
    private readonly HeartbeatPayload _heartbeat = new HeartbeatPayload();
    private readonly TimeSyncRequest _timeRequestIn = new TimeSyncRequest();
    private readonly TimeSyncResponse _timeResponseIn = new TimeSyncResponse();
    private readonly RecoveryNotice _noticeIn = new RecoveryNotice();
    private readonly RepairRequest _repairRequestIn = new RepairRequest();
    private readonly RepairResponse _repairResponseIn = new RepairResponse();
    private readonly ResetPayload _resetIn = new ResetPayload();
    private readonly NoticeGate _noticeGate = new NoticeGate();
    private long _deafUntil;

    /// <summary>Takes a datagram with this session's id whose header was read.</summary>
    internal void HandleDatagram(Header header, byte[] datagram, int offset, int count, Arrival from, long now)
    {
        if (_hasEnded)
        {
            return;
        }

        _statistics.CountReceived(count);
        if (now < _deafUntil)
        {
            Drop(DropCause.Deaf);
            return;
        }

        if (header.Type == PacketType.Reset && header.IsStatelessReset)
        {
            OnStatelessReset(datagram, offset, now);
            return;
        }

        DropCause cause = _protection.Open(header, datagram, offset, false, now);
        if (cause == DropCause.BadTagBudget && _path.IsLikely(from, header.Sequence))
        {
            cause = _protection.Open(header, datagram, offset, true, now);
        }

        if (cause == DropCause.None)
        {
            HandleOpened(header, datagram, offset, count, from, now);
            return;
        }

        Drop(cause);
        if (cause == DropCause.BadTag)
        {
            _detector.OnTag(false);
            Update(now);
        }
    }

    /// <summary>Takes a datagram that <see cref="PacketProtection.Open"/> has just verified.</summary>
    internal void HandleOpened(Header header, byte[] datagram, int offset, int count, Arrival from, long now)
    {
        if (header.Type != PacketType.Data && header.Type != PacketType.Ack)
        {
            _calmUntil = 0;
        }

        _detector.OnTag(true);
        Epoch epoch = _protection.OpenedUnder;
        int payload = offset + WireFormat.HeaderSize;
        DropCause cause;
        if (epoch == null)
        {
            cause = HandleUnderRecoveryKey(header, datagram, payload, from, now);
            if (cause == DropCause.None && !_hasEnded)
            {
                OnFresh(header, from, false, now);
            }
        }
        else
        {
            OnValidUnder(epoch, now);
            // SYN and SYN_ACK, which are below ACK, do not come here.
            bool windowed = header.Type <= PacketType.Heartbeat;
            cause = windowed && _protection.Verdict != ReplayVerdict.Fresh ? Refuse(_protection.Verdict, now) : DropCause.None;
            if (cause == DropCause.None && (int)(header.Acknowledgment - _outbox.NeverSent) > 0)
            {
                // 2
                _detector.OnAckOfUnsent(now);
                cause = DropCause.AckOfUnsent;
            }

            if (cause == DropCause.None)
            {
                cause = windowed
                    ? HandleWindowed(header, datagram, payload, epoch, from, now)
                    : HandleRequestOrAnswer(header, datagram, payload, epoch, from, now);
            }
        }

        if (cause != DropCause.None)
        {
            Drop(cause);
        }

        if (!_initiator)
        {
            // protocol.md 5.2 is silent on requests. Their answers go to where they came from, wherever I is by then, without regard to the
            // limit, and are at most half as long again. So half of a request pays for its answer, and the other half counts.
            _path.OnReceived(from, ControlMessage.IsRequest(header.Type, header.SubType) ? count / 2 : count);
        }

        Update(now);
    }

    private void Drop(DropCause cause)
    {
        _statistics.Drops.Count(cause);
    }

    // 12, step 4: the first valid datagram under a staged epoch is the proof that the requester has switched, and one under the
    // requester's new epoch the proof that the answerer accepts it.
    private void OnValidUnder(Epoch epoch, long now)
    {
        EpochTable epochs = _epochs;
        if (epoch.Opened == SpecConstants.KeyWornOutDatagrams)
        {
            _detector.OnKeyWornOut();
        }

        if (epochs.Count == 1 && !epochs.SwitchOpen)
        {
            // No rekey is under way.
            return;
        }

        if (epochs.IsStaged(epoch))
        {
            ConfirmStaged(epoch, now);
        }
        else if (epoch == epochs.Current && epochs.SwitchOpen)
        {
            // The probe goes on until it is echoed (7): were it only stopped here, it would stay open, and no routine probe would follow.
            epochs.CompleteSwitch(now);
            _detector.OnEpochProven(epoch.Number);
            _rekey.OnEpochProven(epoch);
        }
    }

    private void ConfirmStaged(Epoch epoch, long now)
    {
        _epochs.Confirm(epoch, now);
        _detector.OnEpochProven(epoch.Number);
        _rekey.OnEpochProven(epoch);
        _detector.Cure(RecoveryLevel.SessionRekey, false, now);

        // protocol.md 8 is silent on what was sent under keys that the other end did not have: it stays unanswered, but that says nothing of
        // the ports (PortMismatch): the switch answers the response that brought it about. And a rung that asked under those keys asks again
        // at once.
        _detector.OnAnswered();
        Rung running = _coordinator.Running;
        if (running != null && running != _rekey && running.Repeat.IsRunning)
        {
            running.Repeat.Hasten(now);
        }

        _sender.UndoBackoff(now);
        OnNewEpoch(now);
    }

    // What does not pass the replay window.
    private DropCause Refuse(ReplayVerdict verdict, long now)
    {
        switch (verdict)
        {
            case ReplayVerdict.Conflict:
                _detector.OnKeyCompromise();
                return DropCause.Replay;
            case ReplayVerdict.RepeatedLate:
                _detector.OnReplay(now);
                return DropCause.Replay;
            case ReplayVerdict.TooOldLate:
                _detector.OnReplay(now);
                return DropCause.TooOld;
            case ReplayVerdict.TooOld:
                return DropCause.TooOld;
            default:
                return DropCause.Replay;
        }
    }

    // Fresh (protocol.md, head): valid, and passed the replay window or was served.
    private void OnFresh(Header header, Arrival from, bool underSessionKey, long now)
    {
        if (now - _detector.LastFreshAt > 2 * _rtt.BaseRto)
        {
            // 6.3: the oldest message at once; a FIN counts as one.
            _close.Hasten(now);
            if (_rtt.IsBackedOff)
            {
                _sender.UndoBackoff(now);
            }
        }

        _detector.OnFresh(underSessionKey, now);
        long clock = _clock.Read(now);
        int off = (int)(header.Timestamp - (uint)(clock / Ms));
        bool timestampFits = off <= SpecConstants.TimestampToleranceMs && off >= -SpecConstants.TimestampToleranceMs;
        if (!timestampFits)
        {
            _detector.OnWrongTimestamp(now);
        }

        if (!_initiator)
        {
            bool portFits = IsOpenPort(from.LocalPort, clock);
            if (!portFits && !IsEcho(header))
            {
                // An echo comes to the port that was probed from, and says nothing of I's schedule.
                _detector.OnWrongPort(now);
            }

            _timeResyncByNotice.OnFresh(timestampFits, portFits);
        }
    }

    private bool IsOpenPort(int port, long clock)
    {
        int first = _parameters.HopFirst;
        if (port < first || port >= first + _parameters.HopCount || port == _link.Options.RendezvousPort)
        {
            return true;
        }

        EpochTable epochs = _epochs;
        for (int i = 0; i < epochs.Count; i++)
        {
            if (epochs.Accepted(i).Hops.IsOpen(port, clock))
            {
                return true;
            }
        }

        return false;
    }

    private DropCause HandleWindowed(Header header, byte[] datagram, int payload, Epoch epoch, Arrival from, long now)
    {
        DropCause cause = ReadWindowed(header, datagram, payload);
        if (cause != DropCause.None)
        {
            return cause;
        }

        OnFresh(header, from, true, now);
        uint number = epoch.Number;
        if (_path.IsNewest(number, header.Sequence))
        {
            if (!_initiator && IsEcho(header) && _heartbeat.Nonce != _prober.Nonce)
            {
                // protocol.md 5.2 is silent on it: the echo of a probe that was sent to an address before the present one. I has moved
                // since, so it says nothing of where I is; to go back there would probe the two by turns without end.
                _path.Pass(number, header.Sequence);
            }
            else if (_path.Update(from, number, header.Sequence) && !_initiator)
            {
                // 5.2: a new address is probed at once.
                StartProbe(now);
            }

            TakeAcknowledgment(header, now);
        }

        switch (header.Type)
        {
            case PacketType.Data:
                return HandleData(header, datagram, payload, now);
            case PacketType.Fin:
                HandleFin(now);
                return DropCause.None;
            case PacketType.Heartbeat:
                return HandleHeartbeat(header.Acknowledgment, from, now);
            default:
                if ((header.Flags & PacketFlags.Fin) != 0)
                {
                    _close.OnFinAnswered();
                    ContinueClosing(now);
                }

                return DropCause.None;
        }
    }

    // Of a datagram that has been read.
    private bool IsEcho(Header header)
    {
        return header.Type == PacketType.Heartbeat && _heartbeat.IsEcho;
    }

    private DropCause ReadWindowed(Header header, byte[] datagram, int payload)
    {
        switch (header.Type)
        {
            case PacketType.Data:
                return _data.Read(datagram, payload, header.PayloadLength);
            case PacketType.Fin:
                return _fin.Read(datagram, payload);
            case PacketType.Heartbeat:
                return _heartbeat.Read(datagram, payload);
            default:
                return _ack.Read(datagram, payload, header.PayloadLength);
        }
    }

    // 6.1: acknowledgment and window are taken from the newest packet number.
    private void TakeAcknowledgment(Header header, long now)
    {
        if (header.Type == PacketType.Ack || (int)(header.Acknowledgment - _outbox.Oldest) > 0)
        {
            _detector.OnAnswered();
        }

        int window;
        bool hasSack = false;
        switch (header.Type)
        {
            case PacketType.Data:
                window = _data.ReceiveWindow;
                break;
            case PacketType.Heartbeat:
                window = _heartbeat.ReceiveWindow;
                break;
            case PacketType.Ack:
                window = _ack.ReceiveWindow;
                hasSack = _ack.HasSack;
                break;
            default:
                window = DataSender.WindowUnknown;
                break;
        }

        bool wasStalled = _sender.IsStalled;
        _sender.OnAcknowledgment(header.Acknowledgment, window, hasSack, _ack.SackMap, now);
        if (wasStalled)
        {
            _detector.OnDeliveryChanged();
            _repair.OnDelivery();
        }

        if (_close.IsRequested)
        {
            ContinueClosing(now);
        }
    }

    private DropCause HandleData(Header header, byte[] datagram, int payload, long now)
    {
        int length = header.PayloadLength - DataPayload.HeaderSize;
        if (length > _inbox.MaxMessageBytes)
        {
            return DropCause.WrongPayloadSize;
        }

        bool hadHole = _inbox.Held > 0;
        switch (_inbox.Accept(_data.Number, datagram, payload + DataPayload.HeaderSize, length))
        {
            case ReceiveVerdict.InOrder:
                OnDelivered(hadHole, now);
                return DropCause.None;
            case ReceiveVerdict.Held:
                _detector.OnDeliveryChanged();
                _acks.DemandAck(now);
                return DropCause.None;
            case ReceiveVerdict.Duplicate:
                _detector.OnDuplicateMessage(now);
                _acks.DemandAck(now);
                return DropCause.Duplicate;
            case ReceiveVerdict.NoRoom:
                _detector.OnNoRoom();
                _acks.DemandAck(now);
                return DropCause.WindowExceeded;
            default:
                _detector.OnDeliveryChanged();
                _acks.DemandAck(now);
                return DropCause.WindowExceeded;
        }
    }

    private void OnDelivered(bool hadHole, long now)
    {
        if (hadHole)
        {
            _acks.DemandAck(now);
        }
        else
        {
            _acks.OnInOrder(now);
        }

        _detector.OnProgress();
        _repair.OnDelivery();
        _link.OnReadable();
        ContinuePeerClosing(now);
    }

    private DropCause HandleHeartbeat(uint acknowledgment, Arrival from, long now)
    {
        if (!_heartbeat.IsEcho)
        {
            _echoDue = true;
            _echoNonce = _heartbeat.Nonce;
            _echoT1 = _heartbeat.T1;
            _echoT2 = _clock.Read(now);
            _echoPort = from.Remote.Port;
            return DropCause.None;
        }

        if (!_prober.TakeEcho(_heartbeat.Nonce))
        {
            return DropCause.NotExpected;
        }

        _proving = false;
        _detector.OnAnswered();
        _path.OnEcho(from);
        TimeSample sample = _time.Measure(_heartbeat.Nonce, _heartbeat.T1, _heartbeat.T2, _heartbeat.T3, now);
        if (sample == null)
        {
            return DropCause.None;
        }

        _sender.OnEcho(acknowledgment, _time.Log.SentAt, now);
        if (!_initiator)
        {
            return DropCause.None;
        }

        if (_time.Log.ToHopPort)
        {
            _detector.OnHopSync(false);
        }

        bool mayAdjust = _coordinator.Running != _timeResync && _adjustments.NextAt == TimerTable.Never;
        _time.TakeRoutine(sample, mayAdjust, now);
        _detector.OnDeliveryChanged();
        return DropCause.None;
    }

    private void OnStatelessReset(byte[] datagram, int offset, long now)
    {
        // 13.3: only I holds a token to compare with.
        bool genuine = _peerResetToken != null && _crypto.FixedTimeEquals(
            _peerResetToken, 0, datagram, offset + WireFormat.HeaderSize, _peerResetToken.Length);
        if (!genuine)
        {
            Drop(DropCause.BadTag);
            _detector.OnTag(false);
            Update(now);
            return;
        }

        if (_close.IsComplete)
        {
            _link.OnLingerEnded(this);
            return;
        }

        if (_close.IsFinSent)
        {
            // 6.4: a stateless reset after FIN means closed. The end comes first: there is nobody to answer any more.
            End();
            _link.OnSessionClosed(this, TerminationReason.None, now);
            return;
        }

        Terminate(TerminationReason.StatelessReset, RecoveryResult.SessionUnrecoverable, false, now);
    }
}
