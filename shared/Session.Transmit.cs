using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <content>What is sent.</content>
internal sealed partial class Session
{
    private const byte SynchronisedState = 0;
    private const byte AdjustingState = 1;
    private const byte UnsynchronisedState = 2;

    // The link's, which reads with it what arrives: no datagram is made while one is being taken, but for the farewell.
    private readonly Header _headerOut;
    private readonly ControlMessage _control = new ControlMessage();

    // A request has come, or a job has, since the servers last had nothing to send.
    private bool _answersDue;
    private bool _echoDue;
    private uint _echoNonce;
    private long _echoT1;
    private long _echoT2;
    private int _echoPort;
    private long _muteUntil;

    /// <summary>Fills in the next datagram to send. False if there is none.</summary>
    internal bool PollTransmit(Datagram datagram, long now)
    {
        // What may not go out (fault injection, 5.2's limit) is used up all the same, or its timer would stay due.
        for (int i = 0; i < OwnConstants.MaxTransmissionsInARow && FillNext(datagram, now); i++)
        {
            if (now >= _muteUntil && (_initiator || MayGo(datagram)))
            {
                _statistics.CountSent(datagram.Length);
                return true;
            }
        }

        return false;
    }

    // R, 5.2: an address that is new gets little.
    private bool MayGo(Datagram datagram)
    {
        if (_control.ReplyTo != null)
        {
            // An answer to a request goes where that came from.
            return true;
        }

        if (!_path.MaySend(datagram.Length))
        {
            return false;
        }

        _path.OnSent(datagram.Length);
        return true;
    }

    private bool FillNext(Datagram datagram, long now)
    {
        if (now < _calmUntil && !IsKeystreamUsedUp(_epochs.Current))
        {
            return FillMessageOrAck(datagram, now);
        }

        if (_hasEnded)
        {
            return false;
        }

        _calmUntil = 0;
        ControlMessage control = _control;
        control.Buffer = datagram.Buffer;
        control.ReplyTo = null;
        if (_answersDue && _rekeyServer.TryTransmit(control, now))
        {
            return SealControl(datagram, null, now);
        }

        Rung running = _coordinator.Running;
        if (running == _rekey && running.TryTransmit(control, now))
        {
            return SealControl(datagram, null, now);
        }

        // 8: a worn out key seals nothing more.
        Epoch epoch = _epochs.Current;
        if (epoch.Sealed >= SpecConstants.KeyExhaustedDatagrams)
        {
            return false;
        }

        return FillUrgent(datagram, running, epoch, now) || (!_hasEnded && !IsKeystreamUsedUp(epoch) && FillMessageOrAck(datagram, now));
    }

    // 14: with encryption, an end that finds its counter moved back sends nothing under that epoch but CONTROL and MANAGEMENT.
    private bool IsKeystreamUsedUp(Epoch epoch)
    {
        return _protection.NextNumber < epoch.KeystreamNext;
    }

    private bool FillMessageOrAck(Datagram datagram, long now)
    {
        if (_sender.TryPeek(now, out uint number) && FillData(datagram, number, now))
        {
            return true;
        }

        return _acks.Deadline <= now && FillAck(datagram, _epochs.Current, now);
    }

    // What goes before messages.
    private bool FillUrgent(Datagram datagram, Rung running, Epoch epoch, long now)
    {
        bool usedUp = IsKeystreamUsedUp(epoch);
        if (usedUp && epoch.KeystreamNext != Epoch.KeystreamGivenUp)
        {
            // protocol.md 14 is silent on what heals that. The key is fit for nothing any more, as one that is worn out is (8): a rekey. L4
            // would heal it too, but it costs the session, which L3 need not.
            _protection.GiveUpKeystream(epoch);
            _detector.OnKeyWornOut();
        }

        if (_echoDue && !usedUp)
        {
            return FillEcho(datagram, epoch, now);
        }

        if (_answersDue)
        {
            _answersDue = _timeServer.TryTransmit(_control, now) || _repairServer.TryTransmit(_control);
            if (_answersDue && _epochs.IsAccepted(_control.Epoch))
            {
                return SealControl(datagram, _control.Epoch, now);
            }

            // The request's epoch was overwritten between its arrival and now, as a pause makes possible: the requester asks again.
            _control.ReplyTo = null;
        }

        if (running != null && running != _rekey)
        {
            if (running.TryTransmit(_control, now))
            {
                bool notice = _control.Type == PacketType.Control && _control.SubType == SubType.Recovery;
                return SealControl(datagram, notice ? null : epoch, now);
            }

            if (running.Status != RungStatus.Running)
            {
                // It ended instead of transmitting.
                Update(now);
            }
        }

        if (usedUp)
        {
            return false;
        }

        if (_probeRepeat.DueAt <= now)
        {
            return FillProbe(datagram, epoch, now);
        }

        return _close.DueAt <= now && !_close.HasFailed(now) && FillFin(datagram, epoch, now);
    }

