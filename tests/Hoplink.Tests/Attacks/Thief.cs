using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>
/// An attacker who has got hold of the session key of one epoch, with its hop seed and phase, and of nothing else, unless he steals the
/// session's recovery key as well; of the pre-shared key never. All that it makes of a key, it makes by itself.
/// </summary>
internal sealed class Thief : Attacker
{
    // In a key block (3.2): session key, hop seed and hop phase.
    private const int StolenFrom = 12;
    private const int StolenTo = 50;
    private const int RecoveryFrom = 64;
    private const int BlockSize = 96;

    private readonly Pair _pair;
    private readonly CryptoProvider _crypto;
    private readonly byte[] _newest = new byte[StolenTo - StolenFrom];
    private readonly byte[] _stolen = new byte[StolenTo - StolenFrom];
    private byte[] _newestRecovery = [];
    private byte[] _recovery = [];
    private uint _epoch;
    private ulong _session;

    public Thief(Pair pair)
        : base(pair, "thief")
    {
        _pair = pair;
        _crypto = SimCrypto.Create(pair.World.Random("thief crypto"));
        pair.Device.JobRun += job =>
        {
            if (job.Outcome == KeyJobOutcome.Done && job.Block != null)
            {
                job.Block.AsSpan(StolenFrom, StolenTo - StolenFrom).CopyTo(_newest);
                _newestRecovery = job.Block.Length == BlockSize ? job.Block[RecoveryFrom..] : _newestRecovery;
            }
        };
    }

    /// <summary>Takes the key of the present epoch.</summary>
    public void Steal()
    {
        _newest.CopyTo(_stolen, 0);
        _epoch = _pair.Device.Link.Session.Epochs.Current.Number;
        _session = _pair.Device.Link.SessionId;
    }

    /// <summary>Takes the session's recovery key too.</summary>
    public void StealRecoveryKey() => _recovery = (byte[])_newestRecovery.Clone();

    /// <summary>Tries what he has on the session of now.</summary>
    public void TurnToPresentSession() => _session = _pair.Device.Link.SessionId;

    /// <summary>Makes a datagram under the recovery key, with a packet number so far above the end's last.</summary>
    public byte[] SealForRecovery(EndNode poseAs, PacketType type, byte subType, byte flags, byte[] payload, uint ahead = 1)
    {
        DatagramInfo last = Last(poseAs).Info;
        (PacketProtection protection, _) = Protection(poseAs == _pair.Device, last.Sequence + ahead);
        byte[] bytes = new byte[WireFormat.Overhead + payload.Length];
        payload.CopyTo(bytes, WireFormat.HeaderSize);
        protection.Seal(new Header { Type = type, SubType = subType, Flags = flags, PayloadLength = payload.Length }, bytes, null, last.Timestamp);
        return bytes;
    }

    /// <summary>Whether the stolen key is the one that a datagram was sealed with: then it can be read, and made.</summary>
    public bool Knows(Packet packet)
    {
        (_, Epoch epoch) = Protection(packet.From == _pair.Device, 0);
        return TagOf(epoch, packet.Bytes).AsSpan().SequenceEqual(packet.Bytes.AsSpan(packet.Bytes.Length - WireFormat.TagSize));
    }

    /// <summary>The payload of a datagram in clear.</summary>
    public byte[] Read(Packet packet)
    {
        byte[] payload = packet.Bytes[WireFormat.HeaderSize..^WireFormat.TagSize];
        var header = new Header();
        Header.Read(packet.Bytes, 0, packet.Bytes.Length, header);
        (_, Epoch epoch) = Protection(packet.From == _pair.Device, 0);
        if (header.IsWindowed && epoch.PayloadOut != null)
        {
            epoch.PayloadOut.AddKeystream(header.SessionId, header.Sequence, 0, payload, 0, payload.Length);
        }

        return payload;
    }

    /// <summary>Makes a datagram that an end of the session might have sent.</summary>
    public byte[] Seal(EndNode poseAs, PacketType type, byte subType, byte flags, byte[] payload, uint sequence, uint acknowledgment, uint timestamp)
    {
        (PacketProtection protection, Epoch epoch) = Protection(poseAs == _pair.Device, sequence);
        byte[] bytes = new byte[WireFormat.Overhead + payload.Length];
        payload.CopyTo(bytes, WireFormat.HeaderSize);
        var header = new Header { Type = type, SubType = subType, Flags = flags, Acknowledgment = acknowledgment, PayloadLength = payload.Length };
        protection.Seal(header, bytes, epoch, timestamp);
        return bytes;
    }

    /// <summary>Makes one with the numbers that the end would use next, or so many later.</summary>
    public byte[] SealNext(EndNode poseAs, PacketType type, byte subType, byte flags, byte[] payload, uint ahead = 1)
    {
        DatagramInfo last = Last(poseAs).Info;
        return Seal(poseAs, type, subType, flags, payload, last.Sequence + ahead, last.Acknowledgment, last.Timestamp);
    }

    /// <summary>The last datagram of an end's under some session key of the session.</summary>
    public Packet Last(EndNode sender) => Seen.Last(p => p.From == sender && p.Info.IsUnderSessionKey && p.Info.SessionId == _session);

    /// <summary>Changes the payload of a datagram on its way, and seals it again.</summary>
    public Verdict Change(Packet packet, Action<byte[]> change)
    {
        byte[] payload = Read(packet);
        change(payload);
        DatagramInfo info = packet.Info;
        return Verdict.Replace(Seal(
            (EndNode)packet.From!, (PacketType)((int)packet.Kind >> 8), (byte)packet.Kind, (byte)(info.Flags & ~PacketFlags.KeyPhase), payload,
            info.Sequence, info.Acknowledgment, info.Timestamp));
    }

    private static byte[] TagOf(Epoch epoch, byte[] bytes)
    {
        byte[] tag = new byte[WireFormat.TagSize];
        epoch.MacOut.Compute(bytes, 0, bytes.Length - WireFormat.TagSize, tag, 0, tag.Length);
        return tag;
    }

    private (PacketProtection Protection, Epoch Epoch) Protection(bool initiator, uint sequence)
    {
        byte[] block = new byte[BlockSize];
        BigEndian.WriteUInt32(block, 0, sequence);
        BigEndian.WriteUInt32(block, 4, sequence);
        _stolen.CopyTo(block, StolenFrom);
        _recovery.CopyTo(block, RecoveryFrom);
        var session = new SessionParameters
        {
            SessionId = _session,
            IsInitiator = initiator,
            Iterations = 1,
            MaxDatagram = WireFormat.MaxDatagram,
            HopFirst = _pair.Peer.Options.HopFirst,
            HopCount = _pair.Peer.Options.HopCount,
            IsEncrypted = _pair.Device.Link.IsEncrypted,
        };
        var protection = new PacketProtection(_crypto, session, block, 0);
        return (protection, new Epoch(_crypto, _epoch, block, session));
    }
}
