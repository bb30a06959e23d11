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
    private const int Ways = 8;

    private readonly HmacKey _secret;
    private readonly CryptoProvider _crypto;
    private readonly ulong[] _sessionIds = new ulong[Pending];
    private readonly Arrival[] _from = new Arrival[Pending];
    private readonly int _sets;
    private readonly RateLimit[] _limits;
    private readonly Endpoint[] _limited;
    private readonly ulong _mixer;
    private int _head;
    private int _count;

    // addresses: how many have a limit of their own at a time, in whole sets.
    internal StatelessResets(CryptoProvider crypto, HmacKey secret, int addresses)
    {
        _crypto = crypto;
        _secret = secret;
        _sets = addresses / Ways;
        _limits = new RateLimit[_sets * Ways];
        _limited = new Endpoint[_sets * Ways];
        // Odd, and nobody else's, so that nobody can choose addresses that share a set.
        byte[] mixer = new byte[8];
        crypto.FillRandom(mixer, 0, mixer.Length);
        _mixer = BigEndian.ReadUInt64(mixer, 0) | 1;
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
        if (_from[slot] == null)
        {
            _from[slot] = new Arrival();
        }

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
        ResetToken.Compute(_secret, datagram.Buffer, WireFormat.SessionIdOffset, datagram.Buffer, WireFormat.HeaderSize);
        _crypto.FillRandom(datagram.Buffer, WireFormat.HeaderSize + ResetToken.Size, WireFormat.TagSize);
        datagram.Length = WireFormat.StatelessResetSize;
        datagram.ReplyTo(_from[_head]);
        _count--;

        // From the first place on while the host keeps up: places are made as they are needed.
        _head = _count == 0 ? 0 : (_head + 1) % Pending;
        return true;
    }

    // An address has its limit to itself from its first reset on until a second later. A set that is full of such addresses takes up no
    // other: better no reset, which costs a device a climb up the ladder, than more than ten a second for anybody (13.3).
    private bool TryTake(Endpoint remote, long now)
    {
        ulong mixed = ((remote.Low ^ remote.High) * _mixer) >> 32;
        int first = (int)((mixed * (ulong)_sets) >> 32) * Ways;
        int free = -1;
        for (int i = first; i < first + Ways; i++)
        {
            if (_limits[i] == null)
            {
                // The rest of the set was never needed.
                free = i;
                _limits[i] = new RateLimit(SpecConstants.ResetsPerSecond);
                _limited[i] = new Endpoint();
                break;
            }

            if (_limited[i].SameAddress(remote))
            {
                return _limits[i].TryTake(now);
            }

            if (_limits[i].IsIdle(now))
            {
                free = i;
            }
        }

        if (free < 0)
        {
            return false;
        }

        _limited[free].CopyFrom(remote);
        _limits[free].Reset();
        return _limits[free].TryTake(now);
    }
}
