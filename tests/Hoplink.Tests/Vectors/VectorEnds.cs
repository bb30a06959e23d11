using System.Buffers.Binary;
using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;

namespace Hoplink.Tests.Vectors;

/// <summary>A real link and a real responder in the state in which a vector's datagrams are made.</summary>
internal sealed class VectorEnds
{
    /// <summary>When the vectors' SYN is sent, us: its timestamp says so.</summary>
    public const long SynAt = 123_456_000;

    private readonly ProtocolVector _vector;
    private readonly string _cryptoName;
    private readonly Arrival _arrival = new();

    public VectorEnds(string name, string cryptoName)
    {
        _vector = new ProtocolVector(name);
        _cryptoName = cryptoName;
        _arrival.Remote.SetIPv4(0x0A000001, 5000);
        _arrival.LocalPort = SpecConstants.DefaultRendezvousPort;
    }

    // The first eight bytes that a responder draws mix addresses, not ids.
    private static readonly byte[] _mixer = new byte[8];

    /// <summary>A link whose SYN is the vector's, about to send it at <see cref="SynAt"/>.</summary>
    public Link MakeLink()
    {
        var random = new ScriptedRandom();
        CryptoProvider crypto = random.Crypto(_cryptoName);
        LinkOptions options = LinkOptions.Desktop();
        options.ReceiveWindow = 16;
        options.ReorderLimit = 16;
        options.Iterations = (int)_vector.Int("iterations");

        // The vectors' SYN offers nothing.
        options.Encryption = PayloadEncryption.Off;
        options.FaultInjection = true;
        var link = new Link(options, crypto, _vector.Bytes("psk"));
        if (_vector.Hex64("link_id") != 0)
        {
            BeginLink(link, crypto, random);
        }

        // Randomness is drawn for the key exchange id (the low half of four bytes) and for the private key.
        byte[] exchangeId = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(exchangeId.AsSpan(2), (ushort)_vector.Int("key_exchange_id"));
        random.Then(exchangeId).Then(_vector.Bytes("initiator_private"));
        if (link.LinkId == 0)
        {
            link.Connect(SynAt);
        }
        else
        {
            link.NetworkAvailable(SynAt);
            link.HandleTimeout(SynAt);
        }

        RunJobs(link, crypto, SynAt);
        return link;
    }

    /// <summary>A responder that answers the vector's SYN as the vector does, if it takes 1.5 ms.</summary>
    public Responder MakeResponder()
    {
        byte[] secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        ScriptedRandom random = new ScriptedRandom().Then(_vector.Bytes("responder_private")).Then(_mixer).Then(Id("session_id"));
        var crypto = new KnownTokenCrypto(random.Crypto(_cryptoName), secret, _vector.Bytes("reset_token"));
        return MakeResponder(crypto, secret);
    }

    /// <summary>Hands the vector's SYN to a responder and takes its answer 1.5 ms later.</summary>
    public byte[] Answer(Responder responder, long now)
    {
        return Answer(responder, _vector.Bytes("syn"), now);
    }

    public byte[] Answer(Responder responder, byte[] syn, long now)
    {
        responder.HandleDatagram(syn, 0, syn.Length, _arrival, now);
        KeyJob job = responder.PollJob();
        job.Run(new ScriptedRandom().Then(_vector.Bytes("responder_private")).Crypto(_cryptoName));
        responder.CompleteJob(job, now + 1500);
        var datagram = new Datagram(1232);
        Assert.True(responder.PollTransmit(datagram, now + 1500));
        Assert.True(datagram.Remote.SameAs(_arrival.Remote));
        Assert.Equal(SpecConstants.DefaultRendezvousPort, datagram.LocalPort);
        return datagram.Buffer[..datagram.Length];
    }

    public void Deliver(Responder responder, byte[] datagram, int port, long now)
    {
        _arrival.LocalPort = port;
        responder.HandleDatagram(datagram, 0, datagram.Length, _arrival, now);
    }

    public void Deliver(Link link, byte[] datagram, long now)
    {
        link.HandleDatagram(datagram, 0, datagram.Length, _arrival, now);
        RunJobs(link, new ScriptedRandom(2).Crypto(_cryptoName), now);
    }

    /// <summary>The next datagram that a link sends, null if there is none.</summary>
    public static byte[]? Next(Link link, long now, out int port)
    {
        var datagram = new Datagram(1232);
        bool filled = link.PollTransmit(datagram, now);
        port = datagram.Remote.Port;
        return filled ? datagram.Buffer[..datagram.Length] : null;
    }

    /// <summary>The events of a link, in order.</summary>
    public static List<LinkEvent> Events(Link link)
    {
        List<LinkEvent> events = [];
        for (var next = new LinkEvent(); link.PollEvent(next); next = new LinkEvent())
        {
            events.Add(next);
        }

        return events;
    }

    private Responder MakeResponder(CryptoProvider crypto, byte[] secret)
    {
        var options = new ResponderOptions { HopFirst = (int)_vector.Int("hop_first"), HopCount = (int)_vector.Int("hop_count") };
        var responder = new Responder(options, crypto, secret);
        responder.AddKey(_vector.Bytes("psk"));
        return responder;
    }

    // The link of the vector's SYN began in an earlier session, whose id it has.
    private void BeginLink(Link link, CryptoProvider crypto, ScriptedRandom random)
    {
        random.Then([.. Enumerable.Repeat((byte)7, 32)]).Then(_vector.Bytes("initiator_private"));
        Responder responder = MakeResponder(new ScriptedRandom(3).Then(_mixer).Then(Id("link_id")).Crypto(_cryptoName), new byte[32]);
        link.Connect(0);
        RunJobs(link, crypto, 0);
        byte[] synAck = Answer(responder, Next(link, 0, out _)!, 0);
        link.HandleDatagram(synAck, 0, synAck.Length, _arrival, 2000);
        RunJobs(link, crypto, 2000);
        Assert.Equal(_vector.Hex64("link_id"), link.LinkId);
        Assert.True(link.Faults.ForgetSession(3000));
        Events(link);
    }

    private byte[] Id(string field)
    {
        byte[] id = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(id, _vector.Hex64(field));
        return id;
    }

    private static void RunJobs(Link link, CryptoProvider crypto, long now)
    {
        for (KeyJob job = link.PollJob(); job != null; job = link.PollJob())
        {
            job.Run(crypto);
            link.CompleteJob(job, now);
        }
    }
}