    private bool FillData(Datagram datagram, uint number, long now)
    {
        OutgoingMessage message = _outbox.At(number);
        int length = message.Length;
        if (!_initiator && !_path.MaySend(WireFormat.Overhead + DataPayload.HeaderSize + length))
        {
            return false;
        }

        byte[] buffer = datagram.Buffer;
        DataPayload payload = _data;
        payload.Number = number;
        payload.ReceiveWindow = _inbox.OfferWindow();
        payload.Write(buffer, WireFormat.HeaderSize);
        System.Array.Copy(message.Bytes, 0, buffer, WireFormat.HeaderSize + DataPayload.HeaderSize, length);
        _sender.MarkSent(number, now);
        if (number == _outbox.Oldest && _sender.IsStalled)
        {
            // Noticed by the detector's own timer, not by whatever comes next: that may be a datagram that nobody sealed.
            _detector.OnDeliveryChanged();
            _calmUntil = 0;
        }

        long clock = _clock.Read(now);
        Direct(datagram, false, clock);
        NoteSentForAnswer(clock, now);
        return Seal(datagram, PacketType.Data, PacketFlags.Psh, DataPayload.HeaderSize + length, _epochs.Current, clock);
    }

    private bool FillAck(Datagram datagram, Epoch epoch, long now)
    {
        _ack.HasSack = _inbox.Held > 0;
        _ack.SackMap = _ack.HasSack ? _inbox.SackMap() : 0;
        _ack.ReceiveWindow = _inbox.OfferWindow();
        _ack.Write(datagram.Buffer, WireFormat.HeaderSize);
        byte flags = 0;
        if (_ack.HasSack)
        {
            flags |= PacketFlags.Sack;
        }

        if (_close.IsPeerDone)
        {
            flags |= PacketFlags.Fin;
        }

        long clock = _clock.Read(now);
        Direct(datagram, false, clock);
        return Seal(datagram, PacketType.Ack, flags, _ack.Length, epoch, clock);
    }

    private bool FillFin(Datagram datagram, Epoch epoch, long now)
    {
        _fin.Number = _link.Outbox.Next;
        _fin.Write(datagram.Buffer, WireFormat.HeaderSize);
        _close.OnTransmitted(now, _rtt.RequestTimeout);
        long clock = _clock.Read(now);
        Direct(datagram, false, clock);
        NoteSentForAnswer(clock, now);
        return Seal(datagram, PacketType.Fin, PacketFlags.Fin, FinPayload.Size, epoch, clock);
    }

    private bool FillEcho(Datagram datagram, Epoch epoch, long now)
    {
        _echoDue = false;
        _heartbeat.Nonce = _echoNonce;
        _heartbeat.IsEcho = true;
        _heartbeat.T1 = _echoT1;
        _heartbeat.T2 = _echoT2;
        long clock = _clock.Read(now);
        _heartbeat.T3 = clock;
        Direct(datagram, false, clock);
        if (_initiator && !UsesRendezvous() && IsPortOfPeer(_echoPort))
        {
            // protocol.md 5.2 is silent on the port of I's echo. It goes to where the probe came from: a NAT may give each port an address
            // of its own, and only an echo from the address that was probed proves that one.
            datagram.Remote.Port = _echoPort;
        }

        return SealHeartbeat(datagram, epoch, clock);
    }

    private bool FillProbe(Datagram datagram, Epoch epoch, long now)
    {
        _heartbeat.Nonce = _prober.Nonce;
        _heartbeat.IsEcho = false;
        _heartbeat.T1 = _time.Stamp(now);
        _heartbeat.T2 = 0;
        _heartbeat.T3 = 0;

        // 4: the probe that completes the handshake goes to the rendezvous port every second time. 8, HopSyncLost: the first
        // transmission of a probe tries a hop port.
        bool odd = (_probeRepeat.Transmissions & 1) == 1;
        bool hopLost = ConditionSet.Has(_detector.Conditions, FailureCondition.HopSyncLost);
        bool tryHop = hopLost && _probeRepeat.Transmissions == 0 && !_adjustments.MissesPorts;
        bool toRendezvous = !tryHop && (UsesRendezvous() || (_proving && odd));
        long clock = _clock.Read(now);
        if (tryHop)
        {
            DirectToHopPort(datagram, clock);
        }
        else
        {
            Direct(datagram, toRendezvous, clock);
        }

        _time.Log.Add(_prober.Nonce, _heartbeat.T1, now, !toRendezvous);
        _probeRepeat.OnTransmitted(now, _rtt.RequestTimeout);
        NoteSentForAnswer(clock, now);
        return SealHeartbeat(datagram, epoch, clock);
    }

