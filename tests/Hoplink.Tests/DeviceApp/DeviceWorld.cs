using Hoplink.Crypto;
using Hoplink.Device;
using Hoplink.Device.Messages;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;

namespace Hoplink.Tests.Device;

/// <summary>
/// A device's application and its peer in one process, in virtual time: a wire that takes 5 ms a way, key jobs that take 40 ms, and a clock
/// that moves when the application waits.
/// </summary>
internal sealed class DeviceWorld : DevicePlatform
{
    private const long WireMicros = 5_000;
    private const long JobMicros = 40_000;
    private const uint DeviceAddress = 0x0A000002;
    private const uint PeerAddress = 0x0A000001;
    private const int DevicePort = 5000;

    private readonly PriorityQueue<Flight, (long Due, long Order)> _wire = new();
    private readonly Queue<Flight> _inbox = new();
    private readonly Queue<(KeyJob Job, long Due)> _jobs = new();
    private readonly Responder _responder;
    private readonly CryptoProvider _deviceCrypto;
    private readonly CryptoProvider _peerCrypto;
    private readonly Datagram _datagram = new(1232);
    private readonly Arrival _arrival = new();
    private readonly LinkEvent _peerEvent = new();
    private readonly byte[] _message = new byte[1232];
    private long _now = 1_000_000;
    private long _order;

    public DeviceWorld(DeviceOptions? options = null, bool allowFaults = false)
    {
        byte[] psk = new byte[32];
        psk.AsSpan().Fill(0x5A);
        _deviceCrypto = TestCrypto.Create(1);
        _peerCrypto = TestCrypto.Create(2);
        _responder = new Responder(new ResponderOptions(), _peerCrypto, new byte[32]);
        _responder.AddKey(psk);
        LinkOptions linkOptions = LinkOptions.Device();
        linkOptions.Iterations = 1;
        linkOptions.FaultInjection = allowFaults;
        App = new DeviceApp(options ?? new DeviceOptions { TelemetryMillis = 0 }, linkOptions, _deviceCrypto, psk, this);
    }

    private sealed record Flight(byte[] Bytes, bool ToPeer, int PeerPort);

    public DeviceApp App { get; }

    /// <summary>The peer's end; null before the first session.</summary>
    public Link? Peer { get; private set; }

    /// <summary>What was delivered to the peer.</summary>
    public List<byte[]> Delivered { get; } = [];

    /// <summary>The application's notes of what it received and sent.</summary>
    public List<byte[]> Received { get; } = [];

    public List<(MessageType Type, long Time)> Sent { get; } = [];

    public List<LinkEventKind> Events { get; } = [];

    /// <summary>Why sessions and the link ended.</summary>
    public List<TerminationReason> Ends { get; } = [];

    public List<(LinkState State, RecoveryLevel Level)> Shown { get; } = [];

    /// <summary>Loses every datagram, both ways.</summary>
    public bool WireIsCut { get; set; }

    /// <summary>The peer returns what it gets.</summary>
    public bool Echo { get; set; }

    /// <summary>The peer does not read what is delivered to it.</summary>
    public bool PeerSleeps { get; set; }

    public override long NowMicros => _now;

    public override long FreeMemoryBytes => 123_456;

    public IEnumerable<T> DeliveredAs<T>(Func<byte[], T?> read)
        where T : class
        => Delivered.Select(read).OfType<T>();

    /// <summary>Runs for a time.</summary>
    public void Run(long micros)
    {
        long until = _now + micros;
        RunUntil(() => _now >= until, micros);
    }

    /// <summary>Runs until something holds, and fails if it does not within a time.</summary>
    public void RunUntil(Func<bool> condition, long limitMicros = 60_000_000)
    {
        long until = _now + limitMicros;
        for (int turnsWithoutTime = 0; !condition(); turnsWithoutTime++)
        {
            long before = _now;
            Assert.True(before < until, "it did not happen in time");
            Assert.True(turnsWithoutTime < 1000, "the application runs without ever waiting");
            App.Step(until - before);
            turnsWithoutTime = _now > before ? 0 : turnsWithoutTime;
        }
    }

    public void Connect()
    {
        App.Start();
        RunUntil(() => App.Link.State == LinkState.Connected && Peer?.State == LinkState.Connected);
    }

    /// <summary>Sends a message from the peer, and runs until the device has it.</summary>
    public void FromPeer(byte[] message, int count)
    {
        int before = Received.Count;
        Assert.Equal(SendStatus.Accepted, Peer!.Send(message, 0, count, _now));
        PumpPeer();
        RunUntil(() => Received.Count > before);
    }

