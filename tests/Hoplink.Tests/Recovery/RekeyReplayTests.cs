using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink.Tests.Recovery;

/// <summary>
/// What a recorded REKEY_REQUEST does (9.4, 12.2): both ends hand each other their datagrams, and an attacker replays one.
/// </summary>
public sealed class RekeyReplayTests
{
    private const long Second = 1_000_000;

    private readonly CryptoProvider _crypto = new ScriptedRandom(5).Crypto("platform");
    private readonly Arrival _arrival = new();
    private readonly Datagram _datagram = new(1232);
    private readonly List<byte[]> _fromInitiator = [];
    private readonly Link _link;
    private readonly Responder _responder;
    private readonly Link _peer;
    private long _now = 1 * Second;

    public RekeyReplayTests()
    {
        byte[] psk = [.. Enumerable.Repeat((byte)1, 32)];
        LinkOptions options = LinkOptions.Desktop();
        options.Iterations = 1;
        _link = new Link(options, _crypto, psk);
        _responder = new Responder(new ResponderOptions(), _crypto, new byte[32]);
        _responder.AddKey(psk);
        _arrival.Remote.SetIPv4(1, 5000);
        _link.Connect(_now);
        Run(1 * Second);
        _peer = _responder.PollNewLink();
        Assert.Equal(LinkState.Connected, _peer.State);
    }

    // 12.2: R drops its own request for I's, not for an old one of I's that anybody replays.
    [Fact]
    public void A_recorded_request_of_the_initiator_does_not_make_the_responder_drop_its_own()
    {
        _link.ReportKeyCompromise(_now);
        Run(1 * Second);
        Assert.Equal(1, _peer.Statistics.Rekeys);
        byte[] recorded = _fromInitiator.Single(IsRekeyRequest);

        // R asks; its first request is lost, and the recorded one arrives instead.
        _peer.ReportKeyCompromise(_now);
        Assert.True(_responder.PollTransmit(_datagram, _now));
        Assert.True(IsRekeyRequest(_datagram.Buffer));
        Deliver(recorded, 40100);
        Run(3 * Second);
        Assert.Equal(2, _peer.Statistics.Rekeys);
        Assert.Equal(2, _link.Statistics.Rekeys);
    }

    // 9.4: a nonce already answered gets the same answer, which nobody waits for.
    [Fact]
    public void A_recorded_request_changes_no_key()
    {
        _link.ReportKeyCompromise(_now);
        Run(1 * Second);
        byte[] recorded = _fromInitiator.Single(IsRekeyRequest);
        for (int i = 0; i < 10; i++)
        {
            Deliver(recorded, 40100);
            Run(1 * Second);
        }

        Assert.Equal(1, _peer.Statistics.Rekeys);
        Assert.Equal(1, _link.Statistics.Rekeys);
        Assert.Equal(0, _link.Conditions);
        Assert.Equal(0, _peer.Conditions);
    }

    private static bool IsRekeyRequest(byte[] datagram)
    {
        return datagram[1] == (byte)PacketType.Management && datagram[2] == SubType.RekeyRequest;
    }

    private void Deliver(byte[] datagram, int port)
    {
        _arrival.LocalPort = port;
        _responder.HandleDatagram(datagram, 0, datagram.Length, _arrival, _now);
    }

    // Runs both ends for so long, in steps of 10 ms; datagrams take no time.
    private void Run(long micros)
    {
        for (long end = _now + micros; _now < end; _now += 10_000)
        {
            _link.HandleTimeout(_now);
            _responder.HandleTimeout(_now);
            while (RunJobs() | Exchange())
            {
            }
        }
    }

    private bool RunJobs()
    {
        bool ran = false;
        for (KeyJob job = _link.PollJob(); job != null; job = _link.PollJob())
        {
            job.Run(_crypto);
            _link.CompleteJob(job, _now);
            ran = true;
        }

        for (KeyJob job = _responder.PollJob(); job != null; job = _responder.PollJob())
        {
            job.Run(_crypto);
            _responder.CompleteJob(job, _now);
            ran = true;
        }

        return ran;
    }

    private bool Exchange()
    {
        bool sent = false;
        while (_link.PollTransmit(_datagram, _now))
        {
            byte[] datagram = _datagram.Buffer[.._datagram.Length];
            _fromInitiator.Add(datagram);
            Deliver(datagram, _datagram.Remote.Port);
            sent = true;
        }

        while (_responder.PollTransmit(_datagram, _now))
        {
            _link.HandleDatagram(_datagram.Buffer, 0, _datagram.Length, _arrival, _now);
            sent = true;
        }

        return sent;
    }
}
