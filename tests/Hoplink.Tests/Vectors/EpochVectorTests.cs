using System.Buffers.Binary;
using System.Security.Cryptography;
using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Timing;
using Hoplink.Wire;

namespace Hoplink.Tests.Vectors;

/// <summary>What an epoch derives and seals (2, 3.2, 5.2, 11) against vectors of an independent implementation.</summary>
public sealed class EpochVectorTests
{
    public static TheoryData<string, string> All => ProtocolVector.NamesAndCryptos;

    // 5.2, at each listed time: both the window, hop phase included, and its port.
    [Theory]
    [MemberData(nameof(All))]
    public void The_hop_schedule_has_the_vectors_windows_and_ports(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        Epoch epoch = MakeEpoch(vector, new ScriptedRandom().Crypto(cryptoName), "handshake_block", 0, true);
        Assert.Equal(vector.Int("hop_phase_ms") * 1000, (500 * 1000) - epoch.Hops.EndOf(0));
        foreach ((long sessionMs, long window, int port) in vector.HopPorts)
        {
            Assert.Equal(window, epoch.Hops.WindowAt(sessionMs * 1000));
            Assert.Equal(window, epoch.Hops.WindowAt((sessionMs * 1000) + 999));
            Assert.Equal(port, epoch.Hops.PortOf(window));
            Assert.True(epoch.Hops.IsOpen(port, sessionMs * 1000));
        }
    }

    // 12.5: hop key and phase belong to the epoch.
    [Theory]
    [MemberData(nameof(All))]
    public void A_rekey_changes_hop_key_and_phase_as_the_vector_says(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        Epoch epoch = MakeEpoch(vector, new ScriptedRandom().Crypto(cryptoName), "rekey_block", 1, true);
        Assert.Equal(vector.Int("rekey_hop_phase_ms") * 1000, (500 * 1000) - epoch.Hops.EndOf(0));
        byte[] window = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(window, 123456789);
        uint value = BinaryPrimitives.ReadUInt32BigEndian(HMACSHA256.HashData(vector.Bytes("rekey_hop_key"), window));
        Assert.Equal(49152 + (int)(value % 16384), epoch.Hops.PortOf(123456789));
    }

    // 11
    [Theory]
    [MemberData(nameof(All))]
    public void A_repair_is_confirmed_as_the_vector_says(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        Epoch epoch = MakeEpoch(vector, new ScriptedRandom().Crypto(cryptoName), "handshake_block", 0, false);
        byte[] confirmation = new byte[8];
        epoch.ConfirmRepair(
            (uint)vector.Int("repair_nonce"), (uint)vector.Int("repair_current_sequence"), vector.Hex64("session_id"), confirmation, 0);
        Assert.Equal(vector.Bytes("repair_confirmation"), confirmation);
    }

    // 2, 6.1
    [Theory]
    [MemberData(nameof(All))]
    public void The_initiators_first_data_is_sealed_byte_for_byte(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        PacketProtection protection = MakeProtection(vector, new ScriptedRandom().Crypto(cryptoName), true, vector.Bytes("handshake_block"));
        byte[] datagram = new byte[1232];
        new DataPayload { Number = 0, ReceiveWindow = 16 }.Write(datagram, WireFormat.HeaderSize);
        "hello"u8.CopyTo(datagram.AsSpan(WireFormat.HeaderSize + DataPayload.HeaderSize));
        var header = new Header { Type = PacketType.Data, Flags = PacketFlags.Psh | PacketFlags.Ack, PayloadLength = 13 };
        int length = protection.Seal(header, datagram, protection.Epochs.Current, 42);
        Assert.Equal(vector.Bytes("first_data"), datagram[..length]);
    }

