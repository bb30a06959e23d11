using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink.Simulation;

/// <summary>
/// A computer that hosts an end of the protocol: hands it datagrams, time and finished key jobs, and sends what it wants sent. It can
/// pause and restart, and its clock need not agree with the world's.
/// </summary>
public abstract class EndNode : Node
{
    // Far above what any number of links has to say at once: only an end that never stops comes here.
    private const int MostAtOnce = 100_000;

    private readonly Queue<(Packet Packet, int Port)> _inbox = [];
    private readonly Queue<KeyJob> _finishedJobs = [];
    private readonly Datagram _outgoing = new(1232);
    private readonly LinkEvent _event = new();
    private readonly Arrival _arrival = new();
    private CipherTap? _cipher;
    private long _wakeAt = long.MaxValue;
    private long _wakeNumber;
    private long _pausedUntil;
    private int _jobs;
    private int _jobsRunning;
    private bool _busy;

    /// <summary>
    /// Makes one at an IPv4 address, with a small socket buffer or a large one. Derived classes call <see cref="BeginLife"/>.
    /// </summary>
    protected EndNode(World world, string name, uint host, bool singleSocket)
        : base(world, name, host)
    {
        // What the ESP32's stack queues for its one socket, and what a desktop's many sockets hold together.
        SocketBuffer = singleSocket ? 6 : 4096;
        Clock = new SimClock(world, world.Random(name + " clock").Below(World.Minute)) { Changed = Arm };
    }

    /// <summary>The monotonic clock that the host gives the library.</summary>
    public SimClock Clock { get; }

    /// <summary>The events of all its links, over all its lives.</summary>
    public EventLog Events { get; } = new();

    /// <summary>Datagrams that can wait while it is paused; more are lost.</summary>
    public int SocketBuffer { get; set; }

    /// <summary>How long a key job takes, us.</summary>
    public long JobMicros { get; set; }

    /// <summary>Key jobs that run at the same time.</summary>
    public int JobSlots { get; set; } = 1;

    /// <summary>Messages are read as soon as they can be.</summary>
    public bool ReadsAtOnce { get; set; } = true;

    /// <summary>It has booted, and is not paused.</summary>
    public bool IsRunning => !IsDown && World.Now >= _pausedUntil;

    /// <summary>It has lost its RAM and has not booted again.</summary>
    public bool IsDown { get; private set; }

    /// <summary>Restarts so far.</summary>
    public int Restarts { get; private set; }

    /// <summary>Raised while it works, whenever something may have changed; what is sent from here goes out at once.</summary>
    public event Action? Stepped;

    /// <summary>Raised before a datagram is handed to the library.</summary>
    public event Action<Packet>? Handling;

    /// <summary>Raised right after, before anything that it leads to is done.</summary>
    public event Action<Packet>? Handled;

    /// <summary>Raised when an event was polled, before any message that came with it is read.</summary>
    public event Action<EventSnapshot>? EventPolled;

    /// <summary>Raised when a message was read, with the key id of its link.</summary>
    public event Action<ulong, byte[]>? MessageRead;

    /// <summary>Raised when a key job was run, with its results: what somebody who reads this computer's memory gets.</summary>
    public event Action<KeyJob>? JobRun;

    /// <summary>Raised when it loses everything it had in RAM.</summary>
    public event Action? RamLost;

    /// <summary>A timer of the library is due: any call may run it.</summary>
    public bool IsTimerDue => Clock.Now >= NextDeadline;

    /// <summary>When the library wants to be called next, us of the clock; <see cref="long.MaxValue"/>: never.</summary>
    protected abstract long NextDeadline { get; }

    /// <summary>Handles nothing for so many microseconds; then first what it received meanwhile, then its timers.</summary>
    public void Pause(long micros)
    {
        World.Trace.Note(Name, $"pauses for {micros} us");
        _pausedUntil = Math.Max(_pausedUntil, World.Now + micros);
        World.At(_pausedUntil, () => Work(timers: false));
    }

