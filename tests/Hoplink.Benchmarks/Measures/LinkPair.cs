using Hoplink.Crypto;
using Hoplink.Parameters;
using Hoplink.Routing;

namespace Hoplink.Benchmarks.Measures;

/// <summary>
/// A device's link and its peer on a way that loses nothing, each run as by its host's loop: woken by datagrams or a deadline, it does
/// all there is to do. Both ends compute as a board without help would. In steady state this allocates nothing itself.
/// </summary>
/// <remarks>
/// What the device's calls cost is added up by a meter that is read before and after each: on one account for the calls that carry
/// something, on another for those that find nothing to do or only ask.
/// </remarks>
internal sealed class LinkPair
{
    private const int Seed = 2;
    private const long Delay = 5_000;
    private const long Patience = 10_000_000;
    private const int MaxDatagram = 1232;
    private const int DevicePort = 50_000;
    private const uint DeviceAddress = 0xC0A80102;
    private const uint PeerAddress = 0xCB007101;

    private readonly CostMeter _meter;
    private readonly LinkOptions _options = LinkOptions.Device();
    private readonly ManagedCrypto _deviceCrypto = new(new SeededRandom(Seed));
    private readonly ManagedCrypto _peerCrypto = new(new SeededRandom(Seed + 1));
    private readonly Queue<Flight> _underWay = new(64);
    private readonly List<object> _buffers = [];
    private readonly Stack<Flight> _free = new(64);
    private readonly LinkEvent _event = new();
    private readonly byte[] _received = new byte[MaxDatagram];
    private long _deviceDeadline = long.MaxValue;

    internal LinkPair(CostMeter meter, PayloadEncryption encryption = PayloadEncryption.Offered)
    {
        _meter = meter;
        byte[] psk = new byte[32];
        _options.Iterations = 1;
        _options.Encryption = encryption;
        Device = new Link(_options, _deviceCrypto, psk);
        Peer = new Responder(new ResponderOptions(), _peerCrypto, new byte[32]);
        Peer.AddKey(psk);
    }

    internal Link Device { get; }

    internal Responder Peer { get; }

    /// <summary>The peer's end of the link; null before the first session.</summary>
    internal Link? PeerLink { get; private set; }

    /// <summary>What the device's link refers to and its host owns.</summary>
    internal IEnumerable<object> HostsObjects => [_deviceCrypto, _options, .. _buffers];

    /// <summary>The time at both ends, us.</summary>
    internal long Now { get; private set; } = 1_000_000;

    /// <summary>Messages that either end has read.</summary>
    internal int Delivered { get; private set; }

    /// <summary>What the device's calls have cost that took or gave a message or a datagram.</summary>
    internal long CarryingCost { get; private set; }

    /// <summary>What all of its other calls have cost.</summary>
    internal long IdleCost { get; private set; }

    /// <summary>Turns of the device's loop.</summary>
    internal int DeviceTurns { get; private set; }

    /// <summary>Connects, and waits until the handshake's own datagrams are through.</summary>
    internal void Connect()
    {
        Device.Connect(Now);
        RunUntil(() => PeerLink?.State == LinkState.Connected && Device.State == LinkState.Connected);
        RunFor(1_000_000);
    }

    /// <summary>Sends messages from one end at once, and runs until all are delivered and acknowledged.</summary>
    internal void Exchange(bool fromDevice, byte[] message, int count)
    {
        int delivered = Delivered + count;
        Link from = fromDevice ? Device : PeerLink!;
        for (int i = 0; i < count; i++)
        {
            Require(fromDevice ? DeviceTakes(message) : from.Send(message, 0, message.Length, Now) == SendStatus.Accepted, "the link is full");
        }

        Wake(fromDevice);
        for (long end = Now + Patience; Delivered < delivered || from.Unacknowledged > 0;)
        {
            Advance(end);
        }
    }

    /// <summary>Lets time pass until something holds.</summary>
    internal void RunUntil(Func<bool> condition)
    {
        RunDevice();
        for (long end = Now + Patience; !condition();)
        {
            Advance(end);
        }
    }

