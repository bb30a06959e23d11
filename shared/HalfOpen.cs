using System;
using Hoplink.Crypto;
using Hoplink.Hopping;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>
/// R's side of a handshake (4) from the SYN to I's first datagram under the session key. It changes nothing: a live session of the same
/// key id, and its link, go on meanwhile.
/// </summary>
internal sealed class HalfOpen
{
    private readonly PskKeys _psk;
    private readonly CryptoProvider _crypto;
    private readonly ResponderOptions _options;
    private readonly SessionParameters _parameters;
    private readonly byte[] _resetToken = new byte[ResetToken.Size];
    private readonly byte[] _synHash = new byte[CryptoProvider.HashSize];
    private readonly SynAckPayload _answer = new SynAckPayload();
    private readonly Arrival _from = new Arrival();
    private readonly ListeningPorts _ports;
    private uint _synStamp;
    private long _synAt;
    private bool _hasSyn;
    private bool _answerDue;

    internal HalfOpen(
        KeyEntry entry, CryptoProvider crypto, ResponderOptions options, SynPayload syn, ulong sessionId, HmacKey resetSecret, PortBook ports, long now)
    {
        _ports = new ListeningPorts(ports);
        Entry = entry;
        _psk = entry.Psk;
        _crypto = crypto;
        _options = options;
        Syn = syn;
        BeganAt = now;
        LinkOptions own = options.Link;
        bool slow = own.SlowKeyAgreement || (syn.Features & WireFormat.FeatureSlow) != 0;
        _parameters = new SessionParameters
        {
            SessionId = sessionId,
            Iterations = syn.MaxIterations < own.Iterations ? syn.MaxIterations : own.Iterations,
            MaxDatagram = syn.MaxDatagram < own.MaxDatagram ? syn.MaxDatagram : own.MaxDatagram,
            HopFirst = options.HopFirst,
            HopCount = options.HopCount,
            IsEncrypted = own.Encryption != PayloadEncryption.Off && (syn.Features & WireFormat.FeatureEncryption) != 0,
            IsSlow = slow,
        };
        bool slowInitiator = (syn.Features & WireFormat.FeatureSlow) != 0;
        int life = slowInitiator ? SpecConstants.SlowHalfOpenMs : SpecConstants.HandshakeTimeoutMs;
        ExpiresAt = now + (life * SpecConstants.MicrosPerMs);
        byte[] id = new byte[8];
        BigEndian.WriteUInt64(id, 0, sessionId);
        ResetToken.Compute(resetSecret, id, 0, _resetToken, 0);
    }

    internal KeyEntry Entry { get; }

    internal SynPayload Syn { get; }

    // When the first SYN arrived: the session clock's zero (5.1), us.
    internal long BeganAt { get; }

    internal long ExpiresAt { get; }

    internal ulong SessionId
    {
        get { return _parameters.SessionId; }
    }

    // Set once the agreement is done.
    internal PacketProtection Protection { get; private set; }

    // What SYN_ACK said of the link.
    internal bool Resumed { get; private set; }

    // All SYNs came from one address: whoever completes the handshake from there has the SYN_ACK that went there.
    internal bool IsAddressProven { get; private set; }

    // Where the newest SYN came from.
    internal Arrival From
    {
        get { return _from; }
    }

    // A SYN of this handshake arrived, the first or a repeated one: it is answered as soon as the agreement is done.
    internal void TakeSyn(byte[] datagram, int offset, int count, uint stamp, Arrival from, long now)
    {
        _crypto.Sha256(datagram, offset, count, _synHash, 0);
        _synStamp = stamp;
        IsAddressProven = !_hasSyn || (IsAddressProven && from.Remote.SameAs(_from.Remote));
        _hasSyn = true;
        _synAt = now;
        _from.CopyFrom(from);
        _answerDue = Protection != null;
    }