    /// <summary>Loses all it had in RAM, is away for so many microseconds, and comes back with a clock that starts afresh.</summary>
    public void Restart(long downMicros)
    {
        World.Trace.Note(Name, $"restarts, down for {downMicros} us");
        Restarts++;
        IsDown = true;
        _inbox.Clear();
        _finishedJobs.Clear();
        _jobsRunning = 0;
        RamLost?.Invoke();
        int life = Restarts;
        World.After(downMicros, () =>
        {
            if (life == Restarts)
            {
                IsDown = false;
                _pausedUntil = 0;
                Clock.Restart(0);
                World.Trace.Note(Name, "is up");
                BeginLife();
            }
        });
    }

    /// <summary>Calls into the library and does what that leads to, as a host does after every call.</summary>
    public void Drive(Action call)
    {
        if (_busy)
        {
            call();
            return;
        }

        if (!IsRunning)
        {
            throw new InvalidOperationException(Name + " is paused or down");
        }

        _busy = true;
        call();
        Drain();
        _busy = false;
        Arm();
    }

    internal override string? Arrive(Packet packet, int localPort)
    {
        string? cause = IsDown ? "down" : Refuse(localPort);
        if (cause == null && _inbox.Count >= SocketBuffer)
        {
            cause = "socket buffer full";
        }

        if (cause == null)
        {
            _inbox.Enqueue((packet, localPort));
            Work(timers: false);
        }

        return cause;
    }

    /// <summary>Begins a life with crypto of its own.</summary>
    protected void BeginLife()
    {
        _cipher = new CipherTap(World.MakeCrypto(World.Random($"{Name} crypto {Restarts}")));
        Drive(() => Boot(_cipher));
    }

    /// <summary>Makes the library's objects.</summary>
    protected abstract void Boot(CryptoProvider crypto);

    /// <summary>Why nothing can arrive at a port; null: it can.</summary>
    protected abstract string? Refuse(int localPort);

    /// <summary>Hands a datagram that arrived to the library; it may change the bytes.</summary>
    protected abstract void Handle(byte[] bytes, Arrival arrival, long now);

    /// <summary>Tells the library that its deadline has passed.</summary>
    protected abstract void HandleTimeout(long now);

    /// <summary>Takes the library's next event. False if there is none.</summary>
    protected abstract bool PollEvent(LinkEvent e);

    /// <summary>Takes the next datagram that the library wants sent. False if there is none.</summary>
    protected abstract bool PollTransmit(Datagram datagram, long now);

    /// <summary>Takes the next key job; null if there is none.</summary>
    protected abstract KeyJob? PollJob();

    /// <summary>Hands back a key job that was run.</summary>
    protected abstract void CompleteJob(KeyJob job, long now);

    /// <summary>Does what this kind of end asks of its host besides, before anything is read. False if there was nothing.</summary>
    protected abstract bool Serve();

    /// <summary>The next link that has messages to read; null if there is none.</summary>
    protected abstract Link? PollReadable();

    /// <summary>From where to where a datagram of the library's goes.</summary>
    protected abstract (int LocalPort, SimEndpoint Destination) Route(Datagram datagram);

    /// <summary>Reads all there is.</summary>
    public void ReadAll() => Drive(() => ReadMessages());

    private void Work(bool timers)
    {
        if (_busy || !IsRunning)
        {
            return;
        }

        _busy = true;
        while (_inbox.TryDequeue(out (Packet Packet, int Port) arrived))
        {
            if (Refuse(arrived.Port) is { } cause)
            {
                // The socket was closed while the datagram waited in it.
                World.Trace.Add(Name, TraceKind.Dropped, arrived.Packet, cause);
                continue;
            }

            World.Trace.Add(Name, TraceKind.Delivered, arrived.Packet, string.Empty);
            arrived.Packet.Source.CopyTo(_arrival.Remote);
            _arrival.LocalPort = arrived.Port;
            Handling?.Invoke(arrived.Packet);
            // A copy: what is encrypted is decrypted in place, and the packet may arrive again.
            Handle([.. arrived.Packet.Bytes], _arrival, Clock.Now);
            Handled?.Invoke(arrived.Packet);
            Drain();
        }

        while (_finishedJobs.TryDequeue(out KeyJob? job))
        {
            CompleteJob(job, Clock.Now);
            Drain();
        }

        if (timers && Clock.Now >= NextDeadline)
        {
            HandleTimeout(Clock.Now);
            Drain();
        }

        _busy = false;
        Arm();
    }

