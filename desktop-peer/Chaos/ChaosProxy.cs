using System.Net;
using System.Net.Sockets;
using Hoplink.Host;
using Hoplink.Routing;

namespace Hoplink.Peer.Chaos;

/// <summary>
/// A bad network between devices and a peer. Each port of the peer has its double here; each device has a socket of its own towards the
/// peer, so the peer tells devices apart. What the peer sends from a port leaves here from the same port.
/// </summary>
internal sealed class ChaosProxy : IDisposable
{
    /// <summary>Devices at a time.</summary>
    public const int MaxFlows = 1024;

    /// <summary>Datagrams under way in each direction.</summary>
    public const int QueueLimit = 8192;

    private const long IdleMicros = 600_000_000;
    private const long SweepMicros = 60_000_000;

    private readonly Lock _gate = new();
    private readonly ChaosOptions _options;
    private readonly Endpoint _forward = new();
    private readonly Endpoint _target = new();
    private readonly Dictionary<int, UdpSocket> _ports = [];
    private readonly Dictionary<FlowKey, Flow> _flows = [];
    private readonly Impairment _toPeer;
    private readonly Impairment _toDevice;
    private readonly JunkFlood _junk = new();
    private readonly SplitMix _junkRandom;
    private readonly byte[] _junkBuffer = new byte[UdpSocket.MaxDatagram];
    private readonly DeadlineTimer _timer;
    private readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _start;
    private long _sweepAt;
    private Flow? _lastFlow;
    private long _junkSent;
    private long _strays;
    private long _refusedFlows;
    private long _closedReceiveErrors;
    private bool _disposed;

    public ChaosProxy(ChaosOptions options)
    {
        _options = options;
        SocketAddresses.Set(_forward, options.Forward, 0);
        var seeds = new SplitMix(options.Seed);
        _toPeer = new Impairment(seeds.Next(), QueueLimit) { Settings = options.Settings };
        _toDevice = new Impairment(seeds.Next(), QueueLimit) { Settings = options.Settings };
        _junkRandom = new SplitMix(seeds.Next());
        _timer = new DeadlineTimer(OnTimer);
    }

    /// <summary>Fails on a defect of the program.</summary>
    public Task Failure => _failure.Task;

    /// <summary>Ports that could not be bound.</summary>
    public int SkippedPorts => _options.Ports.Count - _ports.Count;

    /// <summary>How bad the network is.</summary>
    public ImpairmentSettings Settings
    {
        get
        {
            lock (_gate)
            {
                return _toPeer.Settings;
            }
        }
    }

    /// <summary>Binds the ports and begins.</summary>
    /// <exception cref="UsageException">The first port cannot be bound, or the limit of open files is too low for the ports.</exception>
    public void Start()
    {
        lock (_gate)
        {
            foreach (int port in _options.Ports)
            {
                OpenPort(port);
            }

            _start = MonotonicClock.NowMicros;
            _sweepAt = _start + SweepMicros;
            foreach ((long at, long length) in _options.Blackouts)
            {
                AddBlackout(_start + at, length);
            }

            Arm();
        }
    }

    /// <summary>Changes the network, while it runs.</summary>
    public void Apply(ChaosControl control)
    {
        lock (_gate)
        {
            long now = MonotonicClock.NowMicros;
            _toPeer.Settings = control.Change(_toPeer.Settings);
            _toDevice.Settings = _toPeer.Settings;
            if (control.BlackoutMs is { } blackout)
            {
                AddBlackout(now, blackout * 1000L);
            }

            if (control.Junk is { } junk)
            {
                _junk.Begin(junk.Count, junk.RatePerSecond, now);
            }

            Arm();
        }
    }

    /// <summary>The counters now.</summary>
    public ChaosStatistics Statistics()
    {
        lock (_gate)
        {
            return new ChaosStatistics(
                _toPeer.Counters with { }, _toDevice.Counters with { }, _flows.Count, _toPeer.Queued + _toDevice.Queued, _junkSent, _strays,
                _refusedFlows, _closedReceiveErrors + Upstreams().Concat(_ports.Values).Sum(socket => socket.ReceiveErrors));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
            foreach (IDisposable socket in _ports.Values.Cast<IDisposable>().Concat(_flows.Values))
            {
                socket.Dispose();
            }
        }
    }

    private void OpenPort(int port)
    {
        try
        {
            int buffer = _ports.Count == 0 ? UdpSocket.LargeReceiveBuffer : UdpSocket.SmallReceiveBuffer;
            UdpSocket socket = UdpSocket.Bind(_options.Listen, port, buffer);
            _ports.Add(port, socket);
            Run(socket, FromDevice);
        }
        catch (SocketException e) when (OpenFileLimit.IsCauseOf(e))
        {
            foreach (UdpSocket open in _ports.Values)
            {
                open.Dispose();
            }

            throw OpenFileLimit.TooLow(_options.Ports.Count);
        }
        catch (SocketException e) when (_ports.Count == 0)
        {
            throw new UsageException(
                $"UDP port {port} of {_options.Listen} cannot be used ({e.Message}): if the peer runs on this computer, give them " +
                "different addresses, as in \"listen --bind 127.0.0.1\" and \"chaos --listen 127.0.0.2\"");
        }
        catch (SocketException)
        {
            // Counted as skipped. Only datagrams of the windows that hop there are lost, as at a peer (protocol.md 5.2).
        }
    }

    private void Run(UdpSocket socket, DatagramHandler handler)
    {
        _ = RunAsync();

        async Task RunAsync()
        {
            await Task.Yield();
            try
            {
                await socket.ReceiveAsync(handler).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                _failure.TrySetException(e);
            }
        }
    }