    /// <summary>Sends a command from the peer, and returns the device's reply.</summary>
    public (CommandReply Reply, byte[] Message) Ask(byte[] message, int count)
    {
        int before = Delivered.Count;
        FromPeer(message, count);
        RunUntil(() => Delivered.Skip(before).Any(IsReply));
        byte[] answer = Delivered.Skip(before).First(IsReply);
        var reply = new CommandReply();
        Assert.True(reply.TryRead(answer, 0, answer.Length));
        return (reply, answer);
    }

    public override int Receive(byte[] buffer, Arrival arrival, long maxWaitMicros)
    {
        AdvanceTo(_now + maxWaitMicros);
        if (!_inbox.TryDequeue(out Flight? flight))
        {
            return -1;
        }

        flight.Bytes.CopyTo(buffer, 0);
        arrival.Remote.SetIPv4(PeerAddress, flight.PeerPort);
        arrival.LocalPort = 0;
        return flight.Bytes.Length;
    }

    public override void Send(Datagram datagram)
    {
        Launch(new Flight(datagram.Buffer[..datagram.Length], true, datagram.Remote.Port));
    }

    public override void StartJob(KeyJob job)
    {
        job.Run(_deviceCrypto);
        _jobs.Enqueue((job, _now + JobMicros));
    }

    public override KeyJob? PollFinishedJob()
    {
        return _jobs.TryPeek(out (KeyJob, long Due) first) && first.Due <= _now ? _jobs.Dequeue().Job : null;
    }

    public override void OnMessageReceived(byte[] message, int count) => Received.Add(message[..count]);

    public override void OnMessageSent(byte[] message, int count) => Sent.Add(((MessageType)message[0], _now));

    public override void OnLinkEvent(LinkEvent linkEvent)
    {
        Events.Add(linkEvent.Kind);
        if (linkEvent.Kind is LinkEventKind.Terminated or LinkEventKind.Closed)
        {
            Ends.Add(linkEvent.Reason);
        }
    }

    public override void ShowStatus(LinkState state, RecoveryLevel level) => Shown.Add((state, level));

    private static bool IsReply(byte[] message) => message[0] == (byte)MessageType.CommandReply;

    private void Launch(Flight flight)
    {
        if (!WireIsCut)
        {
            _wire.Enqueue(flight, (_now + WireMicros, _order++));
        }
    }

    /// <summary>Moves the clock until the device has a datagram, or to the given time.</summary>
    private void AdvanceTo(long limit)
    {
        while (_inbox.Count == 0)
        {
            long next = _responder.NextDeadline;
            if (_wire.TryPeek(out _, out (long Due, long Order) flight) && flight.Due < next)
            {
                next = flight.Due;
            }

            if (next > limit)
            {
                _now = Math.Max(_now, limit);
                return;
            }

            _now = Math.Max(_now, next);
            Deliver();
            if (_now >= _responder.NextDeadline)
            {
                _responder.HandleTimeout(_now);
            }

            PumpPeer();
        }
    }

    private void Deliver()
    {
        while (_wire.TryPeek(out Flight? flight, out (long Due, long Order) key) && key.Due <= _now)
        {
            _wire.Dequeue();
            if (WireIsCut)
            {
                continue;
            }

            if (!flight.ToPeer)
            {
                _inbox.Enqueue(flight);
                continue;
            }

            _arrival.Remote.SetIPv4(DeviceAddress, DevicePort);
            _arrival.LocalPort = flight.PeerPort;
            _responder.HandleDatagram(flight.Bytes, 0, flight.Bytes.Length, _arrival, _now);
        }
    }

    private void PumpPeer()
    {
        while (_responder.PollJob() is { } job)
        {
            job.Run(_peerCrypto);
            _responder.CompleteJob(job, _now);
        }

        while (_responder.PollNewLink() is { } link)
        {
            Peer = link;
        }

        while (_responder.PollEvent(_peerEvent))
        {
        }

        while (!PeerSleeps && _responder.PollReadable() is { } readable)
        {
            ReadAll(readable);
        }

        while (_responder.PollTransmit(_datagram, _now))
        {
            Launch(new Flight(_datagram.Buffer[.._datagram.Length], false, _datagram.LocalPort));
        }
    }

    private void ReadAll(Link link)
    {
        for (int length = link.Receive(_message, 0, _now); length >= 0; length = link.Receive(_message, 0, _now))
        {
            Delivered.Add(_message[..length]);
            if (Echo)
            {
                link.Send(_message, 0, length, _now);
            }
        }
    }
}