    /// <summary>Does what the library asks for until it asks for nothing more.</summary>
    private void Drain()
    {
        bool any;
        do
        {
            any = PollEvents() | Serve() | (ReadsAtOnce && ReadMessages());
            Stepped?.Invoke();
            any |= StartJobs() | Transmit();
        }
        while (any);
    }

    private bool Transmit()
    {
        bool any = false;
        _cipher?.TakeKeystream();
        for (int i = 0; PollTransmit(_outgoing, Clock.Now); i++)
        {
            any = true;
            if (i >= MostAtOnce)
            {
                throw new SimulationException(World, $"{Name} sends without end: more than {MostAtOnce} datagrams at one instant");
            }

            (int localPort, SimEndpoint destination) = Route(_outgoing);
            var source = new SimEndpoint(Host, localPort);
            ReadOnlySpan<byte> bytes = _outgoing.Buffer.AsSpan(0, _outgoing.Length);
            // What is not encrypted may follow what was and may not go (5.2).
            byte[]? keystream = _cipher?.TakeKeystream();
            bool isEncrypted = keystream != null && (PacketType)bytes[WireFormat.TypeOffset] is >= PacketType.Ack and <= PacketType.Heartbeat;
            World.Network.Send(this, source, destination, bytes, isEncrypted ? keystream : null);
        }

        return any;
    }

    private bool PollEvents()
    {
        bool any = false;
        while (PollEvent(_event))
        {
            any = true;
            EventSnapshot snapshot = EventSnapshot.Of(_event, World.Now, _event.Link.KeyId);
            Events.Add(snapshot);
            if (World.Trace.IsOn)
            {
                World.Trace.Add(Name, TraceKind.Event, null, snapshot.ToString());
            }

            EventPolled?.Invoke(snapshot);
        }

        return any;
    }

    private bool ReadMessages()
    {
        bool any = false;
        while (PollReadable() is { } link)
        {
            any = true;
            while (link.NextMessageLength >= 0)
            {
                byte[] message = new byte[link.NextMessageLength];
                int length = link.Receive(message, 0, Clock.Now);
                if (length != message.Length)
                {
                    throw new SimulationException(World, $"{Name} was promised {message.Length} bytes and read {length}", Invariant.Delivery);
                }

                MessageRead?.Invoke(link.KeyId, message);
            }
        }

        return any;
    }

    private bool StartJobs()
    {
        bool any = false;
        while (_jobsRunning < JobSlots && PollJob() is { } job)
        {
            any = true;
            _jobsRunning++;
            job.Run(World.MakeCrypto(World.Random($"{Name} job {_jobs++}")));
            JobRun?.Invoke(job);
            int life = Restarts;
            World.After(JobMicros, () =>
            {
                if (life == Restarts)
                {
                    _jobsRunning--;
                    _finishedJobs.Enqueue(job);
                    Work(timers: false);
                }
            });
        }

        return any;
    }

    /// <summary>Sees to it that the node wakes at its next deadline. An earlier wake-up stands: it comes here again.</summary>
    private void Arm()
    {
        if (IsDown)
        {
            return;
        }

        long at = Clock.ToWorld(NextDeadline);
        if (at >= _wakeAt || at == long.MaxValue)
        {
            return;
        }

        _wakeAt = at;
        long number = ++_wakeNumber;
        World.TimerAt(at, () =>
        {
            if (number == _wakeNumber)
            {
                _wakeAt = long.MaxValue;
                Work(timers: true);
            }
        });
    }
}