    /// <summary>Lets time pass.</summary>
    internal void RunFor(long micros)
    {
        long end = Now + micros;
        while (NextEvent() <= end)
        {
            Advance(end);
        }

        Now = end;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    private long NextEvent()
    {
        long arrival = _underWay.Count > 0 ? _underWay.Peek().ArrivesAt : long.MaxValue;
        return Math.Min(arrival, Math.Min(_deviceDeadline, Peer.NextDeadline));
    }

    /// <summary>Goes to the next arrivals or deadline and wakes the end that it concerns.</summary>
    private void Advance(long end)
    {
        Now = Math.Max(Now, NextEvent());
        Require(Now <= end, "what was waited for did not happen");
        Wake(_underWay.Count > 0 && _underWay.Peek().ArrivesAt <= Now ? !_underWay.Peek().ToPeer : _deviceDeadline <= Peer.NextDeadline);
    }

    private void Wake(bool device)
    {
        if (device)
        {
            RunDevice();
        }
        else
        {
            RunPeer();
        }
    }

    private bool DeviceTakes(byte[] message)
    {
        _meter.Start();
        SendStatus status = Device.Send(message, 0, message.Length, Now);
        CarryingCost += _meter.Stop();
        return status == SendStatus.Accepted;
    }

    /// <summary>
    /// One turn of the device's loop, call by call as DeviceApp.Step makes it, but from the end of its wait to the next one.
    /// </summary>
    private void RunDevice()
    {
        DeviceTurns++;
        while (Land(toPeer: false) is { } flight)
        {
            Datagram datagram = flight.Datagram;
            flight.Arrival.Remote.SetIPv4(PeerAddress, datagram.LocalPort);
            flight.Arrival.LocalPort = 0;
            _meter.Start();
            Device.HandleDatagram(datagram.Buffer, 0, datagram.Length, flight.Arrival, Now);
            CarryingCost += _meter.Stop();
        }

        _meter.Start();
        if (_deviceDeadline <= Now)
        {
            Device.HandleTimeout(Now);
        }

        while (Device.PollEvent(_event))
        {
        }

        IdleCost += _meter.Stop();
        while (DeviceReceives())
        {
            Delivered++;
        }

        _meter.Start();
        bool goesOn = Device.State != LinkState.Closed;
        while (Device.PollJob() is { } job)
        {
            job.Run(_deviceCrypto);
            Device.CompleteJob(job, Now);
        }

        IdleCost += _meter.Stop();
        Require(goesOn, "the link has closed");
        while (DeviceTransmits())
        {
            Launch();
        }

        _meter.Start();
        _deviceDeadline = Device.NextDeadline;
        IdleCost += _meter.Stop();
    }

    private bool DeviceReceives()
    {
        _meter.Start();
        bool received = Device.NextMessageLength >= 0 && Device.Receive(_received, 0, Now) >= 0;
        Charge(_meter.Stop(), received);
        return received;
    }

    private bool DeviceTransmits()
    {
        Datagram datagram = NextFlight(toPeer: true).Datagram;
        _meter.Start();
        bool transmitted = Device.PollTransmit(datagram, Now);
        Charge(_meter.Stop(), transmitted);
        return transmitted;
    }

    private void Charge(long cost, bool carried)
    {
        CarryingCost += carried ? cost : 0;
        IdleCost += carried ? 0 : cost;
    }

    private void RunPeer()
    {
        while (Land(toPeer: true) is { } flight)
        {
            Datagram datagram = flight.Datagram;
            flight.Arrival.Remote.SetIPv4(DeviceAddress, DevicePort);
            flight.Arrival.LocalPort = datagram.Remote.Port;
            Peer.HandleDatagram(datagram.Buffer, 0, datagram.Length, flight.Arrival, Now);
        }

        if (Peer.NextDeadline <= Now)
        {
            Peer.HandleTimeout(Now);
        }

        while (Peer.PollNewLink() is { } link)
        {
            PeerLink = link;
        }

        while (Peer.PollReadable() is { } link)
        {
            while (link.Receive(_received, 0, Now) >= 0)
            {
                Delivered++;
            }
        }

        while (Peer.PollEvent(_event))
        {
        }

        while (Peer.PollJob() is { } job)
        {
            job.Run(_peerCrypto);
            Peer.CompleteJob(job, Now);
        }

        while (Peer.PollTransmit(NextFlight(toPeer: false).Datagram, Now))
        {
            Launch();
        }
    }

    /// <summary>Takes the next datagram that has arrived at an end; null if there is none.</summary>
    private Flight? Land(bool toPeer)
    {
        if (_underWay.Count == 0 || _underWay.Peek().ArrivesAt > Now || _underWay.Peek().ToPeer != toPeer)
        {
            return null;
        }

        Flight flight = _underWay.Dequeue();
        _free.Push(flight);
        return flight;
    }

    private Flight NextFlight(bool toPeer)
    {
        if (_free.Count == 0)
        {
            _free.Push(new Flight());
            _buffers.Add(_free.Peek().Datagram.Buffer);
        }

        Flight flight = _free.Peek();
        flight.ToPeer = toPeer;
        flight.ArrivesAt = Now + Delay;
        return flight;
    }

    private void Launch()
    {
        _underWay.Enqueue(_free.Pop());
    }

    private sealed class Flight
    {
        internal Datagram Datagram { get; } = new(MaxDatagram);

        internal Arrival Arrival { get; } = new();

        internal bool ToPeer { get; set; }

        internal long ArrivesAt { get; set; }
    }
}
