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

    private readonly Header _headerOut = new Header();
    private readonly AckPayload _ackOut = new AckPayload();
    private readonly DataPayload _dataOut = new DataPayload();
    private readonly FinPayload _finOut = new FinPayload();
    private readonly HeartbeatPayload _heartbeatOut = new HeartbeatPayload();
    private readonly ControlMessage _control = new ControlMessage();
    private bool _echoDue;
    private uint _echoNonce;
    private long _echoT1;
    private long _echoT2;
    private int _echoPort;
    private long _muteUntil;

    // The datagram just filled in answers a request, and goes where that came from.
    private bool IsAnswer
    {
        get { return _control.ReplyTo != null; }
    }

    /// <summary>Fills in the next datagram to send. False if there is none.</summary>
    internal bool PollTransmit(Datagram datagram, long now)
    {
        // What may not go out (fault injection, 5.2's limit) is used up all the same, or its timer would stay due.
        for (int i = 0; i < OwnConstants.MaxTransmissionsInARow; i++)
        {
            if (_hasEnded || !FillNext(datagram, now))
            {
                return false;
            }

            if (now < _muteUntil || !MayGo(datagram))
            {
                continue;
            }

            if (!IsAnswer)
            {
                _path.OnSent(datagram.Length);
            }

            _link.Statistics.DatagramsSent++;
            _link.Statistics.BytesSent += datagram.Length;
            return true;
        }

        return false;
    }

    private bool MayGo(Datagram datagram)
    {
        return _initiator || IsAnswer || _path.MaySend(datagram.Length);
    }

    private bool FillNext(Datagram datagram, long now)
    {
        _control.Buffer = datagram.Buffer;
        _control.ReplyTo = null;
        if (_rekeyServer.TryTransmit(_control, now))
        {
            return SealControl(datagram, null, now);
        }

        Rung running = _coordinator.Running;
        if (running == _rekey && running.TryTransmit(_control, now))
        {
            return SealControl(datagram, null, now);
        }

        // 8: a worn out key seals nothing more.
        Epoch epoch = _protection.Epochs.Current;
        return epoch.Sealed < SpecConstants.KeyExhaustedDatagrams && FillUnderSessionKey(datagram, running, epoch, now);
    }

    private bool FillUnderSessionKey(Datagram datagram, Rung running, Epoch epoch, long now)
    {
        if (_echoDue)
        {
            return FillEcho(datagram, epoch, now);
        }

        if (_timeServer.TryTransmit(_control, now) || _repairServer.TryTransmit(_control))
        {
            if (_protection.Epochs.IsAccepted(_control.Epoch))
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

        if (_prober.Repeat.DueAt <= now)
        {
            return FillProbe(datagram, epoch, now);
        }

        if (_close.DueAt <= now && !_close.HasFailed(now))
        {
            return FillFin(datagram, epoch, now);
        }

        if (FillData(datagram, epoch, now))
        {
            return true;
        }

        return _acks.Deadline <= now && FillAck(datagram, epoch, now);
    }

    private bool FillData(Datagram datagram, Epoch epoch, long now)
    {
        if (!_sender.TryPeek(now, out uint number))
        {
            return false;
        }

        int length = _link.Outbox.LengthOf(number);
        if (!_initiator && !_path.MaySend(WireFormat.Overhead + DataPayload.HeaderSize + length))
        {
            return false;
        }

        _dataOut.Number = number;
        _dataOut.ReceiveWindow = _inbox.OfferWindow();
        _dataOut.Write(datagram.Buffer, WireFormat.HeaderSize);
        _link.Outbox.Copy(number, datagram.Buffer, WireFormat.HeaderSize + DataPayload.HeaderSize);
        _sender.MarkSent(number, now);
        Direct(datagram, false, now);
        NoteSentForAnswer(now);
        return Seal(datagram, PacketType.Data, PacketFlags.Psh, DataPayload.HeaderSize + length, epoch, now);
    }

    private bool FillAck(Datagram datagram, Epoch epoch, long now)
    {
        _ackOut.HasSack = _inbox.Held > 0;
        _ackOut.SackMap = _ackOut.HasSack ? _inbox.SackMap() : 0;
        _ackOut.ReceiveWindow = _inbox.OfferWindow();
        _ackOut.Write(datagram.Buffer, WireFormat.HeaderSize);
        byte flags = 0;
        if (_ackOut.HasSack)
        {
            flags |= PacketFlags.Sack;
        }

        if (_close.IsPeerDone)
        {
            flags |= PacketFlags.Fin;
        }

        Direct(datagram, false, now);
        return Seal(datagram, PacketType.Ack, flags, _ackOut.Length, epoch, now);
    }

    private bool FillFin(Datagram datagram, Epoch epoch, long now)
    {
        _finOut.Number = _link.Outbox.Next;
        _finOut.Write(datagram.Buffer, WireFormat.HeaderSize);
        _close.OnTransmitted(now, _rtt.BaseRto);
        Direct(datagram, false, now);
        NoteSentForAnswer(now);
        return Seal(datagram, PacketType.Fin, PacketFlags.Fin, FinPayload.Size, epoch, now);
    }

    private bool FillEcho(Datagram datagram, Epoch epoch, long now)
    {
        _echoDue = false;
        _heartbeatOut.Nonce = _echoNonce;
        _heartbeatOut.IsEcho = true;
        _heartbeatOut.T1 = _echoT1;
        _heartbeatOut.T2 = _echoT2;
        _heartbeatOut.T3 = _time.Clock.Read(now);
        Direct(datagram, false, now);
        if (_initiator && !UsesRendezvous() && IsPortOfPeer(_echoPort))
        {
            // protocol.md 5.2 is silent on the port of I's echo. It goes to where the probe came from: a NAT may give each port an address
            // of its own, and only an echo from the address that was probed proves that one.
            datagram.Remote.Port = _echoPort;
        }

        return SealHeartbeat(datagram, epoch, now);
    }

    private bool FillProbe(Datagram datagram, Epoch epoch, long now)
    {
        _heartbeatOut.Nonce = _prober.Nonce;
        _heartbeatOut.IsEcho = false;
        _heartbeatOut.T1 = _time.Stamp(now);
        _heartbeatOut.T2 = 0;
        _heartbeatOut.T3 = 0;

        // 4: the probe that completes the handshake goes to the rendezvous port every second time. 8, HopSyncLost: the first
        // transmission of a probe tries a hop port.
        bool odd = (_prober.Repeat.Transmissions & 1) == 1;
        bool hopLost = ConditionSet.Has(_detector.Conditions, FailureCondition.HopSyncLost);
        bool tryHop = hopLost && _prober.Repeat.Transmissions == 0 && !_time.Clock.Pending.MissesPorts;
        bool toRendezvous = !tryHop && (UsesRendezvous() || (_proving && odd));
        if (tryHop)
        {
            DirectToHopPort(datagram, now);
        }
        else
        {
            Direct(datagram, toRendezvous, now);
        }

        _time.Log.Add(_prober.Nonce, _heartbeatOut.T1, now, !toRendezvous);
        _prober.Repeat.OnTransmitted(now, _rtt.BaseRto);
        NoteSentForAnswer(now);
        return SealHeartbeat(datagram, epoch, now);
    }

    private bool SealHeartbeat(Datagram datagram, Epoch epoch, long now)
    {
        _heartbeatOut.SyncState = SyncState();
        _heartbeatOut.ReceiveWindow = _inbox.OfferWindow();
        _heartbeatOut.Write(datagram.Buffer, WireFormat.HeaderSize);
        return Seal(datagram, PacketType.Heartbeat, 0, HeartbeatPayload.Size, epoch, now);
    }

    private byte SyncState()
    {
        if (_time.Clock.Pending.NextAt != TimerTable.Never)
        {
            return AdjustingState;
        }

        return ConditionSet.HasAny(_detector.Conditions, ConditionSet.Time) ? UnsynchronisedState : SynchronisedState;
    }

    private bool SealControl(Datagram datagram, Epoch epoch, long now)
    {
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
            Direct(datagram, _control.ToRendezvous, now);
            if (_control.Type != PacketType.Control || _control.SubType != SubType.Recovery)
            {
                // A notice is not due an answer.
                NoteSentForAnswer(now);
            }
        }

        _headerOut.Type = _control.Type;
        _headerOut.SubType = _control.SubType;
        _headerOut.Flags = 0;
        _headerOut.PayloadLength = _control.PayloadLength;
        return SealHeader(datagram, epoch, now);
    }

    private bool Seal(Datagram datagram, PacketType type, byte flags, int payloadLength, Epoch epoch, long now)
    {
        _headerOut.Type = type;
        _headerOut.SubType = 0;
        _headerOut.Flags = flags;
        _headerOut.PayloadLength = payloadLength;
        return SealHeader(datagram, epoch, now);
    }

    private bool SealHeader(Datagram datagram, Epoch epoch, long now)
    {
        _headerOut.Acknowledgment = 0;
        if (epoch != null)
        {
            _headerOut.Flags |= PacketFlags.Ack;
            _headerOut.Acknowledgment = _inbox.NextExpected;
            _acks.OnSent(_headerOut.Type == PacketType.Ack);
            if (epoch.Sealed == SpecConstants.KeyWornOutDatagrams)
            {
                _detector.OnKeyWornOut();
            }
        }

        datagram.Length = _protection.Seal(_headerOut, datagram.Buffer, epoch, _time.Clock.Read(now) / Ms);
        return true;
    }

    private void NoteSentForAnswer(long now)
    {
        _detector.OnSentForAnswer(_protection.Epochs.Current.Hops.WindowAt(_time.Clock.Read(now)), now);
    }

    // 5.2: while a pending adjustment is one hop interval or more (D2), and while HopSyncLost holds.
    private bool UsesRendezvous()
    {
        return _time.Clock.Pending.MissesPorts || ConditionSet.Has(_detector.Conditions, FailureCondition.HopSyncLost);
    }

    private bool IsPortOfPeer(int port)
    {
        int distance = port - _parameters.HopFirst;
        return port == _link.Options.RendezvousPort || (distance >= 0 && distance < _parameters.HopCount);
    }

    private void Direct(Datagram datagram, bool toRendezvous, long now)
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

        DirectToHopPort(datagram, now);
    }

    // 5.2: I sends to port(w) for its clock plus half the round trip.
    private void DirectToHopPort(Datagram datagram, long now)
    {
        datagram.HasAddress = false;
        datagram.LocalPort = 0;
        var hops = _protection.Epochs.Current.Hops;
        datagram.Remote.Port = hops.PortOf(hops.WindowAt(_time.Clock.Read(now) + (_rtt.SmoothedRtt / 2)));
    }
}
