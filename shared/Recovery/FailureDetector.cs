using Hoplink.Delivery;
using Hoplink.Parameters;
using Hoplink.Timing;

namespace Hoplink.Recovery;

/// <summary>
/// Keeps the failure conditions of protocol.md 8 and says when each begins and ends. The session tells it what happens; it looks at
/// clock samples and delivery state by itself.
/// </summary>
public sealed class FailureDetector
{
    private const long Ms = SpecConstants.MicrosPerMs;

    private readonly bool _initiator;
    private readonly RttEstimator _rtt;
    private readonly ReceiveBuffer _inbox;
    private readonly DataSender _sender;
    private readonly TimeSample _lastSample;
    private readonly IRecoveryListener _listener;

    private readonly EventWindow _portErrors = new EventWindow(3);
    private readonly EventWindow _timestampErrors = new EventWindow(3);
    private readonly EventWindow _duplicates = new EventWindow(10);
    private readonly EventWindow _replays = new EventWindow(5);
    private readonly EventWindow _acksOfUnsent = new EventWindow(3);
    private readonly TagHistory _tags = new TagHistory();

    private long _firstUnanswered = TimerTable.Never;
    private long _lastUnansweredWindow;
    private int _unansweredWindows;

    private bool _gapOpen;
    private uint _gapNumber;
    private long _gapSince;

    private int _flags;
    private bool _peerAsksTime;
    private bool _peerAsksRepair;
    private bool _finWaits;
    private long _finSince = TimerTable.Never;
    private bool _leakReported;
    private uint _leakedUpTo;
    private bool _dirty = true;
    private long _nextCheck;

    /// <summary>Watches one session from now on.</summary>
    public FailureDetector(
        bool initiator, RttEstimator rtt, ReceiveBuffer inbox, DataSender sender, TimeSample lastSample, IRecoveryListener listener, long now)
    {
        _initiator = initiator;
        _rtt = rtt;
        _inbox = inbox;
        _sender = sender;
        _lastSample = lastSample;
        _listener = listener;
        LastFreshAt = now;
    }

    /// <summary>What holds: a bit (1 &lt;&lt; number) for each condition.</summary>
    public int Conditions;

    /// <summary>When the last fresh datagram arrived, us.</summary>
    public long LastFreshAt;

    /// <summary>The level that the peer asked for by a notice (9.5); if it asked for both, the one that runs first (8).</summary>
    public RecoveryLevel AskedLevel
    {
        get { return _peerAsksTime ? RecoveryLevel.TimeSync : _peerAsksRepair ? RecoveryLevel.SequenceRepair : RecoveryLevel.None; }
    }

    /// <summary>Bad tags among the last 64 datagrams with this session id.</summary>
    public int BadTags
    {
        get { return _tags.CountBad(); }
    }

    /// <summary>When <see cref="Update"/> may find a change though nothing happens, us.</summary>
    public long NextCheck
    {
        get { return _dirty ? 0 : _nextCheck; }
    }

    /// <summary>No condition holds, and nothing has happened nor any time come since that could change it.</summary>
    internal bool IsQuiet(long now)
    {
        return !_dirty && Conditions == 0 && now < _nextCheck;
    }

    /// <summary>A fresh datagram arrived; <paramref name="underSessionKey"/> for all but those under the recovery key.</summary>
    public void OnFresh(bool underSessionKey, long now)
    {
        LastFreshAt = now;
        if ((underSessionKey && _tags.OnFresh()) || Conditions != 0)
        {
            _dirty = true;
        }
    }

    /// <summary>A tag was checked, of a datagram with this session id.</summary>
    public void OnTag(bool good)
    {
        if (good && _tags.IsFullOfGood)
        {
            return;
        }

        // A good one can change the share as well: it may be the 20th, or push a bad one out.
        _tags.Add(good);
        if (_tags.HasBad)
        {
            _dirty = true;
        }
    }

    /// <summary>
    /// I: something arrived that answers what it sent: an acknowledgment, an echo, a response. protocol.md 8 says "nothing came": what the
    /// other end sends of itself does not count here, or a peer with something to send would hide that nothing reaches it.
    /// </summary>
    public void OnAnswered()
    {
        _firstUnanswered = TimerTable.Never;
        if (ConditionSet.Has(Conditions, FailureCondition.PortMismatch))
        {
            _dirty = true;
        }
    }

    /// <summary>
    /// I: something was sent to which an answer is due, in this hop window (condition 3). True if that makes a condition possible.
    /// </summary>
    public bool OnSentForAnswer(long window, long now)
    {
        if (_firstUnanswered == TimerTable.Never)
        {
            _firstUnanswered = now;
            _unansweredWindows = 1;
            _lastUnansweredWindow = window;
            return false;
        }

        if (window == _lastUnansweredWindow)
        {
            return false;
        }

        _unansweredWindows++;
        _lastUnansweredWindow = window;
        _dirty = true;
        return true;
    }

