using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Hoplink.Host;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;

namespace Hoplink.Peer.Tests.Support;

/// <summary>An initiator on a thread of its own, as a device is: a link, a transport and nothing else.</summary>
internal sealed class TestDevice : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly Link _link;
    private readonly DeviceTransport _transport;
    private readonly PlatformCrypto _crypto = new();
    private readonly List<string> _events = [];
    private readonly BlockingCollection<string> _received = [];
    private readonly Datagram _datagram = new(UdpSocket.MaxDatagram);
    private readonly Thread _thread;
    private byte[] _keyBlock = [];
    private volatile bool _stop;
    private volatile bool _reads = true;

    public TestDevice(IPAddress peer, int port, byte[] psk, LinkOptions? options = null)
    {
        options ??= LinkOptions.Desktop();
        options.RendezvousPort = port;
        _link = new Link(options, _crypto, psk);
        _transport = new DeviceTransport(peer);
        _thread = new Thread(Run) { IsBackground = true, Name = "test device" };
        _thread.Start();
    }

    public Link Link => _link;

    /// <summary>Called on its thread for each datagram that it sends, with the time, us.</summary>
    public Action<byte[], long>? Sending { get; set; }

    /// <summary>Called on its thread for each datagram that came, once the link has handled it, with the time of its arrival, us.</summary>
    public Action<byte[], long>? Handled { get; set; }

    /// <summary>The newest key block (protocol.md 3.2), as somebody gets it who reads the device's memory.</summary>
    public byte[] KeyBlock
    {
        get
        {
            lock (_gate)
            {
                return _keyBlock;
            }
        }
    }

    /// <summary>False: messages stay unread.</summary>
    public bool Reads
    {
        get => _reads;
        set
        {
            _reads = value;
            _transport.Wake();
        }
    }

    /// <summary>Calls the link under the device's lock, with the time, us.</summary>
    public T Call<T>(Func<Link, long, T> action)
    {
        T result;
        lock (_gate)
        {
            result = action(_link, MonotonicClock.NowMicros);
        }

        _transport.Wake();
        return result;
    }

    /// <summary>How often an event has happened.</summary>
    public int Count(LinkEventKind kind)
    {
        lock (_gate)
        {
            return _events.Count(name => name == kind.ToString());
        }
    }

    /// <summary>Sends a message, once there is room for it.</summary>
    public void Send(string message)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(message);
        lock (_gate)
        {
            DateTime until = DateTime.UtcNow + _patience;
            while (_link.Send(bytes, 0, bytes.Length, MonotonicClock.NowMicros) != SendStatus.Accepted)
            {
                Wait(until, "room to send");
            }
        }

        _transport.Wake();
    }

    /// <summary>True if there was room.</summary>
    public bool TrySend(string message)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(message);
        lock (_gate)
        {
            if (_link.Send(bytes, 0, bytes.Length, MonotonicClock.NowMicros) != SendStatus.Accepted)
            {
                return false;
            }
        }

        _transport.Wake();
        return true;
    }

    public string Receive()
    {
        return _received.TryTake(out string? message, _patience) ? message : throw new TimeoutException("no message came; " + Story());
    }

    public int ReceivedAhead => _received.Count;

    /// <summary>Waits until an event has happened so many times.</summary>
    public void WaitFor(LinkEventKind kind, int times = 1)
    {
        lock (_gate)
        {
            DateTime until = DateTime.UtcNow + _patience;
            while (_events.Count(name => name == kind.ToString()) < times)
            {
                Wait(until, kind.ToString());
            }
        }
    }

    /// <summary>Waits until so many more datagrams were sent.</summary>
    public void WaitForDatagrams(int count)
    {
        lock (_gate)
        {
            DateTime until = DateTime.UtcNow + _patience;
            long enough = _link.Statistics.DatagramsSent + count;
            while (_link.Statistics.DatagramsSent < enough)
            {
                Wait(until, "datagrams to be sent");
            }
        }
    }

    /// <summary>Ends without a word to the peer, as a device whose power fails.</summary>
    public void Vanish()
    {
        _stop = true;
        _transport.Wake();
        _thread.Join();
    }

    /// <summary>Tells the peer by RST, so that its end need not wait for this one.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_stop)
            {
                _link.Abort(MonotonicClock.NowMicros);
                Pump(MonotonicClock.NowMicros);
            }
        }

        _stop = true;
        _transport.Wake();
        _thread.Join();
        _transport.Dispose();
        _received.Dispose();
    }

    private void Run()
    {
        var buffer = new byte[UdpSocket.MaxDatagram];
        var arrival = new Arrival();
        lock (_gate)
        {
            _link.Connect(MonotonicClock.NowMicros);
        }

        while (!_stop)
        {
            long wait;
            lock (_gate)
            {
                Pump(MonotonicClock.NowMicros);
                wait = Math.Clamp(_link.NextDeadline - MonotonicClock.NowMicros, 0, 10_000_000);
            }

            int count = _transport.Receive(buffer, arrival, wait);
            lock (_gate)
            {
                long now = MonotonicClock.NowMicros;
                if (count >= 0)
                {
                    byte[] seen = buffer[..count];
                    _link.HandleDatagram(buffer, 0, count, arrival, now);
                    Handled?.Invoke(seen, now);
                }
                else if (_link.NextDeadline <= now)
                {
                    _link.HandleTimeout(now);
                }
            }
        }
    }

    private void Pump(long now)
    {
        while (_link.PollJob() is { } job)
        {
            job.Run(_crypto);
            _keyBlock = Inside.CopyBlock(job) ?? _keyBlock;
            _link.CompleteJob(job, now);
        }

        var message = new byte[2048];
        int length;
        while (_reads && (length = _link.Receive(message, 0, now)) >= 0)
        {
            _received.Add(Encoding.ASCII.GetString(message, 0, length));
        }

        while (_link.PollTransmit(_datagram, now))
        {
            Sending?.Invoke(_datagram.Buffer[.._datagram.Length], now);
            _transport.Send(_datagram);
        }

        var linkEvent = new LinkEvent();
        while (_link.PollEvent(linkEvent))
        {
            _events.Add(linkEvent.Kind.ToString());
        }

        Monitor.PulseAll(_gate);
    }

    private void Wait(DateTime until, string what)
    {
        TimeSpan left = until - DateTime.UtcNow;
        if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
        {
            throw new TimeoutException($"waited in vain for {what}; {Story()}");
        }
    }

    private string Story()
    {
        lock (_gate)
        {
            return $"state {_link.State}, events: {string.Join(' ', _events)}";
        }
    }
}