    internal KeyJob MakeJob(KeyPair pair)
    {
        KeyJob job = KeyJob.Handshake(pair, Syn.PublicKey, false, Syn.KeyExchangeId, SessionId, _psk, null, _parameters.Iterations);
        job.Owner = this;
        return job;
    }

    // The agreement is done. False if I's point is not valid.
    internal bool CompleteJob(KeyJob job, long now)
    {
        bool valid = job.Outcome == KeyJobOutcome.Done;
        if (valid)
        {
            Protection = new PacketProtection(_crypto, _parameters, job.Block, _options.Link.BadTagsPerSecond);
            Array.Copy(job.VerificationHash, _answer.VerificationHash, CryptoProvider.HashSize);
            Array.Copy(job.Own.PublicKey, _answer.PublicKey, CryptoProvider.PublicKeySize);
            _answerDue = true;
            UpdatePorts(now);
        }

        job.Wipe();
        return valid;
    }

    // I may use its hop ports as soon as it has the SYN_ACK. Returns when they change next, us.
    internal long UpdatePorts(long now)
    {
        if (Protection != null)
        {
            _ports.Update(Protection.Epochs, now - BeganAt, 0, now);
        }

        return _ports.NextChange;
    }

    // 4.2
    internal bool PollTransmit(Datagram datagram, Header header, long now)
    {
        if (!_answerDue)
        {
            return false;
        }

        _answerDue = false;
        FillAnswer(now);
        header.Type = PacketType.SynAck;
        header.SubType = 0;
        header.Flags = PacketFlags.Syn;
        header.SessionId = SessionId;
        header.Sequence = 0;
        header.Acknowledgment = _synStamp;
        header.Timestamp = (uint)((now - BeganAt) / SpecConstants.MicrosPerMs);
        header.PayloadLength = SynAckPayload.Size;
        header.Write(datagram.Buffer, 0);
        _answer.Write(datagram.Buffer, WireFormat.HeaderSize);
        int length = WireFormat.HeaderSize + SynAckPayload.Size;
        _psk.Authentication.Compute(_synHash, datagram.Buffer, 0, length, datagram.Buffer, length, WireFormat.TagSize);
        datagram.Length = length + WireFormat.TagSize;
        datagram.ReplyTo(_from);
        if (!_ports.IsOpen(_from.LocalPort))
        {
            datagram.LocalPort = _options.Link.RendezvousPort;
        }

        return true;
    }

    // The keys pass to the session, or go.
    internal void Wipe(bool keysTaken)
    {
        if (Protection != null && !keysTaken)
        {
            Protection.Wipe();
        }

        Array.Clear(_resetToken, 0, _resetToken.Length);
        _answerDue = false;
        _ports.Close();
    }

    private void FillAnswer(long now)
    {
        Link link = Entry.Link;
        Resumed = link != null && link.LinkId != 0 && link.LinkId == Syn.LinkId && link.State != LinkState.Closed;
        _answer.KeyExchangeId = Syn.KeyExchangeId;
        _answer.Iterations = _parameters.Iterations;
        _answer.MaxDatagram = _options.Link.MaxDatagram;
        _answer.ReceiveWindow = Resumed ? link.Inbox.OfferWindow() : _options.Link.ReceiveWindow;
        _answer.Features = (_parameters.IsSlow ? WireFormat.FeatureSlow : 0)
            | (_parameters.IsEncrypted ? WireFormat.FeatureEncryption : 0);
        _answer.HopFirst = _parameters.HopFirst;
        _answer.HopCount = _parameters.HopCount;
        _answer.Resumed = Resumed;
        _answer.NextExpected = Resumed ? link.Inbox.NextExpected : 0;
        _answer.T2 = _synAt - BeganAt;
        _answer.T3 = now - BeganAt;
        ResetToken.Mask(_psk.Authentication, _synHash, SessionId, _answer.PublicKey, _resetToken, _answer.MaskedToken);
    }
}
