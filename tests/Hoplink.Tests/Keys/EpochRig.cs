using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Tests.Keys;

/// <summary>Epochs and datagrams of a session whose key blocks are known.</summary>
internal static class EpochRig
{
    public static readonly CryptoProvider Crypto = new ScriptedRandom().Crypto("platform");

    public static Epoch MakeEpoch(uint number, bool isInitiator = true, int seed = 0)
    {
        return MakeEpoch(number, MakeSession(isInitiator, isEncrypted: false), seed);
    }

    public static Epoch MakeEpoch(uint number, SessionParameters session, int seed = 0)
    {
        return new Epoch(Crypto, number, Block((int)number + seed), session);
    }

    public static PacketProtection MakeProtection(bool isInitiator, int badTagsPerSecond = 0, bool isEncrypted = false)
    {
        return new PacketProtection(Crypto, MakeSession(isInitiator, isEncrypted), Block(0), badTagsPerSecond);
    }

    public static SessionParameters MakeSession(bool isInitiator, bool isEncrypted)
    {
        return new SessionParameters
        {
            SessionId = 0x0102030405060708,
            IsInitiator = isInitiator,
            IsEncrypted = isEncrypted,
            Iterations = 1,
            MaxDatagram = 1232,
            HopFirst = 49152,
            HopCount = 1024,
        };
    }

    /// <summary>Seals a heartbeat (windowed), under the current epoch unless the test says otherwise.</summary>
    public static byte[] Seal(this PacketProtection protection, long sessionMs = 0, Epoch? epoch = null)
    {
        byte[] datagram = new byte[1232];
        new HeartbeatPayload { Nonce = 1 }.Write(datagram, WireFormat.HeaderSize);
        var header = new Header { Type = PacketType.Heartbeat, Flags = PacketFlags.Ack, PayloadLength = HeartbeatPayload.Size };
        return datagram[..protection.Seal(header, datagram, epoch ?? protection.Epochs.Current, sessionMs)];
    }

    /// <summary>Seals a time sync request (not windowed) under the current epoch.</summary>
    public static byte[] SealRequest(this PacketProtection protection)
    {
        byte[] datagram = new byte[1232];
        new TimeSyncRequest { Nonce = 1 }.Write(datagram, WireFormat.HeaderSize);
        var header = new Header
        {
            Type = PacketType.Control,
            SubType = SubType.TimeSyncRequest,
            Flags = PacketFlags.Ack,
            PayloadLength = TimeSyncRequest.Size,
        };
        return datagram[..protection.Seal(header, datagram, protection.Epochs.Current, 0)];
    }

    /// <summary>Seals a notice under the recovery key.</summary>
    public static byte[] SealNotice(this PacketProtection protection, long sessionMs = 0)
    {
        byte[] datagram = new byte[1232];
        new RecoveryNotice { Level = 1, Condition = 3 }.Write(datagram, WireFormat.HeaderSize);
        var header = new Header { Type = PacketType.Control, SubType = SubType.Recovery, PayloadLength = RecoveryNotice.Size };
        return datagram[..protection.Seal(header, datagram, null, sessionMs)];
    }

    public static DropCause Open(this PacketProtection protection, byte[] datagram, bool likely = false, long now = 0)
    {
        var header = new Header();
        Assert.Equal(DropCause.None, Header.Read(datagram, 0, datagram.Length, header));
        return protection.Open(header, datagram, 0, likely, now);
    }

    public static byte[] Spoiled(byte[] datagram)
    {
        byte[] copy = [.. datagram];
        copy[^1] ^= 1;
        return copy;
    }

    /// <summary>The same datagram claims another packet number; its tag no longer fits.</summary>
    public static byte[] Renumbered(byte[] datagram, uint sequence)
    {
        byte[] copy = [.. datagram];
        BigEndian.WriteUInt32(copy, WireFormat.SequenceOffset, sequence);
        return copy;
    }

    public static uint SequenceOf(byte[] datagram) => BigEndian.ReadUInt32(datagram, WireFormat.SequenceOffset);

    public static uint TimestampOf(byte[] datagram) => BigEndian.ReadUInt32(datagram, 20);

    public static void AssertWiped(Epoch epoch)
    {
        Assert.Throws<ObjectDisposedException>(() => epoch.ConfirmRepair(1, 2, 3, new byte[8], 0));
    }

    public static void AssertKept(Epoch epoch)
    {
        epoch.ConfirmRepair(1, 2, 3, new byte[8], 0);
    }

    private static byte[] Block(int seed)
    {
        byte[] block = new byte[KeyJob.HandshakeBlockSize];
        new Random(1000 + seed).NextBytes(block);
        return block;
    }
}
