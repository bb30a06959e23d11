using Hoplink.Crypto;
using Hoplink.Delivery;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>
/// Level 2 (11): the receiving end asks what the sender can still deliver, reports what is gone (D5) and takes up from there. A sender
/// whose delivery stalls cannot ask for a repair; it sends a notice instead (9.5).
/// </summary>
public sealed class SequenceRepair : Rung
{
    private readonly ReceiveBuffer _inbox;
    private readonly DataSender _sender;
    private readonly RttEstimator _rtt;
    private readonly IDeliveryListener _listener;
    private readonly RecoveryAnalytics _analytics;
    private readonly CryptoProvider _crypto;
    private readonly NoticeWriter _notice = new NoticeWriter();
    private readonly RepairRequest _request = new RepairRequest();
    private readonly byte[] _scratch = new byte[8];

    private readonly ulong _sessionId;
    private uint _nonce;
    private bool _asks;
    private bool _notifies;
    private uint _stalledMessage;
    private bool _afterRekey;
    private bool _accepted;
    private bool _sawWrongNonce;
    private bool _nothingHeld;
    private uint _nextAtBegin;
    private long _window;

    /// <summary>Makes the rung of one session.</summary>
    public SequenceRepair(
        ulong sessionId, ReceiveBuffer inbox, DataSender sender, RttEstimator rtt, IDeliveryListener listener, RecoveryAnalytics analytics, CryptoProvider crypto)
    {
        _sessionId = sessionId;
        _inbox = inbox;
        _sender = sender;
        _rtt = rtt;
        _listener = listener;
        _analytics = analytics;
        _crypto = crypto;
    }

    /// <inheritdoc/>
    public override RecoveryLevel Level
    {
        get { return RecoveryLevel.SequenceRepair; }
    }

    /// <inheritdoc/>
    public override bool TryTransmit(ControlMessage message, long now)
    {
        if (Status != RungStatus.Running || Repeat.DueAt > now)
        {
            return false;
        }

        // Where both are wanted they take turns, so neither waits for the other.
        bool both = _notifies && _asks && !_accepted;
        bool notice = _notifies && (!both || (Repeat.Transmissions & 1) == 1);

        // 5.2: every second one of each to the rendezvous port.
        int earlier = both ? Repeat.Transmissions / 2 : Repeat.Transmissions;
        bool toRendezvous = (earlier & 1) == 1;
        if (notice)
        {
            _notice.Write(message, RecoveryLevel.SequenceRepair, FailureCondition.DeliveryStalled, toRendezvous);
        }
        else if (!_accepted)
        {
            _request.Nonce = _nonce;
            _request.LastKnown = _inbox.NextExpected - 1;
            _request.Window = (uint)_window;
            _request.Write(message.Buffer, WireFormat.HeaderSize);
            message.Request(PacketType.Management, Wire.SubType.RepairRequest, RepairRequest.Size, toRendezvous);
        }
        else
        {
            Repeat.Stop();
            return false;
        }

        Repeat.OnTransmitted(now, _rtt.RequestTimeout);
        return true;
    }

    /// <summary>Takes a REPAIR_RESPONSE that came under <paramref name="epoch"/>. False if it answers nothing that is open.</summary>
    public bool OnResponse(RepairResponse response, Epoch epoch, long now)
    {
        if (Status != RungStatus.Running || !_asks || _accepted)
        {
            return false;
        }

        if (response.Nonce != _nonce)
        {
            _sawWrongNonce = true;
            return false;
        }

        epoch.ConfirmRepair(response.Nonce, response.Current, _sessionId, _scratch, 0);
        if (!_crypto.FixedTimeEquals(_scratch, 0, response.Confirmation, 0, 8))
        {
            Fail(RecoveryResult.SequenceRepairInvalidConfirmation, false);
            return true;
        }

        int ahead = SerialNumber.Distance(_inbox.NextExpected, response.Current);
        if (ahead > SpecConstants.MAX_REPAIR_WINDOW_SIZE && !_afterRekey)
        {
            // D17: a jump that large wants the stronger proof.
            Fail(RecoveryResult.SequenceRepairWindowTooLarge, true);
            return true;
        }

        _accepted = true;
        if (ahead > 0)
        {
            uint first = _inbox.NextExpected;
            _inbox.SkipTo(response.Current);
            _listener.OnMessagesLost(first, ahead, now);
        }

        _inbox.TrimHighestSeen();
        OnDelivery();
        return true;
    }

    /// <summary>Delivery moved, in or out: the attempt may have succeeded (9.3).</summary>
    public void OnDelivery()
    {
        if (Status != RungStatus.Running)
        {
            return;
        }

        bool repaired = !_asks || (_accepted && (_nothingHeld || _inbox.NextExpected != _nextAtBegin));
        bool delivered = !_notifies || !_sender.IsStalled || _sender.OldestUnacknowledged != _stalledMessage;
        if (repaired && delivered)
        {
            Succeed();
        }
    }

    /// <inheritdoc/>
    protected override void OnBegin(int conditions, bool afterRekey, long now)
    {
        const int SenderOnly = 1 << (int)FailureCondition.DeliveryStalled;
        _notifies = (conditions & SenderOnly) != 0;
        bool receiver = ConditionSet.HasAny(conditions, ConditionSet.Sequence & ~SenderOnly)
            || ConditionSet.Has(conditions, FailureCondition.PeerAsks);
        _asks = receiver || !_notifies;
        _stalledMessage = _sender.OldestUnacknowledged;
        _afterRekey = afterRekey;
        _accepted = false;
        _sawWrongNonce = false;
        _nothingHeld = _inbox.Held == 0;
        _nextAtBegin = _inbox.NextExpected;
        _window = _nothingHeld ? 0 : SerialNumber.Distance(_inbox.NextExpected, _inbox.HighestSeen);
        if (_asks && _window > SpecConstants.MAX_REPAIR_WINDOW_SIZE)
        {
            if (!afterRekey)
            {
                Fail(RecoveryResult.SequenceRepairWindowTooLarge, true);
                return;
            }

            _window = SpecConstants.MAX_REPAIR_WINDOW_SIZE;
        }

        _nonce = _crypto.NewNonce();
        Deadline = now + (_analytics.SequenceRepairTimeoutMs * SpecConstants.MicrosPerMs);
        Repeat.Start(now);
    }

    /// <inheritdoc/>
    protected override RecoveryResult TimeoutResult()
    {
        return _sawWrongNonce && !_accepted ? RecoveryResult.SequenceRepairInvalidNonce : RecoveryResult.SequenceRepairTimeout;
    }
}
