using Hoplink.Tests.Vectors;
using Hoplink.Wire;

namespace Hoplink.Tests.Wire;

/// <summary>Datagrams of vectors/protocol.json, which an independent implementation made.</summary>
public sealed class WireVectorTests
{
    public static TheoryData<string> Names => ProtocolVector.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Syn_reads_as_the_vector_says_and_writes_the_same_bytes(string name)
    {
        ProtocolVector vector = new(name);
        byte[] datagram = vector.Bytes("syn");
        Header header = ReadHeader(datagram, PacketType.Syn);
        Assert.Equal(0u, header.Sequence);
        SynPayload syn = new();
        Assert.Equal(DropCause.None, syn.Read(datagram, 26));
        Assert.Equal(vector.Hex64("key_id"), syn.KeyId);
        Assert.Equal(vector.Int("key_exchange_id"), syn.KeyExchangeId);
        Assert.Equal(vector.Int("iterations"), syn.MaxIterations);
        Assert.Equal(WireFormat.MaxDatagram, syn.MaxDatagram);
        Assert.Equal(vector.Hex64("link_id"), syn.LinkId);
        Assert.Equal(vector.Bytes("initiator_public"), syn.PublicKey);
        CheckSame(datagram, header, syn.Write);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void SynAck_reads_as_the_vector_says_and_writes_the_same_bytes(string name)
    {
        ProtocolVector vector = new(name);
        byte[] datagram = vector.Bytes("syn_ack");
        Header header = ReadHeader(datagram, PacketType.SynAck);
        Assert.Equal(vector.Hex64("session_id"), header.SessionId);
        Assert.Equal(BigEndian.ReadUInt32(vector.Bytes("syn"), 20), header.Acknowledgment);
        SynAckPayload synAck = new();
        Assert.Equal(DropCause.None, synAck.Read(datagram, 26));
        Assert.Equal(vector.Int("key_exchange_id"), synAck.KeyExchangeId);
        Assert.Equal(vector.Int("iterations"), synAck.Iterations);
        Assert.Equal(vector.Int("hop_first"), synAck.HopFirst);
        Assert.Equal(vector.Int("hop_count"), synAck.HopCount);
        Assert.Equal(vector.Bytes("verification_hash"), synAck.VerificationHash);
        Assert.Equal(vector.Bytes("responder_public"), synAck.PublicKey);
        CheckSame(datagram, header, synAck.Write);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void First_data_reads_as_the_vector_says_and_writes_the_same_bytes(string name)
    {
        ProtocolVector vector = new(name);
        byte[] datagram = vector.Bytes("first_data");
        Header header = ReadHeader(datagram, PacketType.Data);
        Assert.Equal(BigEndian.ReadUInt32(vector.Bytes("handshake_block"), 0), header.Sequence);
        DataPayload data = new();
        Assert.Equal(DropCause.None, data.Read(datagram, 26, header.PayloadLength));
        Assert.Equal(0u, data.Number);
        Assert.Equal("hello"u8, datagram.AsSpan(26 + 8, header.PayloadLength - 8));
        CheckSame(datagram, header, (b, o) =>
        {
            data.Write(b, o);
            "hello"u8.CopyTo(b.AsSpan(o + 8));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rekey_request_reads_as_the_vector_says_and_writes_the_same_bytes(string name)
    {
        ProtocolVector vector = new(name);
        byte[] datagram = vector.Bytes("rekey_request_from_responder");
        Header header = ReadHeader(datagram, PacketType.Management);
        Assert.Equal(SubType.RekeyRequest, header.SubType);
        Assert.True(header.UsesRecoveryKey);
        RekeyRequest request = new();
        Assert.Equal(DropCause.None, request.Read(datagram, 26));
        Assert.Equal(vector.Int("rekey_nonce"), request.Nonce);
        Assert.Equal(1u, request.Epoch);
        Assert.Equal(vector.Bytes("rekey_requester_public"), request.PublicKey);
        CheckSame(datagram, header, request.Write);
    }

    private static Header ReadHeader(byte[] datagram, PacketType type)
    {
        Header header = new();
        Assert.Equal(DropCause.None, Header.Read(datagram, 0, datagram.Length, header));
        Assert.Equal(type, header.Type);
        return header;
    }

    private static void CheckSame(byte[] datagram, Header header, Action<byte[], int> writePayload)
    {
        byte[] written = new byte[datagram.Length - 16];
        header.Write(written, 0);
        writePayload(written, 26);
        Assert.Equal(datagram[..^16], written);
    }
}
