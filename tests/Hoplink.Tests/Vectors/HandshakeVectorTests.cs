using System.Security.Cryptography;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink.Tests.Vectors;

/// <summary>A whole handshake (4) of the real link and the real responder, byte for byte against an independent implementation's.</summary>
public sealed class HandshakeVectorTests
{
    private const long SynAt = VectorEnds.SynAt;

    public static TheoryData<string, string> All => ProtocolVector.NamesAndCryptos;

    // 4.1
    [Theory]
    [MemberData(nameof(All))]
    public void The_link_sends_the_vectors_syn_to_the_rendezvous_port(string name, string cryptoName)
    {
        Link link = new VectorEnds(name, cryptoName).MakeLink();
        Assert.Equal(new ProtocolVector(name).Bytes("syn"), VectorEnds.Next(link, SynAt, out int port));
        Assert.Equal(40100, port);
    }

    // 4.2, with mask and token.
    [Theory]
    [MemberData(nameof(All))]
    public void The_responder_answers_the_vectors_syn_with_the_vectors_syn_ack(string name, string cryptoName)
    {
        var ends = new VectorEnds(name, cryptoName);
        Assert.Equal(new ProtocolVector(name).Bytes("syn_ack"), ends.Answer(ends.MakeResponder(), 5_000_000));
    }

    // 4, 5.1
    [Theory]
    [MemberData(nameof(All))]
    public void The_link_takes_the_vectors_syn_ack_and_its_first_datagram_completes_the_handshake(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        var ends = new VectorEnds(name, cryptoName);
        Responder responder = ends.MakeResponder();
        ends.Answer(responder, 5_000_000);
        Link link = ends.MakeLink();
        VectorEnds.Next(link, SynAt, out _);
        ends.Deliver(link, vector.Bytes("syn_ack"), SynAt + 21_500);
        Assert.Equal(LinkState.Connected, link.State);
        Assert.Equal(vector.Hex64("session_id"), link.SessionId);

        byte[] probe = VectorEnds.Next(link, SynAt + 21_500, out int port)!;
        Assert.Equal((byte)PacketType.Heartbeat, probe[1]);
        Assert.Equal(vector.Bytes("handshake_block")[..4], probe[12..16]);
        Assert.Equal(HMACSHA256.HashData(vector.Bytes("mac_i2r"), probe[..^16])[..16], probe[^16..]);

        // 5.1: R's 1.5 ms and half of the 20 ms on the way.
        Assert.Equal(11u, BigEndian.ReadUInt32(probe, 20));

        // 5.2: for the clock, 11.5 ms after R's zero, plus half the round trip: the vector's window 0 or, past its end, 1.
        long window = (21 + vector.Int("hop_phase_ms")) / 500;
        Assert.Equal(vector.HopPorts.First(p => p.Window == window).Port, port);
        ends.Deliver(responder, probe, port, 5_031_500);
        Assert.Equal(1, responder.SessionCount);
        link.HandleTimeout(SynAt + 21_500);
        Assert.Equal(20_000, link.Statistics.RttMicros); // the answerer's 1.5 ms do not count
        Assert.Equal(vector.Hex64("session_id"), responder.PollNewLink().SessionId);
    }

    // 13.4: R did not know the link that the SYN named.
    [Theory]
    [InlineData("a", false)]
    [InlineData("b", true)]
    [InlineData("c", true)]
    public void A_syn_ack_without_the_resumed_bit_restarts_a_link_that_was_named(string name, bool restarted)
    {
        var vector = new ProtocolVector(name);
        var ends = new VectorEnds(name, "platform");
        Link link = ends.MakeLink();
        VectorEnds.Next(link, SynAt, out _);
        ends.Deliver(link, vector.Bytes("syn_ack"), SynAt + 21_500);
        List<LinkEventKind> kinds = [.. VectorEnds.Events(link).Select(e => e.Kind)];
        Assert.Equal(restarted, kinds.Contains(LinkEventKind.LinkRestarted));
        Assert.Contains(LinkEventKind.Connected, kinds);
        Assert.Equal(vector.Hex64("session_id"), link.LinkId);
    }

    // 4, 6.1
    [Theory]
    [MemberData(nameof(All))]
    public void The_vectors_first_data_completes_the_handshake_at_the_responder_and_is_delivered(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        var ends = new VectorEnds(name, cryptoName);
        Responder responder = ends.MakeResponder();
        ends.Answer(responder, 5_000_000);
        Assert.Null(responder.PollNewLink());
        ends.Deliver(responder, vector.Bytes("first_data"), 40100, 5_042_000);
        Link link = responder.PollNewLink();
        Assert.Same(link, responder.PollReadable());
        byte[] message = new byte[100];
        int length = link.Receive(message, 0, 5_042_000);
        Assert.Equal("hello"u8, message.AsSpan(0, length));
    }

