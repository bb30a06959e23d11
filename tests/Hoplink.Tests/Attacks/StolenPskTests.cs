using System.Security.Cryptography;
using System.Text;
using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Secrets;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>
/// Somebody holds the pre-shared key, with a record of what was sent. He can be either end of a new handshake; what was said before stays
/// closed to him, for each session has an agreement of its own (3.2, 4, 13.3).
/// </summary>
public sealed class StolenPskTests : SimulationTest
{
    [Fact]
    public void A_recorded_session_stays_closed() // 3.2
    {
        var log = new SecretLog();
        Pair s = NewPair(1, o => o.MakeCrypto = random => new RecordingCrypto(SimCrypto.Create(random), log));
        var thief = new Attacker(s);
        s.Connect();
        s.Traffic(50, 20 * World.Millisecond);
        s.World.RunFor(2 * World.Second);
        s.RunUntilQuiet();
        Packet syn = thief.SeenOf(DatagramKind.Syn).Single();
        Packet synAck = thief.SeenOf(DatagramKind.SynAck).Single();
        Packet[] session = [.. thief.Seen.Where(p => p.Info.IsUnderSessionKey)];
        Assert.True(session.Length >= 100);

        // The key is the right one: it made the tag of the SYN. And all that it lacks is the shared secret: with that, all opens.
        byte[] authentication = HMACSHA256.HashData(s.Psk(), "hoplink psk auth v1"u8);
        Assert.Equal(HMACSHA256.HashData(authentication, syn.Bytes[..^WireFormat.TagSize])[..WireFormat.TagSize], syn.Bytes[^WireFormat.TagSize..]);
        byte[] right = SessionKey(s.Psk(), syn, synAck, log.Exchanges.Single().SharedSecret);
        Assert.Equal(log.Exchanges.Single().Block[12..44], right);
        Assert.All(session, p => Assert.True(Opens(right, p.From == s.Device, p)));

        // What he has instead: either end's public key, and key pairs of his own.
        CryptoProvider crypto = SimCrypto.Create(s.World.Random("thief crypto"));
        SynAckPayload answer = HandshakeTests.Read(synAck);
        List<byte[]> guesses = [new byte[32], s.Psk(), answer.VerificationHash, .. PublicKeys(syn, synAck).Select(key => key[..32])];
        foreach (byte[] publicKey in PublicKeys(syn, synAck))
        {
            byte[] secret = new byte[CryptoProvider.SharedSecretSize];
            Assert.True(crypto.Agree(crypto.GenerateKeyPair(), publicKey, 0, secret, 0));
            guesses.Add(secret);
        }

        foreach (byte[] guess in guesses)
        {
            byte[] key = SessionKey(s.Psk(), syn, synAck, guess);
            Assert.DoesNotContain(session, p => Opens(key, p.From == s.Device, p));
        }
    }

    [Fact]
    public void He_poses_as_either_end_in_new_handshakes() // 4, 13.4
    {
        Pair s = NewPair(2);
        s.Connect();
        s.World.RunFor(2 * World.Second);
        ulong session = s.Device.Link.SessionId;

        // To the peer he is the device, whose session his own replaces.
        var device = new ScriptedInitiator(s);
        ScriptedSyn syn = device.MakeSyn();
        device.Send(syn.Bytes);
        s.World.RunFor(200 * World.Millisecond);
        Packet answer = device.Answers.Single();
        device.Send(ScriptedInitiator.MakeProbe(device.Agree(syn, answer)));
        s.World.RunFor(200 * World.Millisecond);
        Assert.Equal(LinkState.Connected, s.PeerLink!.State);
        Assert.Equal(answer.Info.SessionId, s.PeerLink.SessionId);

        // To the device he is the peer, once he draws to himself what it sends.
        var peer = new PeerNode(s.World, "rogue", Scenario.MakeAddress(78), new ResponderOptions());
        peer.AddKey(s.Psk());
        List<string> read = [];
        peer.MessageRead += (_, message) => read.Add(Encoding.ASCII.GetString(message));
        s.Device.PeerHost = peer.Host;
        s.Await(() => s.Device.IsConnected && s.Device.Link.SessionId != session, 5 * World.Minute, "the device did not connect again");
        s.World.RunFor(World.Second);
        Assert.Equal(s.Device.Link.SessionId, peer.Links[s.KeyId].SessionId);
        s.Device.Send("to the peer"u8.ToArray());
        s.World.RunFor(World.Second);
        Assert.Equal(["to the peer"], read);
    }

