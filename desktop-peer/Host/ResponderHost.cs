using System.Net.Sockets;
using Hoplink.Hopping;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Routing;

namespace Hoplink.Host;

/// <summary>
/// Runs a <see cref="Responder"/> on this computer: its ports, its one timer and its key jobs. A receive loop for each socket; one lock
/// around the library and the application. A datagram in or out allocates nothing, and no step looks through all sessions.
/// </summary>
public sealed class ResponderHost : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IResponderApplication _application;
    private readonly Responder _responder;
    private readonly ResponderOptions _options;
    private readonly PortSet _ports;
    private readonly JobRunner _jobs;
    private readonly DeadlineTimer _timer;
    private readonly CatchUp _catchUp = new();
    private readonly Datagram _datagram = new(UdpSocket.MaxDatagram);
    private readonly LinkEvent _event = new();
    private readonly PortChange _portChange = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DatagramHandler _onDatagram;
    private readonly Action _onTimer;
    private readonly Func<bool> _anyUnread;
    private long _serviceAt = long.MaxValue;
    private bool _stopping;
    private bool _disposed;

    /// <summary>Makes the responder. Nothing is bound before <see cref="Start"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public ResponderHost(ResponderHostOptions options, IResponderApplication application)
    {
        _application = application;
        _options = options.Responder;
        _responder = new Responder(options.Responder, options.CreateCrypto(), options.ResetSecret);
        foreach (byte[] psk in options.Psks)
        {
            _responder.AddKey(psk);
        }

        _onDatagram = OnDatagram;
        _ports = new PortSet(options.Address, socket => _ = RunAsync(socket));
        _anyUnread = _ports.AnyUnread;
        _jobs = new JobRunner(options.CreateCrypto, options.JobThreads, OnJobDone);
        _onTimer = OnTimer;
        _timer = new DeadlineTimer(() => Guarded(_onTimer));
    }

    /// <summary>Fails if the host or the library broke down: a defect, not something that came from the network.</summary>
    public Task Failure => _completion.Task;

    /// <summary>Hop ports that could not be bound, counted each time (5.2).</summary>
    public long SkippedPorts => Locked(responder => responder.UnavailablePorts);

    /// <summary>Ports that are bound now, the rendezvous port included.</summary>
    public int OpenPorts => Locked(_ => _ports.Count);

    /// <summary>Datagrams that the system did not take.</summary>
    public long SendErrors => Locked(_ => _ports.SendErrors);

    /// <summary>Receive errors of the sockets, mostly ICMP reports on what was sent.</summary>
    public long ReceiveErrors => Locked(_ => _ports.ReceiveErrors);

    /// <summary>Binds the ports and begins to serve.</summary>
    /// <exception cref="UsageException">The rendezvous port cannot be bound, or the limit of open files is too low.</exception>
    public void Start()
    {
        lock (_gate)
        {
            int hops = _options.HopCount <= SpecConstants.MaxFixedHopPorts ? _options.HopCount : 0;
            try
            {
                _ports.OpenRendezvous(_options.Link.RendezvousPort);
                for (int port = _options.HopFirst; port < _options.HopFirst + hops; port++)
                {
                    if (!_ports.OpenHop(port))
                    {
                        _responder.PortUnavailable(port);
                    }
                }
            }
            catch (SocketException e) when (OpenFileLimit.IsCauseOf(e))
            {
                _ports.Dispose();
                throw OpenFileLimit.TooLow(hops + 1);
            }

            Drain(MonotonicClock.NowMicros);
        }
    }

    /// <summary>Calls the library or one of its links under the lock, then does what follows from that.</summary>
    public T Call<T>(Func<Responder, long, T> action)
    {
        lock (_gate)
        {
            long now = MonotonicClock.NowMicros;
            T result = action(_responder, now);
            Drain(now);
            return result;
        }
    }

    /// <summary>Closes every session by FIN (6.4) and waits until they are closed, or the bound has passed.</summary>
    /// <returns>True if all were closed.</returns>
    public async Task<bool> StopAsync(TimeSpan bound)
    {
        Call((responder, now) =>
        {
            _stopping = true;
            responder.Shutdown(now);
            return true;
        });
        return await Task.WhenAny(_drained.Task, Task.Delay(bound)).ConfigureAwait(false) == _drained.Task;
    }

    /// <summary>Closes all sockets at once, without a word to the peers.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
            _ports.Dispose();
            _jobs.Dispose();
        }
    }

    private T Locked<T>(Func<Responder, T> read)
    {
        lock (_gate)
        {
            return read(_responder);
        }
    }

    private async Task RunAsync(UdpSocket socket)
    {
        // Off the caller's stack and out of its lock: a receive loop may find datagrams waiting.
        await Task.Yield();
        try
        {
            await socket.ReceiveAsync(_onDatagram).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _completion.TrySetException(e);
        }
    }

    private void OnDatagram(UdpSocket socket, byte[] buffer, int count, Arrival arrival)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                long now = MonotonicClock.NowMicros;
                _responder.HandleDatagram(buffer, 0, count, arrival, now);
                Drain(now);
            }
        }
    }

    private void OnJobDone(KeyJob job)
    {
        Guarded(() =>
        {
            long now = MonotonicClock.NowMicros;
            _responder.CompleteJob(job, now);
            Drain(now);
        });
    }

    private void OnTimer()
    {
        _timer.Elapsed();
        long now = MonotonicClock.NowMicros;
        long deadline = NextDeadline();
        if (_catchUp.MustWait(now, deadline, _anyUnread))
        {
            _timer.Arm(now + CatchUp.RetryMicros);
            return;
        }

        if (_responder.NextDeadline <= now)
        {
            _responder.HandleTimeout(now);
        }

        Drain(now);
    }

    private void Guarded(Action action)
    {
        try
        {
            lock (_gate)
            {
                if (!_disposed)
                {
                    action();
                }
            }
        }
        catch (Exception e)
        {
            _completion.TrySetException(e);
        }
    }

    private void Drain(long now)
    {
        while (Deliver(now) | ChangePorts() | Transmit(now))
        {
        }

        _serviceAt = _application.Service(now);
        Transmit(now);
        _timer.Arm(NextDeadline());
        if (_stopping && _responder.SessionCount == 0)
        {
            _drained.TrySetResult();
        }
    }

    private bool Deliver(long now)
    {
        bool any = false;
        while (_responder.PollNewLink() is { } link)
        {
            _application.OnNewLink(link, now);
            any = true;
        }

        while (_responder.PollEvent(_event))
        {
            _application.OnEvent(_event, now);
            any = true;
        }

        while (_responder.PollReadable() is { } readable)
        {
            _application.OnReadable(readable, now);
            any = true;
        }

        while (_responder.PollJob() is { } job)
        {
            _jobs.Start(job);
        }

        return any;
    }

    private bool ChangePorts()
    {
        bool any = false;
        while (_responder.PollPort(_portChange))
        {
            any = true;
            if (_portChange.Open)
            {
                OpenOrSkip(_portChange.Port);
            }
            else
            {
                _ports.CloseHop(_portChange.Port);
            }
        }

        return any;
    }

    /// <summary>While sessions live, a port without a descriptor left is one that cannot be bound (5.2).</summary>
    private void OpenOrSkip(int port)
    {
        bool isOpen;
        try
        {
            isOpen = _ports.OpenHop(port);
        }
        catch (SocketException)
        {
            isOpen = false;
        }

        if (!isOpen)
        {
            _responder.PortUnavailable(port);
        }
    }

    private bool Transmit(long now)
    {
        bool any = false;
        while (_responder.PollTransmit(_datagram, now))
        {
            _ports.For(_datagram.LocalPort).Send(_datagram.Buffer, _datagram.Length, _datagram.Remote);
            any = true;
        }

        return any;
    }

    private long NextDeadline()
    {
        return Math.Min(_responder.NextDeadline, _serviceAt);
    }
}