    // 13.3
    [Theory]
    [MemberData(nameof(All))]
    public void The_link_knows_the_vectors_reset_token_and_no_other(string name, string cryptoName)
    {
        var vector = new ProtocolVector(name);
        var ends = new VectorEnds(name, cryptoName);
        Link link = ends.MakeLink();
        VectorEnds.Next(link, SynAt, out _);
        ends.Deliver(link, vector.Bytes("syn_ack"), SynAt + 21_500);
        byte[] reset = new byte[WireFormat.StatelessResetSize];
        new Header { Type = PacketType.Reset, Flags = PacketFlags.Rst, SessionId = vector.Hex64("session_id"), PayloadLength = 16 }
            .Write(reset, 0);
        vector.Bytes("reset_token").CopyTo(reset, WireFormat.HeaderSize);
        reset[WireFormat.HeaderSize] ^= 1;
        ends.Deliver(link, reset, SynAt + 30_000);
        Assert.Equal(LinkState.Connected, link.State);
        Assert.Equal(1, link.Statistics.Drops.Of(DropCause.BadTag));

        reset[WireFormat.HeaderSize] ^= 1;
        ends.Deliver(link, reset, SynAt + 30_000);
        Assert.Equal(LinkState.Reconnecting, link.State);
        LinkEvent ended = VectorEnds.Events(link).Single(e => e.Kind == LinkEventKind.Terminated);
        Assert.Equal(TerminationReason.StatelessReset, ended.Reason);
    }

    // 4.2: tag, echo, point and hash. What the tag covers is sealed again, so that each check is reached.
    [Theory]
    [InlineData("tag", 193, DropCause.BadTag)]
    [InlineData("stamp", 19, DropCause.NotExpected)]
    [InlineData("echo", 27, DropCause.WrongField)]
    [InlineData("iterations", 28, DropCause.WrongField)]
    [InlineData("point", 26 + 88 + 63, DropCause.InvalidPoint)]
    [InlineData("hash", 26 + 56, DropCause.InvalidPoint)]
    public void A_syn_ack_that_fails_one_check_begins_no_session(string what, int offset, DropCause cause)
    {
        var vector = new ProtocolVector("a");
        var ends = new VectorEnds("a", "platform");
        Link link = ends.MakeLink();
        VectorEnds.Next(link, SynAt, out _);
        byte[] synAck = vector.Bytes("syn_ack");
        synAck[offset] ^= 0x40;
        if (what != "tag")
        {
            byte[] bound = [.. SHA256.HashData(vector.Bytes("syn")), .. synAck[..^16]];
            HMACSHA256.HashData(vector.Bytes("k_psk"), bound).AsSpan(0, 16).CopyTo(synAck.AsSpan(^16));
        }

        ends.Deliver(link, synAck, SynAt + 21_500);
        Assert.Equal(0UL, link.SessionId);
        Assert.Equal(1, link.Statistics.Drops.Of(cause));
        Assert.DoesNotContain(VectorEnds.Events(link), e => e.Kind == LinkEventKind.Connected);

        // A datagram that is no good ends nothing; an agreement that fails is begun anew.
        bool stillWaits = cause != DropCause.InvalidPoint;
        ends.Deliver(link, vector.Bytes("syn_ack"), SynAt + 22_000);
        Assert.Equal(stillWaits ? LinkState.Connected : LinkState.Connecting, link.State);
    }

    // 4.1, cheapest first: none of these costs an agreement, and nothing is answered.
    [Theory]
    [InlineData("key id", 26, DropCause.UnknownKey)]
    [InlineData("tag", 153, DropCause.BadTag)]
    [InlineData("link id", 26 + 20, DropCause.BadTag)]
    public void A_syn_that_fails_a_check_is_met_with_silence(string what, int offset, DropCause cause)
    {
        var ends = new VectorEnds("a", "platform");
        Responder responder = ends.MakeResponder();
        byte[] syn = new ProtocolVector("a").Bytes("syn");
        syn[offset] ^= 1;
        ends.Deliver(responder, syn, 40100, 0);
        Assert.True(responder.Drops.Of(cause) == 1, what);
        Assert.True(responder.PollJob().IsGeneration); // the pair held ready (9.4), and no agreement
        Assert.False(responder.PollTransmit(new Datagram(1232), 0));
    }
}
