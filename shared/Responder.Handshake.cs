using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink;

/// <content>SYNs, half-open sessions, and where a datagram belongs (4, 13.3).</content>
public sealed partial class Responder
{
    private DropCause Route(byte[] datagram, int offset, int count, Arrival arrival, long now)
    {
        if (_header.Type == PacketType.Syn)
        {
            return HandleSyn(datagram, offset, count, arrival, now);
        }

        if (_header.Type == PacketType.SynAck || _header.IsStatelessReset)
        {
            return DropCause.NotExpected;
        }

        object owner = _sessions.Find(_header.SessionId);
        if (owner is Link link)
        {
            link.HandleSessionDatagram(_header, datagram, offset, count, arrival, now);
            Touch(link, now);
            return DropCause.None;
        }

        if (owner is HalfOpen half)
        {
            return HandleHalfOpen(half, datagram, offset, count, arrival, now);
        }

        return _resets.Add(_header.SessionId, count, arrival, now);
    }

    // 4.1: in this order, cheapest first. Anything else is silence.
    private DropCause HandleSyn(byte[] datagram, int offset, int count, Arrival arrival, long now)
    {
        DropCause cause = _syn.Read(datagram, offset + WireFormat.HeaderSize);
        if (cause != DropCause.None)
        {
            return cause;
        }

        var entry = (KeyEntry)_keys.Find(_syn.KeyId);
        if (entry == null)
        {
            return DropCause.UnknownKey;
        }

        int length = WireFormat.HeaderSize + SynPayload.Size;
        byte[] tag = _tag;
        entry.Psk.Authentication.Compute(datagram, offset, length, tag, 0, WireFormat.TagSize);
        if (!_crypto.FixedTimeEquals(tag, 0, datagram, offset + length, WireFormat.TagSize))
        {
            return DropCause.BadTag;
        }

        if (_options.Link.Encryption == PayloadEncryption.Required && (_syn.Features & WireFormat.FeatureEncryption) == 0)
        {
            return DropCause.NotEncrypted;
        }

        HalfOpen half = entry.HalfOpen;
        if (half != null && SameKey(half.Syn.PublicKey, _syn.PublicKey))
        {
            half.TakeSyn(datagram, offset, count, _header.Timestamp, arrival, now);
            QueueAnswer(half);
            return DropCause.None;
        }

        if (entry.HasSeen(_syn.PublicKey))
        {
            return DropCause.RepeatedSyn;
        }

        if (!_handshakes.HasRoom(now) || !entry.TryTakeHandshake(now))
        {
            return DropCause.RateLimited;
        }

        _handshakes.TryTake(now);
        BeginHandshake(entry, datagram, offset, count, arrival, now);
        return DropCause.None;
    }

    private void BeginHandshake(KeyEntry entry, byte[] datagram, int offset, int count, Arrival arrival, long now)
    {
        // 4: only the newest half-open session of a key id can complete.
        DropHalfOpen(entry);
        entry.Remember(_syn.PublicKey);
        var syn = new SynPayload();
        syn.Read(datagram, offset + WireFormat.HeaderSize);
        var half = new HalfOpen(entry, _crypto, _options, syn, NewSessionId(), _resetSecret, _ports, now);
        half.TakeSyn(datagram, offset, count, _header.Timestamp, arrival, now);
        entry.HalfOpen = half;
        _sessions.Add(half.SessionId, half);
        _deadlines.Set(entry.Expiry, half.ExpiresAt);
        _jobs.Add(half.MakeJob(_reserve.Take()));
    }

    private void CompleteHandshakeJob(HalfOpen half, KeyJob job, long now)
    {
        if (half.Entry.HalfOpen != half)
        {
            job.Wipe();
            return;
        }

        if (half.CompleteJob(job, now))
        {
            SetHalfOpenDeadline(half, now);
            QueueAnswer(half);
            return;
        }

        Drops.Count(DropCause.InvalidPoint);
        DropHalfOpen(half.Entry);
    }

    // 4: I's first datagram under the session key completes the handshake. It has to be one that passes the replay window: its source
    // is where this end will send.
    private DropCause HandleHalfOpen(HalfOpen half, byte[] datagram, int offset, int count, Arrival arrival, long now)
    {
        if (half.Protection == null || !_header.IsWindowed)
        {
            return DropCause.NotExpected;
        }

        DropCause cause = half.Protection.Open(_header, datagram, offset, false, now);
        if (cause != DropCause.None)
        {
            return cause;
        }

        KeyEntry entry = half.Entry;
        entry.HalfOpen = null;
        _deadlines.Remove(entry.Expiry);
        _sessions.Remove(half.SessionId);
        if (entry.Link == null)
        {
            entry.Link = new Link(this, _options.Link, _crypto, _events, _reserve, _ports, entry.Psk.KeyId);
            _appeared.Add(entry.Link);
        }

        Link link = entry.Link;
        OnAwake(link);
        Session session = link.OnHandshakeCompleted(half.Protection, half.Syn, half.Resumed, half.BeganAt, now);
        if (half.IsAddressProven)
        {
            session.TrustAddress(half.From.Remote);
        }

        half.Wipe(true);
        session.SampleHandshake(_header.Timestamp, now);
        session.HandleOpened(_header, datagram, offset, count, arrival, now);
        Touch(link, now);
        return DropCause.None;
    }

    private void DropHalfOpen(KeyEntry entry)
    {
        HalfOpen half = entry.HalfOpen;
        if (half == null)
        {
            return;
        }

        entry.HalfOpen = null;
        _deadlines.Remove(entry.Expiry);
        _sessions.Remove(half.SessionId);
        half.Wipe(false);
    }

    // At its end, and where a port of its schedule changes.
    private void OnHalfOpenTimeout(KeyEntry entry, long now)
    {
        if (entry.HalfOpen == null || entry.HalfOpen.ExpiresAt <= now)
        {
            DropHalfOpen(entry);
            return;
        }

        SetHalfOpenDeadline(entry.HalfOpen, now);
    }

    private void SetHalfOpenDeadline(HalfOpen half, long now)
    {
        long change = half.UpdatePorts(now);
        _deadlines.Set(half.Entry.Expiry, change < half.ExpiresAt ? change : half.ExpiresAt);
    }

    private void QueueAnswer(HalfOpen half)
    {
        if (half.Protection != null)
        {
            _readyAnswers.Add(half);
        }
    }

    private ulong NewSessionId()
    {
        ulong id;
        do
        {
            _crypto.FillRandom(_tag, 0, 8);
            id = BigEndian.ReadUInt64(_tag, 0);
        }
        while (id == 0 || _sessions.Find(id) != null);
        return id;
    }

    private static bool SameKey(byte[] left, byte[] right)
    {
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }
}