    /// <summary>R: a fresh datagram came to a hop port outside w-1..w+1.</summary>
    public void OnWrongPort(long now)
    {
        _portErrors.Add(now);
        _dirty = true;
    }

    /// <summary>A fresh datagram's timestamp was more than 5 s off.</summary>
    public void OnWrongTimestamp(long now)
    {
        _timestampErrors.Add(now);
        _dirty = true;
    }

    /// <summary>A message already received came under a new packet number.</summary>
    public void OnDuplicateMessage(long now)
    {
        _duplicates.Add(now);
        _dirty = true;
    }

    /// <summary>Next expected moved.</summary>
    public void OnProgress()
    {
        _duplicates.Clear();
        if (_gapOpen || ((Conditions | _flags) & ConditionSet.Sequence) != 0)
        {
            SetFlag(FailureCondition.ReorderOverflow, false);
            _dirty = true;
        }
    }

    /// <summary>Delivery changed in a way that may open or close a hole, or end a stall.</summary>
    public void OnDeliveryChanged()
    {
        _dirty = true;
    }

    /// <summary>A message inside the window last offered found no room.</summary>
    public void OnNoRoom()
    {
        SetFlag(FailureCondition.ReorderOverflow, true);
    }

    /// <summary>A FIN waits for messages below it: it counts as a later message held (6.4).</summary>
    public void OnFinWaiting(bool waiting)
    {
        _finWaits = waiting;
        _dirty = true;
    }

    /// <summary>A valid datagram came again that was first seen more than 2 s before.</summary>
    public void OnReplay(long now)
    {
        _replays.Add(now);
        _dirty = true;
    }

    /// <summary>Two valid datagrams had one number under the present key.</summary>
    public void OnKeyCompromise()
    {
        SetFlag(FailureCondition.KeyCompromise, true);
    }

    /// <summary>
    /// The application says that the key leaked, when this end had keys up to an epoch. protocol.md 9.3 is silent on a rekey whose new key
    /// was there by then: it may have leaked as well, so only a later epoch cures it.
    /// </summary>
    public void OnLeakReported(uint newestEpoch)
    {
        SetFlag(FailureCondition.KeyCompromise, true);
        _leakedUpTo = newestEpoch;
        _leakReported = true;
    }

    /// <summary>Both ends have the keys of an epoch (12, step 4).</summary>
    public void OnEpochProven(uint number)
    {
        _leakReported &= number <= _leakedUpTo;
    }

    /// <summary>2^30 datagrams were sealed or verified under the current key, or its keystream would repeat (14).</summary>
    public void OnKeyWornOut()
    {
        SetFlag(FailureCondition.KeyWornOut, true);
    }

    /// <summary>The peer acknowledged what was never sent.</summary>
    public void OnAckOfUnsent(long now)
    {
        _acksOfUnsent.Add(now);
        _dirty = true;
    }

    /// <summary>An internal check failed.</summary>
    public void OnStateCorrupt()
    {
        SetFlag(FailureCondition.StateCorrupt, true);
    }

    /// <summary>The hop ports do not answer, the rendezvous port does; or they answer again.</summary>
    public void OnHopSync(bool lost)
    {
        SetFlag(FailureCondition.HopSyncLost, lost);
    }

    /// <summary>The peer asks for a rung (9.5).</summary>
    public void OnPeerAsks(RecoveryLevel level)
    {
        _peerAsksTime |= level == RecoveryLevel.TimeSync;
        _peerAsksRepair |= level == RecoveryLevel.SequenceRepair;
        SetFlag(FailureCondition.PeerAsks, true);
    }

    /// <summary>A rung succeeded: what it cures ends, with its counts (8, 9.3).</summary>
    public void Cure(RecoveryLevel level, bool clockStepped, long now)
    {
        if (level == RecoveryLevel.TimeSync || clockStepped)
        {
            // What the peer asked for by a notice is of the same group (8).
            CureTime();
            _peerAsksTime = false;
        }

        if (level == RecoveryLevel.SequenceRepair)
        {
            _peerAsksRepair = false;
            _duplicates.Clear();
            SetFlag(FailureCondition.ReorderOverflow, false);
            _gapSince = now;
        }
        else if (level == RecoveryLevel.SessionRekey)
        {
            CureAuthentication();
            SetFlag(FailureCondition.HopSyncLost, false);
        }

        SetFlag(FailureCondition.PeerAsks, _peerAsksTime || _peerAsksRepair);
        _dirty = true;
    }

    /// <summary>Finds what holds now, and tells the listener what began or ended.</summary>
    public void Update(long now)
    {
        if (!_dirty && now < _nextCheck)
        {
            return;
        }

        _dirty = false;
        _nextCheck = TimerTable.Never;
        int found = _flags | FindTime(now) | FindSequence(now) | FindAuthentication(now);
        found |= HoldsFrom(FailureCondition.Partition, LastFreshAt + (SpecConstants.PartitionMs * Ms) + 1, now);
        found |= Windowed(FailureCondition.StateCorrupt, _acksOfUnsent, now);
        int began = found & ~Conditions;
        int ended = Conditions & ~found;
        Conditions = found;
        if (began != 0 || ended != 0)
        {
            _listener.OnConditions(began, ended, found, now);
        }
    }