    // 2, 12: under the recovery key, so without ACK and KEY_PHASE.
    [Theory]
    [MemberData(nameof(All))]
    public void The_responders_rekey_request_is_sealed_byte_for_byte(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        byte[] block = vector.Bytes("handshake_block");
        BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(4), 7); // the vector's packet number
        PacketProtection protection = MakeProtection(vector, new ScriptedRandom().Crypto(cryptoName), false, block);
        byte[] expected = vector.Bytes("rekey_request_from_responder");
        var request = new RekeyRequest();
        Assert.Equal(DropCause.None, request.Read(expected, WireFormat.HeaderSize));
        Assert.Equal(vector.Bytes("rekey_requester_public"), request.PublicKey);
        byte[] datagram = new byte[1232];
        request.Write(datagram, WireFormat.HeaderSize);
        var header = new Header { Type = PacketType.Management, SubType = SubType.RekeyRequest, PayloadLength = RekeyRequest.Size };
        Assert.Equal(expected.Length, protection.Seal(header, datagram, null, 99));
        Assert.Equal(expected, datagram[..expected.Length]);
    }

    // 3.2: one key for each direction, whichever end computes it.
    [Theory]
    [MemberData(nameof(All))]
    public void Each_direction_is_sealed_and_opened_under_the_vectors_key(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        CryptoProvider crypto = new ScriptedRandom().Crypto(cryptoName);
        PacketProtection initiator = MakeProtection(vector, crypto, true, vector.Bytes("handshake_block"));
        PacketProtection responder = MakeProtection(vector, crypto, false, vector.Bytes("handshake_block"));
        CheckHeartbeat(initiator, responder, vector.Bytes("mac_i2r"), 0);
        CheckHeartbeat(responder, initiator, vector.Bytes("mac_r2i"), 0);
        CheckRecovery(initiator, responder, vector.Bytes("rec_i2r"));
        CheckRecovery(responder, initiator, vector.Bytes("rec_r2i"));

        // 12: epoch 1 sets KEY_PHASE.
        initiator.Epochs.SwitchAsRequester(MakeEpoch(vector, crypto, "rekey_block", 1, true), 0);
        responder.Epochs.Stage(MakeEpoch(vector, crypto, "rekey_block", 1, false));
        CheckHeartbeat(initiator, responder, vector.Bytes("rekey_mac_i2r"), PacketFlags.KeyPhase);
    }

    // 3: retired keys are overwritten.
    [Theory]
    [MemberData(nameof(All))]
    public void A_wiped_epoch_no_longer_seals_what_its_keys_would(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        PacketProtection protection = MakeProtection(vector, new ScriptedRandom().Crypto(cryptoName), true, vector.Bytes("handshake_block"));
        protection.Wipe();
        byte[] datagram = new byte[1232];
        var header = new Header { Type = PacketType.Ack, Flags = PacketFlags.Ack, PayloadLength = 4 };
        byte[]? tag = null;
        try
        {
            int length = protection.Seal(header, datagram, protection.Epochs.Current, 42);
            tag = datagram[(length - 16)..length];
        }
        catch (InvalidOperationException)
        {
            // The platform's keys refuse instead.
        }

        Assert.NotEqual(HMACSHA256.HashData(vector.Bytes("mac_i2r"), datagram[..30])[..16], tag);
    }

    internal static PacketProtection MakeProtection(ProtocolVector vector, CryptoProvider crypto, bool isInitiator, byte[] block)
    {
        return new PacketProtection(crypto, MakeSession(vector, isInitiator, isEncrypted: false), block, 0);
    }

    internal static SessionParameters MakeSession(ProtocolVector vector, bool isInitiator, bool isEncrypted)
    {
        return new SessionParameters
        {
            SessionId = vector.Hex64("session_id"),
            IsInitiator = isInitiator,
            IsEncrypted = isEncrypted,
            Iterations = (int)vector.Int("iterations"),
            MaxDatagram = 1232,
            HopFirst = (int)vector.Int("hop_first"),
            HopCount = (int)vector.Int("hop_count"),
        };
    }

    private static Epoch MakeEpoch(ProtocolVector vector, CryptoProvider crypto, string block, uint number, bool isInitiator)
    {
        return new Epoch(crypto, number, vector.Bytes(block), MakeSession(vector, isInitiator, isEncrypted: false));
    }

    private static void CheckHeartbeat(PacketProtection sender, PacketProtection receiver, byte[] key, byte phase)
    {
        var header = new Header { Type = PacketType.Heartbeat, Flags = PacketFlags.Ack, PayloadLength = HeartbeatPayload.Size };
        byte[] datagram = new byte[1232];
        new HeartbeatPayload { Nonce = 1, T1 = 2 }.Write(datagram, WireFormat.HeaderSize);
        int length = sender.Seal(header, datagram, sender.Epochs.Current, 42);
        Assert.Equal(PacketFlags.Ack | phase, datagram[3]);
        CheckTag(datagram, length, key);
        Assert.Equal(sender.Epochs.Current.Number, CheckOpens(receiver, datagram, length)?.Number);
    }

    private static void CheckRecovery(PacketProtection sender, PacketProtection receiver, byte[] key)
    {
        var header = new Header { Type = PacketType.Control, SubType = SubType.Recovery, PayloadLength = RecoveryNotice.Size };
        byte[] datagram = new byte[1232];
        new RecoveryNotice { Level = 1, Condition = 3 }.Write(datagram, WireFormat.HeaderSize);
        int length = sender.Seal(header, datagram, null, 42);
        CheckTag(datagram, length, key);
        Assert.Null(CheckOpens(receiver, datagram, length));
    }

    private static void CheckTag(byte[] datagram, int length, byte[] key)
    {
        Assert.Equal(HMACSHA256.HashData(key, datagram[..(length - 16)])[..16], datagram[(length - 16)..length]);
    }

    private static Epoch? CheckOpens(PacketProtection receiver, byte[] datagram, int length)
    {
        var header = new Header();
        Assert.Equal(DropCause.None, Header.Read(datagram, 0, length, header));
        Assert.Equal(DropCause.None, receiver.Open(header, datagram, 0, false, 0));
        Epoch? epoch = receiver.OpenedUnder;
        datagram[length - 1] ^= 1;
        Assert.Equal(DropCause.BadTag, receiver.Open(header, datagram, 0, false, 0));
        return epoch;
    }
}
