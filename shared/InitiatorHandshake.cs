using System;
using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>I's side of the handshake (4): SYN until a SYN_ACK that verifies, then the agreement.</summary>
internal sealed class InitiatorHandshake
{
    private const long Ms = SpecConstants.MicrosPerMs;

    // SYNs go out every 2 s at most, so eight cover any round trip worth having.
    private const int RememberedSyns = 8;

    private readonly Link _link;
    private readonly PskKeys _psk;
    private readonly CryptoProvider _crypto;
    private readonly KeyReserve _reserve;
    private readonly Header _header;

    // While a handshake is under way; a session needs the room.
    private SynPayload _syn;
    private SynAckPayload _synAck;
    private long[] _sentAt;
    private uint[] _stamps;
    private byte[] _hashes;
    private byte[] _hash;
    private byte[] _tag;

    private State _state;
    private KeyPair _keyPair;
    private KeyJob _job;
    private bool _jobTaken;
    private int _transmissions;
    private long _dueAt = TimerTable.Never;
    private long _givesUpAt = TimerTable.Never;
    private SessionParameters _agreed;
    private byte[] _resetToken;
    private long _offset;
    private long _roundTrip;

    // The header is one to write with; its fields are the link's between calls.
    internal InitiatorHandshake(Link link, Header header, PskKeys psk, CryptoProvider crypto, KeyReserve reserve)
    {
        _header = header;
        _link = link;
        _psk = psk;
        _crypto = crypto;
        _reserve = reserve;
    }

    private enum State : byte
    {
        Idle,
        WaitingForKeyPair,
        SynSent,
        Agreeing,
    }

    // A SYN is out, and an agreement may be wanted at any moment.
    internal bool IsUnderWay
    {
        get { return _state == State.SynSent || _state == State.Agreeing; }
    }

    // When the next transmission is due, us.
    internal long DueAt
    {
        get { return _dueAt; }
    }

    // When it fails, us.
    internal long GivesUpAt
    {
        get { return _givesUpAt; }
    }

    internal void Start(long now)
    {
        Cancel();
        _syn = new SynPayload();
        _synAck = new SynAckPayload();
        _sentAt = new long[RememberedSyns];
        _stamps = new uint[RememberedSyns];
        _hashes = new byte[RememberedSyns * CryptoProvider.HashSize];
        _hash = new byte[CryptoProvider.HashSize];
        _tag = new byte[WireFormat.TagSize];
        _transmissions = 0;
        _givesUpAt = now + (SpecConstants.HandshakeTimeoutMs * Ms);
        _state = State.WaitingForKeyPair;
        OnKeyPairReady(now);
    }

    internal void OnKeyPairReady(long now)
    {
        if (_state != State.WaitingForKeyPair || !_reserve.IsReady)
        {
            return;
        }

        _keyPair = _reserve.Take();
        PrepareSyn();
        _state = State.SynSent;
        _dueAt = now;

        // Making a key pair may have taken seconds; the 30 s are for the SYN.
        _givesUpAt = now + (SpecConstants.HandshakeTimeoutMs * Ms);
    }

    // The network is back: the next SYN need not wait (13.2).
    internal void Hasten(long now)
    {
        if (_state == State.SynSent && _dueAt > now)
        {
            _dueAt = now;
        }
    }

    internal void Cancel()
    {
        _state = State.Idle;
        _dueAt = TimerTable.Never;
        _givesUpAt = TimerTable.Never;
        if (_keyPair != null)
        {
            _keyPair.Wipe();
            _keyPair = null;
        }

        if (_job != null && !_jobTaken)
        {
            _job.Wipe();
        }

        _job = null;
        if (_resetToken != null)
        {
            Array.Clear(_resetToken, 0, _resetToken.Length);
            _resetToken = null;
        }
    }

    internal void HandleTimeout(long now)
    {
        if (now >= _givesUpAt)
        {
            Cancel();
            _link.OnHandshakeFailed(now);
        }
    }

