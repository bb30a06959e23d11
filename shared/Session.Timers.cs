using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Timing;

namespace Hoplink;

/// <content>When its timers are due.</content>
internal sealed partial class Session
{
    // Until then nothing can be due but messages, their acknowledgments and the RTO: no probe, request, FIN or rung, and no job. So a message
    // needs no look at all that, which would cost an interpreter more than the message does. 0: not known. Whatever may shorten the calm sets
    // it to 0: each timer, each call, each datagram but DATA and ACK, and those where the detector or the coordinator has something to do.
    private long _calmUntil;

    /// <summary>True if there is no job to hand out.</summary>
    internal bool IsCalm
    {
        get { return _calmUntil != 0; }
    }

    /// <summary>When <see cref="HandleTimeout"/> or a transmission is due, us.</summary>
    internal long NextDeadline()
    {
        if (_calmUntil == 0)
        {
            return LookForCalm();
        }

        long next = _calmUntil;
        long at = _sender.Deadline;
        if (at < next)
        {
            next = at;
        }

        at = _acks.Deadline;
        return at < next ? at : next;
    }

    /// <summary>Runs the timers that are due.</summary>
    internal void HandleTimeout(long now)
    {
        if (now < _calmUntil)
        {
            // An acknowledgment is served by its transmission.
            if (_sender.Deadline <= now)
            {
                OnRetransmissionTimeout(now);
                Update(now);
            }

            return;
        }

        if (_hasEnded)
        {
            return;
        }

        _calmUntil = 0;
        SetTimers();
        for (int timer = 0; timer < (int)SessionTimer.Count && !_hasEnded; timer++)
        {
            if (_timers.Take(timer, now))
            {
                OnTimer((SessionTimer)timer, now);
            }
        }

        Update(now);
    }

    // The earliest deadline of all; and how long the calm lasts, if there is one.
    private long LookForCalm()
    {
        if (_hasEnded)
        {
            return TimerTable.Never;
        }

        long next = SetTimers();
        if (HasOnlyMessages())
        {
            long[] timers = _timers.Deadlines;
            _calmUntil = TimerTable.Never;
            for (int timer = 0; timer < (int)SessionTimer.Count; timer++)
            {
                bool isOfMessages = timer == (int)SessionTimer.Retransmission || timer == (int)SessionTimer.Acknowledgment;
                if (!isOfMessages && timers[timer] < _calmUntil)
                {
                    _calmUntil = timers[timer];
                }
            }
        }

        return next;
    }

    private bool HasOnlyMessages()
    {
        bool heals = _coordinator.State != CoordinatorState.Idle || _detector.Conditions != 0;
        bool closes = _close.IsRequested || _close.HasPeerFin;
        bool rekeys = _epochs.Count > 1 || _epochs.SwitchOpen || _rekeyServer.IsAnswering;

        // 8: from then on each datagram is asked whether the key may still seal it.
        bool isWornOut = _epochs.Current.Sealed >= SpecConstants.KeyWornOutDatagrams;
        return !heals && !closes && !rekeys && !isWornOut && !_answersDue && !_echoDue;
    }

    // Sets every timer and returns the earliest deadline.
    private long SetTimers()
    {
        long[] timers = _timers.Deadlines;

        // 8: a key that is used up seals nothing, so what it would seal is not due; a rekey still is.
        Epoch epoch = _epochs.Current;
        bool exhausted = epoch.Sealed >= SpecConstants.KeyExhaustedDatagrams;
        long next = SetRecoveryTimers(timers, exhausted);

        // 14: no more does one whose keystream is used up, but for requests and answers.
        bool silent = exhausted || epoch.KeystreamNext == Epoch.KeystreamGivenUp;
        long at = _sender.Deadline;
        timers[(int)SessionTimer.Retransmission] = at;
        if (at < next)
        {
            next = at;
        }

        at = silent ? TimerTable.Never : _acks.Deadline;
        timers[(int)SessionTimer.Acknowledgment] = at;
        if (at < next)
        {
            next = at;
        }

        at = RoutineProbeAt();
        timers[(int)SessionTimer.RoutineProbe] = at;
        if (at < next)
        {
            next = at;
        }

        at = silent ? TimerTable.Never : _probeRepeat.DueAt;
        timers[(int)SessionTimer.ProbeRepeat] = at;
        if (at < next)
        {
            next = at;
        }

        at = silent ? TimerTable.Never : _close.DueAt;
        timers[(int)SessionTimer.Fin] = at;
        if (at < next)
        {
            next = at;
        }

        at = _lingerUntil;
        timers[(int)SessionTimer.Linger] = at;
        if (at < next)
        {
            next = at;
        }

        at = _initiator ? TimerTable.Never : _detector.LastFreshAt + (SpecConstants.SilentSessionMs * Ms);
        timers[(int)SessionTimer.Silence] = at;
        return at < next ? at : next;
    }

    private long SetRecoveryTimers(long[] timers, bool exhausted)
    {
        RecoveryCoordinator coordinator = _coordinator;
        Rung running = coordinator.Running;
        EpochTable epochs = _epochs;
        long next = _adjustments.NextAt;
        timers[(int)SessionTimer.Adjustment] = next;
        long at = epochs.NextRetirement();
        timers[(int)SessionTimer.EpochRetirement] = at;
        if (at < next)
        {
            next = at;
        }

        // protocol.md 12, step 4, gives up the old epoch 10 s after a requester's switch whether or not the answerer has followed. That
        // contradicts 12.1: an answerer that nothing reached is then heard no more, and where a NAT has given it another address, R cannot
        // reach it either. So the old epoch waits for the proof, unless it leaked: whoever has that key must not keep it in use by holding
        // up the new one.
        bool leaked = _rekey.ReplacesLeakedKey || ConditionSet.Has(_detector.Conditions, FailureCondition.KeyCompromise);
        bool limited = epochs.SwitchOpen && leaked;
        at = limited ? _switchedAt + (SpecConstants.SwitchTimeoutMs * Ms) : TimerTable.Never;
        timers[(int)SessionTimer.SwitchTimeout] = at;
        if (at < next)
        {
            next = at;
        }

        at = running == null || (exhausted && running != _rekey) ? TimerTable.Never : running.Repeat.DueAt;
        timers[(int)SessionTimer.RequestRepeat] = at;
        if (at < next)
        {
            next = at;
        }

        at = coordinator.NextTimer;
        timers[(int)SessionTimer.Recovery] = at;
        if (at < next)
        {
            next = at;
        }

        // After closing, the coordinator does not look at the detector any more.
        at = coordinator.State == CoordinatorState.Ended ? TimerTable.Never : _detector.NextCheck;
        timers[(int)SessionTimer.Detection] = at;
        return at < next ? at : next;
    }

    // 7: I probes every 30 s, R when it heard nothing for 45 s.
    private long RoutineProbeAt()
    {
        if (_prober.IsOpen || _lingerUntil != TimerTable.Never)
        {
            return TimerTable.Never;
        }

        if (_initiator)
        {
            return _lastProbeAt + (SpecConstants.ProbeIntervalMs * Ms);
        }

        long from = _lastProbeAt > _detector.LastFreshAt ? _lastProbeAt : _detector.LastFreshAt;
        return from + (SpecConstants.ResponderProbeMs * Ms);
    }
}
