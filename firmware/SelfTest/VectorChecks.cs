using System;
using Hoplink.Crypto;
using Hoplink.Device;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink.SelfTest;

/// <summary>Both ends against datagrams of an independent implementation, byte for byte.</summary>
internal static class VectorChecks
{
    // The timestamp of the vector's SYN, us.
    private const long SynAt = 123456000;
    private const long AnswerMicros = 1500;

    // Fields of SYN_ACK that are the answerer's own choice and not the vector's: datagram size, window, features, hop range; token.
    private const int ChoicesAt = WireFormat.HeaderSize + 4;
    private const int ChoicesSize = 10;
    private const int ResetTokenAt = WireFormat.HeaderSize + 40;

    internal static void Run(Report report)
    {
        report.Run("vector: the device's SYN, SYN_ACK and first tag", new Check(Initiator));
        report.Run("vector: the peer's SYN_ACK and the first DATA", new Check(Responder));
    }

    // 4.1, 4.2, 3.2: a link that has the vector's randomness sends its SYN, takes its SYN_ACK, and seals with its key.
    private static void Initiator()
    {
        var random = new ScriptedRandom(11);
        CryptoProvider crypto = new ManagedCrypto(random);
        Link link = NamedLink(crypto, random);
        random.Then(ExchangeId());
        link.NetworkAvailable(SynAt);
        link.HandleTimeout(SynAt);
        RunJobs(link, crypto, SynAt);
        byte[] syn = Next(link, SynAt);
        Expect.Bytes(ProtocolVector.Syn, syn, 0, "the SYN");

        long now = SynAt + 21500;
        byte[] synAck = Hex.Parse(ProtocolVector.SynAck);
        link.HandleDatagram(synAck, 0, synAck.Length, FromAnywhere(), now);
        RunJobs(link, crypto, now);
        Expect.True(link.State == LinkState.Connected, "the vector's SYN_ACK was refused");
        byte[] probe = Next(link, now);
        byte[] macKey = Hex.Parse(ProtocolVector.MacI2r);
        HmacKey mac = crypto.CreateHmacKey(macKey, 0, macKey.Length);
        byte[] tag = new byte[CryptoProvider.HashSize];
        int sealedCount = probe.Length - WireFormat.TagSize;
        mac.Compute(probe, 0, sealedCount, tag, 0, tag.Length);
        Expect.True(crypto.FixedTimeEquals(tag, 0, probe, sealedCount, WireFormat.TagSize), "the first datagram has another tag");
    }

    // The vector's reset token is random, so no secret gives it, and its sizes would not fit a small heap: they are copied from the vector.
    // The rest of SYN_ACK but the tag over it has to be the same.
    private static void Responder()
    {
        byte[] mixer = new byte[8];
        var random = new ScriptedRandom(12).Then(mixer).Then(Hex.Parse(ProtocolVector.SessionId));
        CryptoProvider crypto = new ManagedCrypto(random);
        var responder = new Hoplink.Responder(SelfTestOptions.Responder(), crypto, new byte[32]);
        responder.AddKey(Hex.Parse(ProtocolVector.Psk));
        Arrival arrival = FromAnywhere();
        byte[] syn = Hex.Parse(ProtocolVector.Syn);
        responder.HandleDatagram(syn, 0, syn.Length, arrival, 0);
        KeyJob job = responder.PollJob();
        KeyJobRunner.Run(job, new ManagedCrypto(new ScriptedRandom(13).Then(Hex.Parse(ProtocolVector.ResponderPrivate))));
        responder.CompleteJob(job, AnswerMicros);
        var datagram = new Datagram(WireFormat.MaxDatagram);
        Expect.True(responder.PollTransmit(datagram, AnswerMicros), "the vector's SYN was not answered");
        byte[] synAck = Hex.Parse(ProtocolVector.SynAck);
        Array.Copy(synAck, ChoicesAt, datagram.Buffer, ChoicesAt, ChoicesSize);
        Array.Copy(synAck, ResetTokenAt, datagram.Buffer, ResetTokenAt, WireFormat.ResetTokenSize);
        Expect.Bytes(
            ProtocolVector.SynAck.Substring(0, 2 * (datagram.Length - WireFormat.TagSize)), datagram.Buffer, 0, "the SYN_ACK");

        byte[] data = Hex.Parse(ProtocolVector.FirstData);
        responder.HandleDatagram(data, 0, data.Length, arrival, 42000);
        Link link = responder.PollReadable();
        Expect.True(link != null, "the vector's DATA was refused");
        byte[] message = new byte[16];
        Expect.Equal(5, link.Receive(message, 0, 42000), "the length of the message");
        Expect.Bytes("68656c6c6f", message, 0, "the message");
    }