    internal bool PollTransmit(Datagram datagram, long now)
    {
        if (_state != State.SynSent || now < _dueAt)
        {
            return false;
        }

        int slot = _transmissions % RememberedSyns;
        _header.Type = PacketType.Syn;
        _header.SubType = 0;
        _header.Flags = PacketFlags.Syn;
        _header.SessionId = 0;
        _header.Sequence = 0;
        _header.Acknowledgment = 0;
        _header.Timestamp = (uint)(now / Ms);
        _header.PayloadLength = SynPayload.Size;
        _header.Write(datagram.Buffer, 0);
        _syn.Write(datagram.Buffer, WireFormat.HeaderSize);
        int length = WireFormat.HeaderSize + SynPayload.Size;
        _psk.Authentication.Compute(datagram.Buffer, 0, length, datagram.Buffer, length, WireFormat.TagSize);
        datagram.Length = length + WireFormat.TagSize;
        datagram.HasAddress = false;
        datagram.LocalPort = 0;
        datagram.Remote.Port = _link.Options.RendezvousPort;

        _crypto.Sha256(datagram.Buffer, 0, datagram.Length, _hashes, slot * CryptoProvider.HashSize);
        _stamps[slot] = _header.Timestamp;
        _sentAt[slot] = now;
        _dueAt = now + RetryInterval();
        _transmissions++;
        return true;
    }

    /// <summary>Takes a SYN_ACK whose header was read. Returns why it is dropped, or None.</summary>
    internal DropCause HandleSynAck(Header header, byte[] datagram, int offset, long now)
    {
        int slot = _state == State.SynSent ? FindTransmission(header.Acknowledgment) : -1;
        if (slot < 0)
        {
            return DropCause.NotExpected;
        }

        // 4.2: tag, echo, point and hash in this order; the last two with the agreement.
        int length = WireFormat.HeaderSize + SynAckPayload.Size;
        byte[] tag = _tag;
        System.Array.Copy(_hashes, slot * CryptoProvider.HashSize, _hash, 0, _hash.Length);
        _psk.Authentication.Compute(_hash, datagram, offset, length, tag, 0, tag.Length);
        if (!_crypto.FixedTimeEquals(tag, 0, datagram, offset + length, tag.Length))
        {
            return DropCause.BadTag;
        }

        DropCause cause = _synAck.Read(datagram, offset + WireFormat.HeaderSize);
        if (cause != DropCause.None)
        {
            return cause;
        }

        int unasked = _synAck.Features & WireFormat.FeatureEncryption & ~_syn.Features;
        bool fits = _synAck.KeyExchangeId == _syn.KeyExchangeId && _synAck.Iterations >= 1 && _synAck.Iterations <= _syn.MaxIterations
            && unasked == 0;
        if (!fits)
        {
            return DropCause.WrongField;
        }

        if (_link.Options.Encryption == PayloadEncryption.Required && (_synAck.Features & WireFormat.FeatureEncryption) == 0)
        {
            // 4.2: refused. R is genuine, and would say the same again: as after a failed handshake, a later one may find it changed.
            Cancel();
            _link.AddEvent(LinkEventKind.EncryptionRefused, now);
            _link.OnHandshakeFailed(now);
            return DropCause.NotEncrypted;
        }

        TakeTimes(slot, now);
        if (_roundTrip > OwnConstants.MaxSampleRoundTripMs * Ms)
        {
            // protocol.md 5.1 is silent on its age: it would start the clock further off than any later sample may. The next SYN's will do.
            return DropCause.NotExpected;
        }

        Agree(header.SessionId);
        return DropCause.None;
    }

    internal KeyJob PollJob()
    {
        if (_job == null || _jobTaken)
        {
            return null;
        }

        _jobTaken = true;
        return _job;
    }

