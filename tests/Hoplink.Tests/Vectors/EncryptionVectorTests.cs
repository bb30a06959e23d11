using System.Buffers.Binary;
using System.Security.Cryptography;
using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Tests.Crypto;
using Hoplink.Wire;

namespace Hoplink.Tests.Vectors;

/// <summary>
/// Payload encryption (14): the keys against the vectors of an independent implementation, the datagrams against what .NET's own AES and
/// HMAC make of the vectors' keys, byte for byte.
/// </summary>
public sealed class EncryptionVectorTests
{
    private const string Message = "a message of thirty-two bytes!!";

    public static TheoryData<string, string> All => ProtocolVector.NamesAndCryptos;

    [Theory]
    [MemberData(nameof(All))]
    public void Each_direction_has_the_vectors_payload_key(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        foreach (bool initiator in (bool[])[true, false])
        {
            var session = EpochVectorTests.MakeSession(vector, initiator, isEncrypted: true);
            var epoch = new Epoch(new ScriptedRandom().Crypto(cryptoName), 0, vector.Bytes("handshake_block"), session);
            CheckKey(vector.Bytes(initiator ? "payload_i2r" : "payload_r2i"), epoch.PayloadOut);
            CheckKey(vector.Bytes(initiator ? "payload_r2i" : "payload_i2r"), epoch.PayloadIn);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Without_encryption_there_are_no_payload_keys(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        var session = EpochVectorTests.MakeSession(vector, true, isEncrypted: false);
        var epoch = new Epoch(new ScriptedRandom().Crypto(cryptoName), 0, vector.Bytes("handshake_block"), session);
        Assert.Null(epoch.PayloadOut);
        Assert.Null(epoch.PayloadIn);
        epoch.Wipe();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Ack_data_fin_and_heartbeat_are_encrypted_and_then_sealed_byte_for_byte(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        foreach (bool initiator in (bool[])[true, false])
        {
            PacketProtection sender = Protection(vector, cryptoName, initiator);
            PacketProtection receiver = Protection(vector, cryptoName, !initiator);
            foreach (Header header in Windowed())
            {
                byte[] payload = PayloadOf(header);
                (byte[] datagram, uint sequence) = Seal(sender, header, payload);

                byte[] expected = Expected(vector, initiator, header, sequence, payload);
                Assert.Equal(expected, datagram);
                Assert.NotEqual(payload, datagram[WireFormat.HeaderSize..^WireFormat.TagSize]);

                var read = new Header();
                Assert.Equal(DropCause.None, Header.Read(datagram, 0, datagram.Length, read));
                Assert.Equal(DropCause.None, receiver.Open(read, datagram, 0, false, 0));
                Assert.Equal(payload, datagram[WireFormat.HeaderSize..^WireFormat.TagSize]);
            }
        }
    }

    // 14 names four types: what works when keys and counters do not stays in clear.
    [Theory]
    [MemberData(nameof(All))]
    public void Control_and_management_are_sealed_in_clear(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        PacketProtection sender = Protection(vector, cryptoName, true);
        foreach (Header header in Requests())
        {
            byte[] payload = PayloadOf(header);
            (byte[] datagram, _) = Seal(sender, header, payload);
            Assert.Equal(payload, datagram[WireFormat.HeaderSize..^WireFormat.TagSize]);
        }
    }

    private static PacketProtection Protection(ProtocolVector vector, string cryptoName, bool initiator)
    {
        var session = EpochVectorTests.MakeSession(vector, initiator, isEncrypted: true);
        return new PacketProtection(new ScriptedRandom().Crypto(cryptoName), session, vector.Bytes("handshake_block"), 0);
    }

    private static IEnumerable<Header> Windowed()
    {
        yield return new Header { Type = PacketType.Ack, Flags = PacketFlags.Ack, PayloadLength = AckPayload.Size };
        yield return new Header { Type = PacketType.Ack, Flags = PacketFlags.Ack | PacketFlags.Sack, PayloadLength = AckPayload.SizeWithSack };
        yield return new Header { Type = PacketType.Data, Flags = PacketFlags.Ack | PacketFlags.Psh, PayloadLength = DataPayload.HeaderSize + 1 };
        yield return new Header { Type = PacketType.Data, Flags = PacketFlags.Ack | PacketFlags.Psh, PayloadLength = WireFormat.MaxPayload };
        yield return new Header { Type = PacketType.Fin, Flags = PacketFlags.Ack | PacketFlags.Fin, PayloadLength = FinPayload.Size };
        yield return new Header { Type = PacketType.Heartbeat, Flags = PacketFlags.Ack, PayloadLength = HeartbeatPayload.Size };
    }

    private static IEnumerable<Header> Requests()
    {
        yield return Request(PacketType.Control, SubType.TimeSyncRequest, TimeSyncRequest.Size);
        yield return Request(PacketType.Control, SubType.TimeSyncResponse, TimeSyncResponse.Size);
        yield return Request(PacketType.Management, SubType.RepairRequest, RepairRequest.Size);
        yield return Request(PacketType.Management, SubType.RepairResponse, RepairResponse.Size);
    }

    private static Header Request(PacketType type, byte subType, int size)
    {
        return new Header { Type = type, SubType = subType, Flags = PacketFlags.Ack, PayloadLength = size };
    }

    private static byte[] PayloadOf(Header header)
    {
        byte[] payload = new byte[header.PayloadLength];
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] = (byte)Message[i % Message.Length];
        }

        return payload;
    }

    private static (byte[] Datagram, uint Sequence) Seal(PacketProtection sender, Header header, byte[] payload)
    {
        header.Acknowledgment = 7;
        byte[] buffer = new byte[WireFormat.MaxDatagram];
        payload.CopyTo(buffer, WireFormat.HeaderSize);
        int length = sender.Seal(header, buffer, sender.Epochs.Current, 42);
        return (buffer[..length], header.Sequence);
    }

    // 2 and 14, from the page: header, ciphertext, tag over both.
    private static byte[] Expected(ProtocolVector vector, bool initiator, Header header, uint sequence, byte[] payload)
    {
        ulong session = vector.Hex64("session_id");
        byte[] datagram = new byte[26 + payload.Length + 16];
        datagram[0] = 1;
        datagram[1] = (byte)header.Type;
        datagram[3] = header.Flags;
        BinaryPrimitives.WriteUInt64BigEndian(datagram.AsSpan(4), session);
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(12), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(16), 7);
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(20), 42);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(24), (ushort)payload.Length);
        payload.CopyTo(datagram, 26);
        string direction = initiator ? "i2r" : "r2i";
        AesTests.AddByLibrary(vector.Bytes("payload_" + direction), session, sequence, 0, datagram.AsSpan(26, payload.Length));
        HMACSHA256.HashData(vector.Bytes("mac_" + direction), datagram.AsSpan(0, 26 + payload.Length)).AsSpan(0, 16)
            .CopyTo(datagram.AsSpan(26 + payload.Length));
        return datagram;
    }

    private static void CheckKey(byte[] expected, AesCtrKey key)
    {
        byte[] keystream = new byte[48];
        byte[] ours = new byte[48];
        AesTests.AddByLibrary(expected, 1, 2, 3, keystream);
        key.AddKeystream(1, 2, 3, ours, 0, ours.Length);
        Assert.Equal(keystream, ours);
    }
}