    // 13.4: a link that the vector's SYN can name, since its first session has that id. The key pair that it makes ahead is the vector's.
    private static Link NamedLink(CryptoProvider crypto, ScriptedRandom random)
    {
        LinkOptions options = LinkOptions.Device();
        options.MaxDatagram = WireFormat.MaxDatagram;
        options.ReceiveWindow = 16;
        options.ReorderLimit = 16;
        options.Iterations = 1;
        options.SlowKeyAgreement = false;

        // The vector's SYN offers nothing.
        options.Encryption = PayloadEncryption.Off;
        options.FaultInjection = true;
        options.SendCapacity = 1;
        byte[] psk = Hex.Parse(ProtocolVector.Psk);
        var link = new Link(options, crypto, psk);
        var peerRandom = new ScriptedRandom(14);
        CryptoProvider peerCrypto = new ManagedCrypto(peerRandom);
        var peer = new Hoplink.Responder(SelfTestOptions.Responder(), peerCrypto, new byte[32]);
        peer.AddKey(psk);
        peerRandom.Then(Hex.Parse(ProtocolVector.LinkId));
        link.Connect(0);
        RunJobs(link, crypto, 0);
        byte[] syn = Next(link, 0);
        peer.HandleDatagram(syn, 0, syn.Length, FromAnywhere(), 0);
        KeyJob job = peer.PollJob();
        KeyJobRunner.Run(job, new ManagedCrypto(new ScriptedRandom(15)));
        peer.CompleteJob(job, 0);
        var datagram = new Datagram(WireFormat.MaxDatagram);
        peer.PollTransmit(datagram, 0);
        byte[] probeNonce = { 0, 0, 0, 1 };
        random.Then(probeNonce).Then(Hex.Parse(ProtocolVector.InitiatorPrivate));
        link.HandleDatagram(datagram.Buffer, 0, datagram.Length, FromAnywhere(), 2000);
        RunJobs(link, crypto, 2000);
        link.Faults.ForgetSession(3000);
        return link;
    }

    private static byte[] ExchangeId()
    {
        return new byte[] { 0, 0, ProtocolVector.KeyExchangeId >> 8, ProtocolVector.KeyExchangeId & 0xff };
    }

    private static Arrival FromAnywhere()
    {
        var arrival = new Arrival();
        arrival.Remote.SetIPv4(0x0A000001, 5000);
        arrival.LocalPort = SpecConstants.DefaultRendezvousPort;
        return arrival;
    }

    private static byte[] Next(Link link, long now)
    {
        var datagram = new Datagram(WireFormat.MaxDatagram);
        Expect.True(link.PollTransmit(datagram, now), "the link sends nothing");
        byte[] bytes = new byte[datagram.Length];
        Array.Copy(datagram.Buffer, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    private static void RunJobs(Link link, CryptoProvider crypto, long now)
    {
        for (KeyJob job = link.PollJob(); job != null; job = link.PollJob())
        {
            KeyJobRunner.Run(job, crypto);
            link.CompleteJob(job, now);
        }
    }
}