    private void AddBlackout(long from, long length)
    {
        _toPeer.AddBlackout(from, from + length);
        _toDevice.AddBlackout(from, from + length);
    }

    private void FromDevice(UdpSocket socket, byte[] buffer, int count, Arrival arrival)
    {
        lock (_gate)
        {
            long now = MonotonicClock.NowMicros;
            if (_disposed || FindFlow(arrival.Remote, now) is not { } flow)
            {
                return;
            }

            flow.ClientPort = socket.Port;
            flow.ToPeer.Look(buffer.AsSpan(0, count), socket.Port);
            _toPeer.Offer(buffer.AsSpan(0, count), flow, socket.Port, now);
            Forward(now);
        }
    }

    private void FromPeer(Flow flow, byte[] buffer, int count, Arrival arrival)
    {
        lock (_gate)
        {
            if (_disposed || !arrival.Remote.SameAddress(_forward))
            {
                _strays++;
                return;
            }

            long now = MonotonicClock.NowMicros;
            Touch(flow, now);
            flow.ToDevice.Look(buffer.AsSpan(0, count), arrival.Remote.Port);
            _toDevice.Offer(buffer.AsSpan(0, count), flow, arrival.Remote.Port, now);
            Forward(now);
        }
    }

    private Flow? FindFlow(Endpoint client, long now)
    {
        var key = new FlowKey(client.High, client.Low, client.Scope, client.Port);
        Flow? flow = _flows.TryGetValue(key, out Flow? known) ? known : OpenFlow(key, client);
        if (flow is not null)
        {
            Touch(flow, now);
        }

        return flow;
    }

    private Flow? OpenFlow(FlowKey key, Endpoint client)
    {
        if (_flows.Count >= MaxFlows)
        {
            _refusedFlows++;
            return null;
        }

        try
        {
            IPAddress any = _options.Forward.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            var flow = new Flow(client, UdpSocket.Bind(any, 0, UdpSocket.SmallReceiveBuffer));
            _flows.Add(key, flow);
            Run(flow.Upstream, (_, buffer, count, arrival) => FromPeer(flow, buffer, count, arrival));
            return flow;
        }
        catch (SocketException)
        {
            _refusedFlows++;
            return null;
        }
    }

    private IEnumerable<UdpSocket> Upstreams() => _flows.Values.Select(flow => flow.Upstream);

    private void Touch(Flow flow, long now)
    {
        flow.LastMicros = now;
        _lastFlow = flow;
    }

    private void OnTimer()
    {
        try
        {
            lock (_gate)
            {
                if (!_disposed)
                {
                    _timer.Elapsed();
                    long now = MonotonicClock.NowMicros;
                    SendJunk(now);
                    Sweep(now);
                    Forward(now);
                }
            }
        }
        catch (Exception e)
        {
            _failure.TrySetException(e);
        }
    }

    private void Forward(long now)
    {
        while (_toPeer.Take(now) is { } datagram)
        {
            bool isSent = SendToPeer((Flow)datagram.Flow!, datagram.Buffer, datagram.Count, datagram.Port);
            _toPeer.Return(datagram, isSent);
        }

        while (_toDevice.Take(now) is { } datagram)
        {
            bool isSent = SendToDevice((Flow)datagram.Flow!, datagram.Buffer, datagram.Count, datagram.Port);
            _toDevice.Return(datagram, isSent);
        }

        Arm();
    }

    private bool SendToPeer(Flow flow, byte[] buffer, int count, int port)
    {
        _target.CopyFrom(_forward);
        _target.Port = port;
        return flow.Upstream.Send(buffer, count, _target);
    }

    private bool SendToDevice(Flow flow, byte[] buffer, int count, int port)
    {
        // The double of the port that the peer sent from, if there is one; else the one that the device last used.
        bool isOpen = _ports.TryGetValue(port, out UdpSocket? socket) || _ports.TryGetValue(flow.ClientPort, out socket);
        return isOpen && socket!.Send(buffer, count, flow.Client);
    }

    private void SendJunk(long now)
    {
        while (_junk.Take(now))
        {
            if (_lastFlow is not { ToPeer.Count: > 0, ToDevice.Count: > 0 } flow)
            {
                continue;
            }

            flow.ToPeer.MakeJunk(_junkBuffer, _junkRandom);
            _junkSent += SendToPeer(flow, _junkBuffer, flow.ToPeer.Count, flow.ToPeer.Port) ? 1 : 0;
            flow.ToDevice.MakeJunk(_junkBuffer, _junkRandom);
            _junkSent += SendToDevice(flow, _junkBuffer, flow.ToDevice.Count, flow.ToDevice.Port) ? 1 : 0;
        }
    }

    private void Sweep(long now)
    {
        if (now < _sweepAt)
        {
            return;
        }

        _sweepAt = now + SweepMicros;
        foreach ((FlowKey key, Flow flow) in _flows.Where(pair => now - pair.Value.LastMicros > IdleMicros).ToArray())
        {
            _flows.Remove(key);
            _closedReceiveErrors += flow.Upstream.ReceiveErrors;
            flow.Dispose();
            _lastFlow = _lastFlow == flow ? null : _lastFlow;
        }
    }

    private void Arm()
    {
        _timer.Arm(Math.Min(Math.Min(_toPeer.NextDue, _toDevice.NextDue), Math.Min(_junk.NextDue, _sweepAt)));
    }

    private readonly record struct FlowKey(ulong High, ulong Low, uint Scope, int Port);
}