    [Fact]
    public void Who_saw_a_sessions_handshake_ends_it_by_its_token_and_the_device_comes_back() // 4.2, 13.3
    {
        Pair s = NewPair(3);
        var thief = new Attacker(s);
        s.Connect();
        s.Traffic(300, 50 * World.Millisecond);
        s.World.RunFor(2 * World.Second);
        ulong session = s.Device.Link.SessionId;
        Packet synAck = thief.SeenOf(DatagramKind.SynAck).Single();
        byte[] bytes = new byte[WireFormat.StatelessResetSize];
        new Header { Type = PacketType.Reset, Flags = PacketFlags.Rst, SessionId = session, PayloadLength = WireFormat.ResetTokenSize }.Write(bytes, 0);
        Unmask(s, thief.SeenOf(DatagramKind.Syn).Single(), synAck).CopyTo(bytes, WireFormat.HeaderSize);
        thief.Forge(synAck, bytes, Origin.Genuine);
        s.World.RunFor(100 * World.Millisecond);
        Assert.NotEqual(session, s.Device.Link.SessionId);
        s.AwaitOtherSession(session, World.Minute);
        s.World.RunFor(20 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(2, s.Sessions());
    }

    private static byte[] Unmask(Pair s, Packet syn, Packet synAck)
    {
        CryptoProvider crypto = SimCrypto.Create(s.World.Random("thief crypto"));
        SynAckPayload answer = HandshakeTests.Read(synAck);
        byte[] token = new byte[WireFormat.ResetTokenSize];
        HmacKey authentication = new PskKeys(crypto, s.Psk()).Authentication;
        ResetToken.Mask(authentication, SHA256.HashData(syn.Bytes), synAck.Info.SessionId, answer.PublicKey, answer.MaskedToken, token);
        return token;
    }

    private static byte[][] PublicKeys(Packet syn, Packet synAck)
    {
        return [syn.Bytes[(WireFormat.HeaderSize + 48)..^WireFormat.TagSize], HandshakeTests.Read(synAck).PublicKey];
    }

    /// <summary>The session key as 3.2 derives it from the record, the pre-shared key and a shared secret.</summary>
    private static byte[] SessionKey(byte[] psk, Packet syn, Packet synAck, byte[] sharedSecret)
    {
        byte[] mix = HMACSHA256.HashData(psk, "hoplink psk mix v1"u8);
        byte[] keyExchangeId = syn.Bytes[(WireFormat.HeaderSize + 8)..(WireFormat.HeaderSize + 10)];
        byte[] sessionId = synAck.Bytes[WireFormat.SessionIdOffset..(WireFormat.SessionIdOffset + 8)];
        byte[][] keys = PublicKeys(syn, synAck);
        byte[] salt = SHA256.HashData([.. keys[0], .. keys[1], .. keyExchangeId, .. sessionId, .. "ecdh_salt_v1"u8]);
        int iterations = HandshakeTests.Read(synAck).Iterations;
        byte[] password = [.. sharedSecret, .. mix];
        return Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 96)[12..44];
    }

    private static bool Opens(byte[] sessionKey, bool fromDevice, Packet packet)
    {
        byte[] mac = HMACSHA256.HashData(sessionKey, Encoding.ASCII.GetBytes($"hoplink mac {(fromDevice ? "i2r" : "r2i")} v1"));
        return packet.Bytes.AsSpan().EndsWith(HMACSHA256.HashData(mac, packet.Bytes[..^WireFormat.TagSize]).AsSpan(0, WireFormat.TagSize));
    }
}
