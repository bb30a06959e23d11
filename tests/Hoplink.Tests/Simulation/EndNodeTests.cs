using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Routing;

namespace Hoplink.Tests.Simulation;

public sealed class EndNodeTests : SimulationTest
{
    private static readonly SimEndpoint _here = new(SimEndpoint.Address(10, 0, 0, 1), 1000);

    [Fact]
    public void A_timer_runs_at_its_deadline_by_the_nodes_own_clock()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world);
        node.Clock.SetDrift(1000);
        node.SetDeadline(node.Clock.Now + 1001 * World.Millisecond);
        world.RunFor(World.Second - 1);
        Assert.Empty(node.Log);
        world.RunFor(1);
        Assert.Equal(["timeout"], node.Log);
    }

    [Fact]
    public void A_deadline_may_move_either_way_and_the_clock_may_change()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world);
        long start = node.Clock.Now;
        node.SetDeadline(start + 100);
        node.SetDeadline(start + 50);
        world.RunFor(50);
        Assert.Equal(["timeout"], node.Log);
        node.SetDeadline(start + 60);
        node.SetDeadline(start + 1_000);
        world.RunFor(50);
        Assert.Single(node.Log);
        node.Clock.Jump(800);
        world.RunFor(99);
        Assert.Single(node.Log);
        world.RunFor(1);
        Assert.Equal(["timeout", "timeout"], node.Log);
    }

    [Fact]
    public void What_arrives_with_a_timer_is_handled_before_it()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world);
        node.SetDeadline(node.Clock.Now + 10_000);
        world.Network.Inject(default, _here, [7], delay: 10_000);
        world.RunFor(World.Second);
        Assert.Equal(["datagram 7", "timeout"], node.Log);
    }

    [Fact]
    public void After_a_pause_it_handles_first_what_it_received_then_jobs_then_timers()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world) { JobMicros = 2_000, JobsToDo = 1 };
        node.SetDeadline(node.Clock.Now + 5_000);
        node.Pause(World.Second);
        world.Network.Inject(default, _here, [1], delay: 9_000);
        world.Network.Inject(default, _here, [2], delay: 8_000);
        world.RunFor(World.Second - 1);
        Assert.Empty(node.Log);
        Assert.Throws<InvalidOperationException>(() => node.Drive(() => { }));
        world.RunFor(1);
        Assert.Equal(["datagram 2", "datagram 1", "job", "timeout"], node.Log);
    }

    [Fact]
    public void A_paused_node_loses_what_its_socket_buffer_cannot_hold()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world) { SocketBuffer = 3 };
        node.Pause(World.Second);
        for (byte i = 1; i <= 5; i++)
        {
            world.Network.Inject(default, _here, [i]);
        }

        world.RunFor(2 * World.Second);
        Assert.Equal(["datagram 1", "datagram 2", "datagram 3"], node.Log);
        world.Network.Inject(default, _here, [6]);
        world.RunFor(1);
        Assert.Equal("datagram 6", node.Log[^1]);
        Assert.Contains("socket buffer full", world.DumpTrace(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_takes_its_time_and_no_more_run_at_once_than_there_are_slots()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world) { JobMicros = 1_000, JobSlots = 2, JobsToDo = 3 };
        node.Drive(() => { });
        world.RunFor(999);
        Assert.Empty(node.Log);
        world.RunFor(1);
        Assert.Equal(["job", "job"], node.Log);
        world.RunFor(1_000);
        Assert.Equal(["job", "job", "job"], node.Log);
    }

    [Fact]
    public void A_restart_loses_what_was_waiting_and_comes_back_with_a_clock_that_begins_at_zero()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world) { JobMicros = 1_000, JobsToDo = 1 };
        node.SetDeadline(node.Clock.Now + 5_000);
        node.Pause(500);
        world.Network.Inject(default, _here, [1]);
        world.RunFor(100);
        node.Restart(World.Second);
        node.SetDeadline(long.MaxValue);
        world.Network.Inject(default, _here, [2], delay: 10);
        world.RunFor(World.Second - 1);
        Assert.Empty(node.Log);
        world.RunFor(1);
        Assert.Equal(["boot"], node.Log);
        Assert.Equal(0, node.Clock.Now);
        world.RunFor(World.Second);
        world.Network.Inject(default, _here, [3]);
        world.RunFor(0);
        Assert.Equal(["boot", "datagram 3"], node.Log);
    }

    [Fact]
    public void A_node_that_restarts_while_it_is_paused_is_up_after_the_restart_alone()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world);
        node.Pause(World.Minute);
        node.Restart(World.Second);
        node.Pause(World.Minute);
        world.RunFor(World.Second);
        Assert.True(node.IsRunning);
        Assert.Equal(["boot"], node.Log);
    }

    [Fact]
    public void What_waits_in_a_socket_is_gone_when_the_socket_is_closed()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world);
        node.Pause(World.Second);
        world.Network.Inject(default, _here, [1]);
        world.RunFor(World.Millisecond);
        node.IsClosed = true;
        world.RunFor(World.Second);
        Assert.Empty(node.Log);
        Assert.Contains("port closed", world.DumpTrace(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_arrives_at_a_port_that_is_closed()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world);
        world.Network.Inject(default, _here with { Port = 1001 }, [1]);
        world.RunFor(1);
        Assert.Empty(node.Log);
        Assert.Contains("port closed", world.DumpTrace(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_never_stops_sending_ends_the_run_with_the_seed()
    {
        World world = NewWorld(1);
        var node = new LoggingNode(world) { NeverStopsSending = true };
        var e = Assert.Throws<SimulationException>(() => node.SetDeadline(1));
        Assert.Contains("node sends without end", e.What, StringComparison.Ordinal);
        Assert.Contains("seed 1", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Writes down in which order its host calls it.</summary>
    private sealed class LoggingNode(World world) : EndNode(world, "node", _here.Host, singleSocket: true)
    {
        private long _deadline = long.MaxValue;

        public List<string> Log { get; } = [];

        public int JobsToDo { get; set; }

        public bool IsClosed { get; set; }

        public bool NeverStopsSending { get; set; }

        protected override long NextDeadline => _deadline;

        public void SetDeadline(long deadline)
        {
            _deadline = deadline;
            if (IsRunning)
            {
                Drive(() => { });
            }
        }

        protected override void Boot(CryptoProvider crypto) => Log.Add("boot");

        protected override string? Refuse(int localPort) => !IsClosed && localPort == _here.Port ? null : "port closed";

        protected override void Handle(byte[] bytes, Arrival arrival, long now) => Log.Add("datagram " + bytes[0]);

        protected override void HandleTimeout(long now)
        {
            Log.Add("timeout");
            _deadline = long.MaxValue;
        }

        protected override bool PollEvent(LinkEvent e) => false;

        protected override bool PollTransmit(Datagram datagram, long now) => NeverStopsSending;

        protected override KeyJob? PollJob() => JobsToDo-- > 0 ? KeyJob.Generate() : null;

        protected override void CompleteJob(KeyJob job, long now) => Log.Add("job");

        protected override bool Serve() => false;

        protected override Link? PollReadable() => null;

        protected override (int LocalPort, SimEndpoint Destination) Route(Datagram datagram) => default;
    }
}
