using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink;

/// <content>What the application is told, and the end by L4.</content>
internal sealed partial class Session
{
    // When the beginning of each condition that anybody can bring about may be told again, us; the first is AuthFailures.
    private readonly long[] _tellAgainAt = new long[(int)FailureCondition.ReplayPattern - (int)FailureCondition.AuthFailures + 1];
    private int _toldProvoked;

    /// <inheritdoc/>
    public void OnConditions(int began, int ended, int conditions, long now)
    {
        for (int number = 1; number <= (int)FailureCondition.PeerAsks; number++)
        {
            int bit = 1 << number;
            if (((began | ended) & bit) == 0)
            {
                continue;
            }

            bool begins = (began & bit) != 0;
            if ((ConditionSet.Provocable & bit) != 0 && !IsTold((FailureCondition)number, begins, now))
            {
                continue;
            }

            LinkEvent added = Add(begins ? LinkEventKind.ConditionBegan : LinkEventKind.ConditionEnded, now);
            added.Condition = (FailureCondition)number;
            added.Conditions = conditions;
            if (begins)
            {
                _link.Analytics.RecordCondition((FailureCondition)number, Details((FailureCondition)number, now), now);
            }
        }
    }

    /// <inheritdoc/>
    public void OnRungStarted(RecoveryLevel level, int attempt, int conditions, long now)
    {
        LinkEvent added = Add(LinkEventKind.RungStarted, now);
        added.Level = level;
        added.Attempt = attempt;
        added.Conditions = conditions;
    }

    /// <inheritdoc/>
    public void OnRungFailed(RecoveryLevel level, int attempt, RecoveryResult result, long now)
    {
        LinkEvent added = Add(LinkEventKind.RungFailed, now);
        added.Level = level;
        added.Attempt = attempt;
        added.Result = result;
    }

    /// <inheritdoc/>
    public void OnEscalated(RecoveryLevel from, RecoveryLevel to, long now)
    {
        LinkEvent added = Add(LinkEventKind.RungEscalated, now);
        added.FromLevel = from;
        added.Level = to;
    }

    /// <inheritdoc/>
    public void OnRungSucceeded(RecoveryLevel level, long durationMicros, long now)
    {
        LinkEvent added = Add(LinkEventKind.RungSucceeded, now);
        added.Level = level;
        added.DurationMicros = durationMicros;
    }

    /// <inheritdoc/>
    public void OnTerminate(TerminationReason reason, RecoveryLevel reached, RecoveryResult lastError, long now)
    {
        Terminate(reason, lastError, true, now);
    }

    /// <inheritdoc/>
    public void OnMessagesLost(uint first, int count, long now)
    {
        _statistics.MessagesLost += count;
        LinkEvent added = Add(LinkEventKind.MessagesLost, now);
        added.First = first;
        added.Count = count;
    }

    /// <summary>The application aborts, or a newer session takes this one's place.</summary>
    internal void Abort(TerminationReason reason, bool tellPeer, long now)
    {
        Terminate(reason, RecoveryResult.Success, tellPeer, now);
    }

    // protocol.md 8 has a condition's beginning and end told. Among junk those that anybody can bring about begin and end with each genuine
    // datagram: that flood of events would be the attacker's too. So each is told, and analysed, once in 10 s at most, and its end with it.
    private bool IsTold(FailureCondition condition, bool begins, long now)
    {
        int bit = ConditionSet.Of(condition);
        bool told = (_toldProvoked & bit) != 0;
        _toldProvoked &= ~bit;
        if (!begins)
        {
            return told;
        }

        int index = (int)condition - (int)FailureCondition.AuthFailures;
        if (now < _tellAgainAt[index])
        {
            return false;
        }

        _tellAgainAt[index] = now + (SpecConstants.ConditionWindowMs * Ms);
        _toldProvoked |= bit;
        return true;
    }

