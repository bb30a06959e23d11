using System;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Delivery;

/// <summary>
/// Decides which message to transmit when (protocol.md 6.1 to 6.3): acknowledgments and SACK maps, fast retransmit, RTO, congestion
/// and receiver's window. It lives as long as a session, over the link's <see cref="SendWindow"/>.
/// </summary>
/// <remarks>
/// The caller hands in acknowledgments and runs <see cref="OnDeadline"/> when <see cref="Deadline"/> is reached; then it
/// transmits what <see cref="TryPeek"/> names, and says so with <see cref="MarkSent"/>, until there is no more.
/// </remarks>
public sealed class DataSender
{
    /// <summary>The window of a datagram that carries none.</summary>
    public const int WindowUnknown = -1;

    private readonly SendWindow _window;
    private readonly RttEstimator _rtt;
    private readonly CongestionControl _congestion;
    private readonly LossDetector _losses;
    private uint _edge;
    private uint _recover;
    private bool _inRecovery;
    private bool _oldestAtOnce;
    private bool _lostAtOnce;
    private bool _probeDue;
    private bool _hasTimedOut;
    private bool _isProbing;
    private bool _isBehind;
    private int _oldestRetransmissions;
    private long _deadline = long.MaxValue;
    private long _rtoAt = long.MaxValue;
    private long _messagesSent;
    private long _retransmissions;
    private long _lastSent;

    /// <summary>
    /// Begins a session: nothing counts as sent in it, and the receiver's window is 0 until <see cref="OnWindow"/> says otherwise.
    /// </summary>
    /// <param name="window">The link's messages.</param>
    /// <param name="rtt">The session's round trip times.</param>
    /// <param name="initialCongestionWindow">First congestion window, 1 to 1000 messages.</param>
    /// <exception cref="ArgumentNullException">There is no window or no estimator.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The congestion window is out of its range.</exception>
    public DataSender(SendWindow window, RttEstimator rtt, int initialCongestionWindow)
    {
        _window = window ?? throw new ArgumentNullException(nameof(window));
        _rtt = rtt ?? throw new ArgumentNullException(nameof(rtt));
        _congestion = new CongestionControl(initialCongestionWindow);
        _losses = new LossDetector(window, rtt);
        window.ResetTransmission();
        _edge = window.Oldest;
        _recover = window.Oldest;
    }

    /// <summary>Messages on their way: sent in this session, neither acknowledged nor SACKed nor taken for lost.</summary>
    public int InFlight => _window.InFlight;

    /// <summary>Messages sent in this session and not acknowledged.</summary>
    public int Outstanding => _window.Sent;

    /// <summary>Messages that may be in flight, as congestion has it.</summary>
    public int CongestionWindow => _congestion.Window;

    /// <summary>Messages that the receiver's window leaves for sending, 0 when it is closed to the oldest.</summary>
    public int ReceiverRoom => Integers.Larger(0, SerialNumber.Distance(_window.Oldest, _edge));

    /// <summary>Transmissions of messages, repeated ones included.</summary>
    public long MessagesSent => _messagesSent;

    /// <summary>Repeated transmissions.</summary>
    public long Retransmissions => _retransmissions;

    /// <summary>Estimate of the loss on the way: repeated transmissions of a thousand.</summary>
    public int LossPermille => MessagesSent == 0 ? 0 : (int)(Retransmissions * 1000 / MessagesSent);

    /// <summary>The oldest message that is not acknowledged; the next to be sent if all are.</summary>
    public uint OldestUnacknowledged => _window.Oldest;

    /// <summary>
    /// Whether the oldest message was sent again 8 times without progress, while the window is open (6.3, DeliveryStalled).
    /// </summary>
    public bool IsStalled => _oldestRetransmissions >= SpecConstants.StalledRetransmissions
        && (_isBehind || (_window.Sent > 0 && !IsClosed));

    /// <summary>
    /// Whether a HEARTBEAT is to be sent now: messages wait, and the receiver's window is 0 (6.3), or the oldest has waited for so long
    /// that its echo may well come before the RTO runs out (<see cref="OnEcho"/>).
    /// </summary>
    public bool ProbeDue => _probeDue && _window.Count > 0;

    /// <summary>When to call <see cref="OnDeadline"/>, us: <see cref="RtoDeadline"/>, or sooner for a probe.</summary>
    public long Deadline => _window.Count > 0 && (_window.Sent > 0 || IsClosed) ? _deadline : long.MaxValue;

