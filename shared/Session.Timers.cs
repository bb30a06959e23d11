using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Timing;

namespace Hoplink;

/// <content>When its timers are due.</content>
internal sealed partial class Session
{
    // Sets every timer and returns the earliest deadline: in one pass, for a host asks for it after every datagram.
    private long SetTimers()
    {
        long[] timers = _timers.Deadlines;

        // 8: a key that is used up seals nothing, so what it would seal is not due; a rekey still is.
        Epoch epoch = _epochs.Current;
        bool exhausted = epoch.Sealed >= SpecConstants.KeyExhaustedDatagrams;
        long next = SetRecoveryTimers(timers, exhausted);

        // 14: no more does one whose keystream is used up, but for requests and answers.
        bool silent = exhausted || epoch.KeystreamNext == Epoch.KeystreamGivenUp;
        long at = _sender.RtoDeadline;
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
        bool limited = epochs.SwitchOpen && _rekey.ReplacesLeakedKey;
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