    internal void CompleteJob(KeyJob job, long now)
    {
        if (job != _job)
        {
            job.Wipe();
            return;
        }

        _job = null;
        bool agreed = job.Outcome == KeyJobOutcome.Done;
        PacketProtection protection = agreed
            ? new PacketProtection(_crypto, _agreed, job.Block, _link.Options.BadTagsPerSecond)
            : null;
        job.Wipe();
        byte[] resetToken = _resetToken;
        _resetToken = agreed ? null : resetToken;
        Cancel();
        if (agreed)
        {
            SynAckPayload answer = _synAck;
            Release();
            _link.OnSessionAgreed(protection, answer, resetToken, _offset, _roundTrip, now);
        }
        else
        {
            _link.Statistics.Drops.Count(DropCause.InvalidPoint);
            _link.OnHandshakeFailed(now);
        }
    }

    private void Release()
    {
        _syn = null;
        _synAck = null;
        _sentAt = null;
        _stamps = null;
        _hashes = null;
        _hash = null;
        _tag = null;
    }

    private void PrepareSyn()
    {
        LinkOptions options = _link.Options;
        _syn.KeyId = _psk.KeyId;
        _syn.KeyExchangeId = (ushort)_crypto.NewNonce();
        _syn.MaxIterations = options.Iterations;
        _syn.MaxDatagram = options.MaxDatagram;
        _syn.ReceiveWindow = _link.Inbox.OfferWindow();
        _syn.Features = (options.SlowKeyAgreement ? WireFormat.FeatureSlow : 0)
            | (options.Encryption != PayloadEncryption.Off ? WireFormat.FeatureEncryption : 0);
        _syn.LinkId = _link.LinkId;
        _syn.NextExpected = _link.Inbox.NextExpected;
        Array.Copy(_keyPair.PublicKey, _syn.PublicKey, CryptoProvider.PublicKeySize);
    }

    // 4: after 1 s, then every 2 s; battery profile: doubling.
    private long RetryInterval()
    {
        if (_link.Options.BatteryProfile)
        {
            return (SpecConstants.SynFirstRetryMs * Ms) << (_transmissions < 5 ? _transmissions : 5);
        }

        return (_transmissions == 0 ? SpecConstants.SynFirstRetryMs : SpecConstants.SynRetryMs) * Ms;
    }

    private int FindTransmission(uint stamp)
    {
        int known = _transmissions < RememberedSyns ? _transmissions : RememberedSyns;
        for (int i = 0; i < known; i++)
        {
            if (_stamps[i] == stamp)
            {
                return i;
            }
        }

        return -1;
    }

    // 5.1: offset = ((t2 - t1) + (t3 - t4)) / 2
    private void TakeTimes(int slot, long now)
    {
        long sentAt = _sentAt[slot];
        _offset = ((_synAck.T2 - sentAt) + (_synAck.T3 - now)) / 2;
        _roundTrip = now - sentAt - (_synAck.T3 - _synAck.T2);
        if (_roundTrip < 1)
        {
            _roundTrip = 1;
        }
    }

    private void Agree(ulong sessionId)
    {
        LinkOptions options = _link.Options;
        _agreed = new SessionParameters
        {
            SessionId = sessionId,
            IsInitiator = true,
            Iterations = _synAck.Iterations,
            MaxDatagram = _synAck.MaxDatagram < options.MaxDatagram ? _synAck.MaxDatagram : options.MaxDatagram,
            HopFirst = _synAck.HopFirst,
            HopCount = _synAck.HopCount,
            IsEncrypted = (_synAck.Features & WireFormat.FeatureEncryption) != 0,
            IsSlow = options.SlowKeyAgreement || (_synAck.Features & WireFormat.FeatureSlow) != 0,
        };
        _resetToken = new byte[WireFormat.ResetTokenSize];
        ResetToken.Mask(_psk.Authentication, _hash, sessionId, _synAck.PublicKey, _synAck.MaskedToken, _resetToken);
        _job = KeyJob.Handshake(
            _keyPair, _synAck.PublicKey, true, _synAck.KeyExchangeId, sessionId, _psk, _synAck.VerificationHash, _synAck.Iterations);
        _job.Owner = this;
        _jobTaken = false;
        _keyPair = null;
        _state = State.Agreeing;
        _dueAt = TimerTable.Never;
        _givesUpAt = TimerTable.Never;
    }
}