    /// <summary>
    /// When the RTO runs out, us; <see cref="long.MaxValue"/> when nothing is in flight and no window is to be probed.
    /// </summary>
    public long RtoDeadline => Deadline == long.MaxValue ? long.MaxValue : _rtoAt;

    private bool IsClosed => (int)(_edge - _window.Oldest) <= 0;

    /// <summary>Whether it acknowledges what was never sent on this link: then the datagram is dropped (2).</summary>
    public bool IsAckOfUnsent(uint acknowledgment)
    {
        return (int)(acknowledgment - _window.NeverSent) > 0;
    }

    /// <summary>
    /// The handshake says which window the receiver offers, counted from the oldest message that is not acknowledged. Above 1000 counts
    /// as 1000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The window is negative.</exception>
    public void OnWindow(int receiveWindow)
    {
        if (receiveWindow < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(receiveWindow));
        }

        _edge = EdgeOf(_window.Oldest, receiveWindow);
    }

    /// <summary>
    /// Takes the acknowledgment of the newest fresh datagram. One of what was never sent changes nothing.
    /// </summary>
    /// <param name="acknowledgment">Next message number that the other end expects.</param>
    /// <param name="receiveWindow">Its window, messages; <see cref="WindowUnknown"/> leaves the last one standing.</param>
    /// <param name="hasSack">Whether there is a map: without one, the last one stands.</param>
    /// <param name="sackMap">Bit i: message acknowledgment + 1 + i is held.</param>
    /// <param name="nowMicros">Arrival, us.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window is below <see cref="WindowUnknown"/>.</exception>
    public void OnAcknowledgment(uint acknowledgment, int receiveWindow, bool hasSack, uint sackMap, long nowMicros)
    {
        if (receiveWindow < WindowUnknown)
        {
            throw new ArgumentOutOfRangeException(nameof(receiveWindow));
        }

        int advance = SerialNumber.Distance(_window.Oldest, acknowledgment);
        if (advance == 0 && !hasSack && !_isBehind && !_lostAtOnce && EdgeOf(acknowledgment, receiveWindow) == _edge)
        {
            // It says what the last one said, as most do where messages only come in.
            return;
        }

        SendWindow window = _window;
        if ((int)(acknowledgment - window.NeverSent) > 0)
        {
            return;
        }

        int outstanding = window.Sent;
        bool needsWindow = window.InFlight * 2 >= _congestion.Window;
        bool isRepairing = (int)(_recover - window.Oldest) > 0;
        if (advance > 0)
        {
            OnProgress(acknowledgment, advance, nowMicros);
        }

        _edge = EdgeOf(acknowledgment, receiveWindow);
        SetBehind(advance < 0);
        int lost = hasSack && !_isBehind && window.Sent > 0 ? _losses.ReadMap(sackMap, nowMicros) : -1;
        _lostAtOnce = window.Lost > 0 && (_lostAtOnce || lost >= 0);
        if (lost >= 0 && !SerialNumber.IsNewer(_recover, window.Oldest + (uint)lost))
        {
            EnterRecovery(outstanding);
        }
        else if (advance > 0 && !_inRecovery && needsWindow)
        {
            // A jump over a hole that was filled tells of one arrival, however far it goes.
            _congestion.OnAcknowledged(isRepairing ? 1 : Integers.Smaller(advance, outstanding));
        }

        ArmProbe(nowMicros);
    }

    /// <summary>
    /// The RTO ran out: the RTO doubles, all SACK marks go, and everything sent is taken for lost, to be sent again from the oldest on
    /// as a window that begins at 1 allows. If the receiver's window is 0, or the RTO has a good while to go, <see cref="ProbeDue"/>
    /// becomes true instead. Does nothing before <see cref="Deadline"/>.
    /// </summary>
    public void OnDeadline(long nowMicros)
    {
        if (nowMicros < Deadline)
        {
            return;
        }

        _probeDue = true;
        if (nowMicros < _rtoAt)
        {
            _deadline = Earlier(_rtoAt, nowMicros + _rtt.ProbeTimeout);
            return;
        }

        _rtt.Backoff();
        StartRto(nowMicros);
        if (IsClosed)
        {
            _oldestRetransmissions += _isBehind ? 1 : 0;
            return;
        }

        _probeDue = false;

        _congestion.OnTimeout(_window.Sent, _hasTimedOut);
        _hasTimedOut = true;
        _lostAtOnce = false;
        _losses.TakeAllForLost();
        _recover = _window.FirstUnsent;
        _inRecovery = false;
    }

    /// <summary>
    /// What to transmit now, if anything: the oldest at once where 6.3 says so, then what was lost, then new messages, within the
    /// congestion window and the receiver's. The first message that acknowledgments show to be lost does not wait for the window that
    /// its loss has just halved (RFC 5681, 3.2). The caller transmits it and calls <see cref="MarkSent"/>.
    /// </summary>
    public bool TryPeek(long nowMicros, out uint number)
    {
        SendWindow window = _window;
        number = window.Oldest;
        int sent = window.Sent;
        if (sent == window.Count && !_oldestAtOnce && window.Lost == 0)
        {
            // The usual case: all is under way.
            return false;
        }

        if (_isProbing || (int)(_edge - number) <= 0)
        {
            ArmProbe(nowMicros);
        }

        if (_oldestAtOnce && sent > 0 && !_isProbing)
        {
            return true;
        }

        bool hasRoom = window.InFlight < _congestion.Window;
        if (window.Lost > 0 && (hasRoom || _lostAtOnce))
        {
            number = window.FirstLost();
        }
        else if (hasRoom && sent < window.Count)
        {
            number += (uint)sent;
        }
        else
        {
            return false;
        }

        return (int)(_edge - number) > 0;
    }

    /// <summary>The message that <see cref="TryPeek"/> named was transmitted.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// It is neither one that was sent before nor the first that was not.
    /// </exception>
    public void MarkSent(uint number, long nowMicros)
    {
        if (_window.Sent == 0 && nowMicros - _lastSent > _rtt.Rto && _messagesSent > 0)
        {
            _congestion.OnIdle();
        }

        bool again = _window.MarkSent(number, nowMicros);
        _lastSent = nowMicros;
        _messagesSent++;
        if (again)
        {
            _retransmissions++;
            _lostAtOnce = false;
        }

        if (number == _window.Oldest)
        {
            _oldestAtOnce = false;
            _oldestRetransmissions += again ? 1 : 0;
            _rtoAt = nowMicros + _rtt.Rto;
            _deadline = nowMicros + _rtt.ProbeTimeout;
        }
    }

    /// <summary>
    /// A probe's echo has come, and its acknowledgment was taken. What the other end still expects though it was sent well before the probe
    /// is lost: it is sent again at once, however far off the RTO is (as in RFC 8985, where any later datagram shows it).
    /// </summary>
    /// <param name="acknowledgment">Of the echo.</param>
    /// <param name="probeSentMicros">When the probe was sent, us.</param>
    /// <param name="nowMicros">Arrival, us.</param>
    public void OnEcho(uint acknowledgment, long probeSentMicros, long nowMicros)
    {
        SendWindow window = _window;
        if (window.Sent == 0 || acknowledgment != window.Oldest)
        {
            return;
        }

        HastenDeadline(nowMicros);
        OutgoingMessage oldest = window.At(acknowledgment);
        if (oldest.IsInFlight && probeSentMicros - oldest.LastSent >= _rtt.RequestTimeout)
        {
            int outstanding = window.Sent;
            window.MarkLost(acknowledgment);
            _lostAtOnce = true;
            if (!SerialNumber.IsNewer(_recover, acknowledgment))
            {
                EnterRecovery(outstanding);
            }
        }
    }

    /// <summary>
    /// The other end is heard again after a silence, or a rung succeeded: the doubling is undone and the oldest message sent at once
    /// (6.3).
    /// </summary>
    public void UndoBackoff(long nowMicros)
    {
        _rtt.UndoBackoff();
        _oldestAtOnce = _window.Sent > 0;
        HastenDeadline(nowMicros);
    }

    /// <summary>
    /// Sends again all that was sent and not acknowledged, within the congestion window: what the answerer of a repair does (11).
    /// protocol.md 6.3 is silent on its doubled RTO: the request shows that the other end is there and waits, so the doubling is undone, or what
    /// is lost of this would wait as long as if nobody were.
    /// </summary>
    public void ResendAll(long nowMicros)
    {
        _rtt.UndoBackoff();
        _losses.TakeAllForLost();
        _recover = _window.FirstUnsent;
        HastenDeadline(nowMicros);
    }

    /// <summary>Whether a HEARTBEAT is to be sent now (<see cref="ProbeDue"/>); true once for each time that it is due.</summary>
    public bool TakeProbe()
    {
        bool due = ProbeDue;
        _probeDue = false;
        return due;
    }

    /// <summary>Messages are acknowledged that were not before.</summary>
    private void OnProgress(uint acknowledgment, int advance, long nowMicros)
    {
        // A jump over a message that was sent again says nothing of when those after it arrived.
        SendWindow window = _window;
        OutgoingMessage timed = null;
        bool ambiguous = false;
        long lastSent = long.MinValue;
        int sent = advance < window.Sent ? advance : window.Sent;
        for (int i = 0; i < sent; i++)
        {
            OutgoingMessage message = window.At(window.Oldest + (uint)i);
            if (message.TimesSent > 1)
            {
                ambiguous = true;
            }

            if (message.IsTimed)
            {
                timed = message;
            }

            if (message.LastSent > lastSent)
            {
                lastSent = message.LastSent;
            }
        }

        if (timed != null && !ambiguous)
        {
            _rtt.Sample(nowMicros - timed.LastSent);
        }
        else if (ambiguous && _rtt.IsUsual(nowMicros - lastSent))
        {
            // protocol.md 6.3 is silent on a doubling when every message had to be sent twice, so that no sample comes: at heavy loss
            // it would stay at 60 s. An answer within a usual round trip of the repetition shows that the path is as it was.
            _rtt.UndoBackoff();
        }

        window.Acknowledge(acknowledgment);
        _oldestRetransmissions = 0;
        _oldestAtOnce = false;
        _hasTimedOut = false;
        _rtoAt = nowMicros + _rtt.Rto;
        _deadline = nowMicros + _rtt.ProbeTimeout;
        if ((int)(_recover - acknowledgment) <= 0)
        {
            _recover = acknowledgment;
            _inRecovery = false;
        }

        if (_window.Sent == 0)
        {
            return;
        }

        // The other end asks for it, so it dropped it if it ever held it; and progress that ends before the recovery does shows the next
        // hole (RFC 6582).
        OutgoingMessage oldest = _window.At(acknowledgment);
        if (oldest.IsSacked || (_inRecovery && oldest.IsInFlight && oldest.TimesSent == 1))
        {
            _window.MarkLost(acknowledgment);
            _lostAtOnce = true;
        }
    }

    /// <summary>
    /// The other end expects a number below all that this end keeps: this end lost messages, and only a repair helps. So a
    /// closed window does not keep it from counting as stalled.
    /// </summary>
    private void SetBehind(bool isBehind)
    {
        if (_isBehind && !isBehind)
        {
            _oldestRetransmissions = 0;
        }

        _isBehind = isBehind;
    }

    private uint EdgeOf(uint acknowledgment, int receiveWindow)
    {
        if (receiveWindow == WindowUnknown)
        {
            return _edge;
        }

        // protocol.md 6.1 is silent on what becomes of a window above 1000; what it would add is not used.
        return acknowledgment + (uint)(receiveWindow < SpecConstants.MaxReceiveWindow ? receiveWindow : SpecConstants.MaxReceiveWindow);
    }

    /// <summary>Starts the timer of the window probe when the receiver's window closes with nothing in flight.</summary>
    private void ArmProbe(long nowMicros)
    {
        bool wasArmed = _isProbing;
        _isProbing = (int)(_edge - _window.Oldest) <= 0;
        if (!_isProbing)
        {
            _probeDue = false;
        }
        else if (!wasArmed && _window.Sent == 0)
        {
            StartRto(nowMicros);
        }
    }

    private void EnterRecovery(int outstanding)
    {
        _inRecovery = true;
        _recover = _window.FirstUnsent;
        _congestion.OnLoss(outstanding);
    }

    private void StartRto(long nowMicros)
    {
        _rtoAt = nowMicros + _rtt.Rto;
        _deadline = nowMicros + _rtt.ProbeTimeout;
    }

    private void HastenDeadline(long nowMicros)
    {
        _rtoAt = Earlier(_rtoAt, nowMicros + _rtt.Rto);
        _deadline = Earlier(_deadline, nowMicros + _rtt.ProbeTimeout);
    }

    private static long Earlier(long a, long b) => a < b ? a : b;
}