    private int FindTime(long now)
    {
        int found = Windowed(FailureCondition.TimestampInvalid, _timestampErrors, now);
        if (!_initiator)
        {
            return found | Windowed(FailureCondition.PortMismatch, _portErrors, now);
        }

        if (_lastSample.IsSet && _lastSample.AbsoluteOffset() > (SpecConstants.TIME_SYNC_TOLERANCE_MS * Ms) + (_lastSample.RoundTrip / 2))
        {
            found |= ConditionSet.Of(FailureCondition.ClockOffset);
        }

        long overdueAt = _lastSample.TakenAt + (SpecConstants.MAX_TIME_DRIFT_INTERVAL * Ms) + 1;
        found |= HoldsFrom(FailureCondition.SyncOverdue, overdueAt, now);
        if (_firstUnanswered != TimerTable.Never && _unansweredWindows >= 3)
        {
            found |= HoldsFrom(FailureCondition.PortMismatch, _firstUnanswered + (3 * _rtt.BaseRto) + 1, now);
        }

        return found;
    }

    private int FindSequence(long now)
    {
        int found = Windowed(FailureCondition.DuplicateSequence, _duplicates, now);
        if (_sender.IsStalled)
        {
            found |= ConditionSet.Of(FailureCondition.DeliveryStalled);
        }

        int limit = _inbox.Capacity < SpecConstants.SEQUENCE_WINDOW_SIZE ? _inbox.Capacity : SpecConstants.SEQUENCE_WINDOW_SIZE;
        if (Wire.SerialNumber.Distance(_inbox.NextExpected, _inbox.HighestSeen) > limit)
        {
            found |= ConditionSet.Of(FailureCondition.SequenceGap);
        }

        found |= FindFalseFin(now);
        bool gap = _inbox.Held > 0 || _finWaits;
        if (gap && (!_gapOpen || _gapNumber != _inbox.NextExpected))
        {
            _gapSince = now;
            _gapNumber = _inbox.NextExpected;
        }

        _gapOpen = gap;
        if (gap && !_inbox.OfferedZero)
        {
            long patience = 4 * _rtt.BaseRto;
            if (patience < 2 * SpecConstants.MicrosPerSecond)
            {
                patience = 2 * SpecConstants.MicrosPerSecond;
            }

            found |= HoldsFrom(FailureCondition.GapTimeout, _gapSince + patience, now);
        }

        return found;
    }

    // protocol.md 6.4 is silent on a FIN whose number the other end never comes to, as a thief of the session key can make one: the link
    // would neither close nor take messages, for as long as messages arrive. One that L2 has not brought about in that time is no FIN of
    // the other end.
    private int FindFalseFin(long now)
    {
        if (!_finWaits || _inbox.OfferedZero)
        {
            _finSince = TimerTable.Never;
            return 0;
        }

        if (_finSince == TimerTable.Never)
        {
            _finSince = now;
        }

        return HoldsFrom(FailureCondition.StateCorrupt, _finSince + (OwnConstants.MaxFinWaitMs * SpecConstants.MicrosPerMs), now);
    }

    private int FindAuthentication(long now)
    {
        int found = Windowed(FailureCondition.ReplayPattern, _replays, now);
        if (_tags.BadSinceFresh >= SpecConstants.MAX_AUTH_FAILURES_BEFORE_REKEY)
        {
            found |= ConditionSet.Of(FailureCondition.AuthFailures);
        }

        if (_tags.IsRateExceeded)
        {
            found |= ConditionSet.Of(FailureCondition.HmacFailureRate);
        }

        return found;
    }

    private int Windowed(FailureCondition condition, EventWindow window, long now)
    {
        if (!window.Holds(now))
        {
            return 0;
        }

        LookAgainAt(window.EndsAt());
        return ConditionSet.Of(condition);
    }

    private int HoldsFrom(FailureCondition condition, long from, long now)
    {
        if (now >= from)
        {
            return ConditionSet.Of(condition);
        }

        LookAgainAt(from);
        return 0;
    }

    private void LookAgainAt(long time)
    {
        if (time < _nextCheck)
        {
            _nextCheck = time;
        }
    }

    private void CureTime()
    {
        _portErrors.Clear();
        _timestampErrors.Clear();
        _firstUnanswered = TimerTable.Never;
    }

    private void CureAuthentication()
    {
        _tags.Clear();
        _replays.Clear();
        _portErrors.Clear();
        SetFlag(FailureCondition.KeyCompromise, _leakReported);
        SetFlag(FailureCondition.KeyWornOut, false);
    }

    private void SetFlag(FailureCondition condition, bool holds)
    {
        int bit = ConditionSet.Of(condition);
        int flags = holds ? _flags | bit : _flags & ~bit;
        if (flags != _flags)
        {
            _flags = flags;
            _dirty = true;
        }
    }
}