    private bool SealHeartbeat(Datagram datagram, Epoch epoch, long clock)
    {
        _heartbeat.SyncState = SyncState();
        _heartbeat.ReceiveWindow = _inbox.OfferWindow();
        _heartbeat.Write(datagram.Buffer, WireFormat.HeaderSize);
        return Seal(datagram, PacketType.Heartbeat, 0, HeartbeatPayload.Size, epoch, clock);
    }

    private byte SyncState()
    {
        if (_adjustments.NextAt != TimerTable.Never)
        {
            return AdjustingState;
        }

        return ConditionSet.HasAny(_detector.Conditions, ConditionSet.Time) ? UnsynchronisedState : SynchronisedState;
    }

    private bool SealControl(Datagram datagram, Epoch epoch, long now)
    {
        long clock = _clock.Read(now);
        if (_control.ReplyTo != null)
        {
            // 5.2: answers go to where the request came from. It is silent on a local port that has closed since: they leave from the
            // rendezvous port then.
            datagram.ReplyTo(_control.ReplyTo);
            if (!_initiator)
            {
                datagram.LocalPort = _link.OpenPort(datagram.LocalPort);
            }
        }
        else
        {
            Direct(datagram, _control.ToRendezvous, clock);
            if (_control.Type != PacketType.Control || _control.SubType != SubType.Recovery)
            {
                // A notice is not due an answer.
                NoteSentForAnswer(clock, now);
            }
        }

        _headerOut.Type = _control.Type;
        _headerOut.SubType = _control.SubType;
        _headerOut.Flags = 0;
        _headerOut.PayloadLength = _control.PayloadLength;
        return SealHeader(_headerOut, datagram, epoch, clock);
    }

    private bool Seal(Datagram datagram, PacketType type, byte flags, int payloadLength, Epoch epoch, long clock)
    {
        Header header = _headerOut;
        header.Type = type;
        header.SubType = 0;
        header.Flags = flags;
        header.PayloadLength = payloadLength;
        return SealHeader(header, datagram, epoch, clock);
    }

    private bool SealHeader(Header header, Datagram datagram, Epoch epoch, long clock)
    {
        if (epoch == null)
        {
            header.Acknowledgment = 0;
        }
        else
        {
            header.Flags |= PacketFlags.Ack;
            header.Acknowledgment = _inbox.NextExpected;
            _acks.OnSent(header.Type == PacketType.Ack);
            if (epoch.Sealed == SpecConstants.KeyWornOutDatagrams)
            {
                _calmUntil = 0;
                _detector.OnKeyWornOut();
            }
        }

        datagram.Length = _protection.Seal(header, datagram.Buffer, epoch, clock / Ms);
        return true;
    }

    private void NoteSentForAnswer(long clock, long now)
    {
        if (_initiator && _detector.OnSentForAnswer(_epochs.Current.Hops.WindowAt(clock), now))
        {
            _calmUntil = 0;
        }
    }

    // 5.2: while a pending adjustment is one hop interval or more (D2), and while HopSyncLost holds.
    private bool UsesRendezvous()
    {
        int conditions = _detector.Conditions;
        return _adjustments.MissesPorts || (conditions != 0 && ConditionSet.Has(conditions, FailureCondition.HopSyncLost));
    }

    private bool IsPortOfPeer(int port)
    {
        int distance = port - _parameters.HopFirst;
        return port == _link.Options.RendezvousPort || (distance >= 0 && distance < _parameters.HopCount);
    }

    private void Direct(Datagram datagram, bool toRendezvous, long clock)
    {
        if (!_initiator)
        {
            datagram.ReplyTo(_path.Current);
            return;
        }

        if (toRendezvous || UsesRendezvous())
        {
            datagram.HasAddress = false;
            datagram.LocalPort = 0;
            datagram.Remote.Port = _link.Options.RendezvousPort;
            return;
        }

        DirectToHopPort(datagram, clock);
    }

    // 5.2: I sends to port(w) for its clock plus half the round trip. A datagram that was held up makes the smoothed one far too long for a
    // while; an interval is as far ahead as R listens, so more of a lead needs a way that was never shorter.
    private void DirectToHopPort(Datagram datagram, long clock)
    {
        datagram.HasAddress = false;
        datagram.LocalPort = 0;
        long lead = _rtt.SmoothedRtt / 2;
        datagram.Remote.Port = _epochs.Current.Hops.PortAt(clock + (lead < _time.LeadLimit ? lead : _time.LeadLimit));
    }
}