    // What was measured of a condition that has just begun, for the failure analysis.
    private long Details(FailureCondition condition, long now)
    {
        switch (condition)
        {
            case FailureCondition.ClockOffset:
                return _time.Last.MeasuredOffset;
            case FailureCondition.SyncOverdue:
                return now - _time.Last.TakenAt;
            case FailureCondition.SequenceGap:
            case FailureCondition.ReorderOverflow:
                return SerialNumber.Distance(_inbox.NextExpected, _inbox.HighestSeen);
            case FailureCondition.GapTimeout:
            case FailureCondition.DuplicateSequence:
                return _inbox.NextExpected;
            case FailureCondition.DeliveryStalled:
                return _sender.OldestUnacknowledged;
            case FailureCondition.AuthFailures:
            case FailureCondition.HmacFailureRate:
                return _detector.BadTags;
            case FailureCondition.KeyWornOut:
                return _protection.Epochs.Current.Number;
            case FailureCondition.Partition:
                return now - _detector.LastFreshAt;
            default:
                return 0;
        }
    }

    private void OnNewEpoch(long now)
    {
        _statistics.Rekeys++;
        Add(LinkEventKind.Rekeyed, now).Epoch = _epochs.Current.Number;
    }

    private LinkEvent Add(LinkEventKind kind, long now)
    {
        return _link.AddEvent(kind, now);
    }

    // 13.1
    private void Terminate(TerminationReason reason, RecoveryResult lastError, bool tellPeer, long now)
    {
        if (_hasEnded)
        {
            return;
        }

        RecoveryLevel reached = _coordinator.Reached;
        if (tellPeer)
        {
            SealFarewell(reason, reached, lastError, now);
        }

        End(reason, TerminationReason.None, reached, lastError, now);
    }

    // 13.1: the peer's RST says why, how far its ladder went, and what failed last.
    private void TerminateByPeer(long now)
    {
        End(
            TerminationReason.PeerReset, (TerminationReason)_resetIn.Reason, (RecoveryLevel)_resetIn.Level,
            (RecoveryResult)_resetIn.LastError, now);
    }

    private void End(TerminationReason reason, TerminationReason peerReason, RecoveryLevel reached, RecoveryResult lastError, long now)
    {
        FailureAnalysis analysis = _link.Analytics.MakeFailureAnalysis(
            reason, reached, lastError, _detector.Conditions, (int)_rtt.SmoothedRtt, _sender.LossPermille, (int)_rtt.RttVariation,
            now - _beganAt, now);
        analysis.PeerReason = peerReason;
        LinkEvent added = Add(LinkEventKind.Terminated, now);
        added.Reason = reason;
        added.PeerReason = peerReason;
        added.Level = reached;
        added.Result = lastError;
        added.Conditions = _detector.Conditions;
        added.Analysis = analysis;
        End();
        _link.OnSessionTerminated(this, reason, now);
    }

    // 13.1: three transmissions, sealed ahead since the keys are overwritten at once. At I the second goes to the rendezvous port.
    private void SealFarewell(TerminationReason reason, RecoveryLevel reached, RecoveryResult lastError, long now)
    {
        // protocol.md 13.1 is silent on an address that has proven nothing: it gets as many as the limit of 5.2 leaves. I learns of the end by
        // a stateless reset then (13.3).
        int count = SpecConstants.RstTransmissions;
        while (!_initiator && count > 0 && !_path.MaySend(count * (WireFormat.Overhead + ResetPayload.Size)))
        {
            count--;
        }

        if (count == 0)
        {
            return;
        }

        Farewell farewell = _link.Farewell;
        farewell.Begin(count, now);
        long clock = _clock.Read(now);
        _resetIn.Reason = (byte)reason;
        _resetIn.Level = (byte)reached;
        _resetIn.LastError = (ushort)lastError;

        // What arrived may have ended the session, and its header is being read still.
        var header = new Header();
        for (int i = 0; i < count; i++)
        {
            Datagram datagram = farewell.Slot(i);
            Direct(datagram, i == 1, clock);
            _resetIn.Write(datagram.Buffer, WireFormat.HeaderSize);
            header.Type = PacketType.Reset;
            header.SubType = 0;
            header.Flags = PacketFlags.Rst;
            header.PayloadLength = ResetPayload.Size;
            SealHeader(header, datagram, null, clock);
        }
    }
}
