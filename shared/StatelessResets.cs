using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink;

/// <summary>
/// R's answer to datagrams of sessions that it does not know (13.3): an RST with a token that only I can recognise. At most 10 a second
/// for each address.
/// </summary>
internal sealed class StatelessResets
{
    private const int Pending = 16;
    private const int Buckets = 256;

    private readonly HmacKey _secret;
    private readonly CryptoProvider _crypto;
    private readonly ulong[] _sessionIds = new ulong[Pending];
    private readonly Arrival[] _from = new Arrival[Pending];
    private readonly RateLimit[] _limits = new RateLimit[Buckets];
    private readonly Endpoint[] _limited = new Endpoint[Buckets];
    private int _head;
    private int _count;

    internal StatelessResets(CryptoProvider crypto, HmacKey secret)
    {
        _crypto = crypto;
        _secret = secret;
        for (int i = 0; i < Pending; i++)
        {
            _from[i] = new Arrival();
        }

        for (int i = 0; i < Buckets; i++)
        {
            _limits[i] = new RateLimit(SpecConstants.ResetsPerSecond);
            _limited[i] = new Endpoint();
        }
    }

    // A datagram of an unknown session arrived. Returns why it gets no answer, or UnknownSession if it does.
    internal DropCause Add(ulong sessionId, int count, Arrival from, long now)
    {
        if (count <= WireFormat.StatelessResetSize)
        {
            // Longer than the reset itself, or two ends that know nothing could go on answering each other.
            return DropCause.UnknownSession;
        }

        if (_count == Pending || !TryTake(from.Remote, now))
        {
            return DropCause.RateLimited;
        }

        int slot = (_head + _count) % Pending;
        _sessionIds[slot] = sessionId;
        _from[slot].CopyFrom(from);
        _count++;
        return DropCause.UnknownSession;
    }

    internal bool PollTransmit(Datagram datagram, Header header)
    {
        if (_count == 0)
        {
            return false;
        }

        header.Type = PacketType.Reset;
        header.SubType = 0;
        header.Flags = PacketFlags.Rst;
        header.SessionId = _sessionIds[_head];
        header.Sequence = 0;
        header.Acknowledgment = 0;
        header.Timestamp = 0;
        header.PayloadLength = ResetToken.Size;
        header.Write(datagram.Buffer, 0);
        ResetToken.Compute(_secret, header.SessionId, datagram.Buffer, WireFormat.HeaderSize);
        _crypto.FillRandom(datagram.Buffer, WireFormat.HeaderSize + ResetToken.Size, WireFormat.TagSize);
        datagram.Length = WireFormat.StatelessResetSize;
        datagram.ReplyTo(_from[_head]);
        _head = (_head + 1) % Pending;
        _count--;
        return true;
    }

    // Addresses that share a bucket share its limit only when one takes it over: a flood from many addresses is then bounded by the
    // queue alone, and no address is shut out by another.
    private bool TryTake(Endpoint remote, long now)
    {
        ulong mixed = (remote.Low ^ remote.High) * 0x9E3779B97F4A7C15UL;
        int bucket = (int)(mixed >> 56);
        if (!_limited[bucket].SameAddress(remote))
        {
            _limited[bucket].CopyFrom(remote);
            _limits[bucket].Reset();
        }

        return _limits[bucket].TryTake(now);
    }
}
