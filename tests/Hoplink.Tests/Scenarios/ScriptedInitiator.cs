using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>A SYN, and the key pair that it was made with.</summary>
internal sealed record ScriptedSyn(byte[] Bytes, KeyPair KeyPair);

/// <summary>An initiator by hand: it knows a pre-shared key, and sends what a test tells it to and nothing else.</summary>
internal sealed class ScriptedInitiator : HostileNode
{
    public const int LocalPort = 50001;

    private readonly CryptoProvider _crypto;

    public ScriptedInitiator(World world, byte[] psk, string name = "scripted", int address = 77)
        : base(world, name, Scenario.MakeAddress(address))
    {
        _crypto = SimCrypto.Create(world.Random(name + " crypto"));
        Psk = new PskKeys(_crypto, psk);
    }

    public ScriptedInitiator(Pair pair)
        : this(pair.World, pair.Psk())
    {
    }

    public PskKeys Psk { get; }

    /// <summary>What came back: a SYN_ACK for each SYN that was answered.</summary>
    public Packet[] Answers => Received.Where(p => p.Kind == DatagramKind.SynAck).ToArray();

    public void Send(byte[] bytes) => Send(LocalPort, Scenario.Rendezvous, bytes);

    /// <summary>Makes a SYN with a new key pair (4.1).</summary>
    public ScriptedSyn MakeSyn(Action<SynPayload>? change = null, uint timestamp = 1)
    {
        KeyPair pair = _crypto.GenerateKeyPair();
        var syn = new SynPayload { KeyId = Psk.KeyId, KeyExchangeId = 7, MaxIterations = 1, MaxDatagram = 640, ReceiveWindow = 12 };
        pair.PublicKey.CopyTo(syn.PublicKey, 0);
        change?.Invoke(syn);

        var header = new Header { Type = PacketType.Syn, Flags = PacketFlags.Syn, Timestamp = timestamp, PayloadLength = SynPayload.Size };
        byte[] bytes = new byte[WireFormat.Overhead + SynPayload.Size];
        header.Write(bytes, 0);
        syn.Write(bytes, WireFormat.HeaderSize);
        Tag(bytes);
        return new ScriptedSyn(bytes, pair);
    }

    /// <summary>Makes the tag of a SYN anew, after a change to it.</summary>
    public void Tag(byte[] syn)
    {
        int length = syn.Length - WireFormat.TagSize;
        Psk.Authentication.Compute(syn, 0, length, syn, length, WireFormat.TagSize);
    }

    /// <summary>Makes the tag of a SYN_ACK anew, as one who knows the key would (4.2).</summary>
    public byte[] Tag(byte[] synAck, byte[] syn)
    {
        byte[] hash = new byte[CryptoProvider.HashSize];
        _crypto.Sha256(syn, 0, syn.Length, hash, 0);
        int length = synAck.Length - WireFormat.TagSize;
        Psk.Authentication.Compute(hash, synAck, 0, length, synAck, length, WireFormat.TagSize);
        return synAck;
    }

    /// <summary>Agrees on the keys of a session with the end that answered.</summary>
    public PacketProtection Agree(ScriptedSyn syn, Packet synAck)
    {
        var answer = new SynAckPayload();
        Assert.Equal(DropCause.None, answer.Read(synAck.Bytes, WireFormat.HeaderSize));
        ulong session = synAck.Info.SessionId;
        KeyJob job = KeyJob.Handshake(
            syn.KeyPair, answer.PublicKey, true, answer.KeyExchangeId, session, Psk, answer.VerificationHash, answer.Iterations);
        job.Run(_crypto);
        Assert.Equal(KeyJobOutcome.Done, job.Outcome);
        var agreed = new SessionParameters
        {
            SessionId = session,
            IsInitiator = true,
            Iterations = answer.Iterations,
            HopFirst = answer.HopFirst,
            HopCount = answer.HopCount,
            IsEncrypted = (answer.Features & WireFormat.FeatureEncryption) != 0,
        };
        return new PacketProtection(_crypto, agreed, job.Block, 0);
    }

    /// <summary>A HEARTBEAT probe under the session key: what completes a handshake (4).</summary>
    public static byte[] MakeProbe(PacketProtection protection, uint nonce = 1, long sessionMs = 0)
    {
        var probe = new HeartbeatPayload { Nonce = nonce, ReceiveWindow = 12 };
        byte[] bytes = new byte[WireFormat.Overhead + HeartbeatPayload.Size];
        probe.Write(bytes, WireFormat.HeaderSize);
        var header = new Header { Type = PacketType.Heartbeat, Flags = PacketFlags.Ack, PayloadLength = HeartbeatPayload.Size };
        protection.Seal(header, bytes, protection.Epochs.Current, sessionMs);
        return bytes;
    }
}
