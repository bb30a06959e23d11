using Hoplink.Device;
using Hoplink.Device.Board;
using Hoplink.Device.Messages;
using Hoplink.Recovery;

namespace Hoplink.Tests.Device;

public sealed class DeviceAppTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Telemetry_keeps_its_cadence()
    {
        var world = new DeviceWorld(new DeviceOptions { TelemetryMillis = 2000 });
        world.Connect();

        world.Run(20 * Second);

        long[] times = [.. world.Sent.Where(s => s.Type == MessageType.Telemetry).Select(s => s.Time)];
        Assert.InRange(times.Length, 10, 11);
        Assert.All(times.Skip(1).Zip(times.Skip(2), (a, b) => b - a), gap => Assert.Equal(2 * Second, gap));
    }

    [Fact]
    public void Telemetry_tells_the_device_s_figures()
    {
        var world = new DeviceWorld(new DeviceOptions { TelemetryMillis = 1000 });
        world.Connect();
        world.FromPeer([0xEE], 1);

        world.Run(3 * Second);

        Telemetry last = ReadTelemetry(world).Last();
        Assert.Equal(123_456, last.FreeMemoryBytes);
        Assert.Equal(1, last.MessagesReceived);
        Assert.Equal(1, last.Malformed);
        Assert.InRange(last.MessagesSent, 3, 20);
        Assert.InRange(last.UptimeMillis, 2000, 4000);
        Assert.InRange(last.RttMicros, 10_000, 60_000);
        Assert.InRange(last.ClockOffsetMicros, -1000, 1000);
    }

    [Fact]
    public void Telemetry_due_in_an_outage_is_sent_once_with_present_figures()
    {
        var world = new DeviceWorld(new DeviceOptions { TelemetryMillis = 500 });
        world.Connect();
        world.Run(2 * Second);
        int before = ReadTelemetry(world).Count();

        world.WireIsCut = true;
        world.Run(20 * Second);
        Assert.InRange(world.App.Link.Unacknowledged, 0, 1);
        world.WireIsCut = false;
        long uptime = (world.NowMicros - 1_000_000) / 1000;
        world.RunUntil(() => ReadTelemetry(world).Count() >= before + 2);

        Telemetry[] after = [.. ReadTelemetry(world).Skip(before)];
        Assert.True(after[0].UptimeMillis < uptime - 15_000, "the one on its way when the wire was cut");
        Assert.True(after[1].UptimeMillis >= uptime, "nothing of the time between");
    }

    [Fact]
    public void No_telemetry_is_sent_when_it_is_off()
    {
        var world = new DeviceWorld(new DeviceOptions { TelemetryMillis = 0 });
        world.Connect();

        world.Run(60 * Second);

        Assert.DoesNotContain(world.Sent, s => s.Type == MessageType.Telemetry);
    }

    [Fact]
    public void Test_patterns_arrive_all_and_in_order_and_are_counted_when_acknowledged()
    {
        var world = new DeviceWorld(Patterns(everyMillis: 0, count: 200));
        world.Echo = true;
        world.Connect();

        world.RunUntil(() => world.App.PatternsAcknowledged == 200 && world.App.Checker.Received == 200);
        world.Run(5 * Second);

        Assert.Equal(200, world.App.PatternsSent);
        Assert.True(world.App.Checker.IsClean);
        Assert.Equal(200, world.Delivered.Count(m => m[0] == (byte)MessageType.TestPattern));
    }

    [Fact]
    public void Test_patterns_keep_their_interval()
    {
        var world = new DeviceWorld(Patterns(everyMillis: 100, count: 0));
        world.Connect();

        world.Run(10 * Second);

        Assert.InRange(world.App.PatternsSent, 100, 102);
    }

    [Fact]
    public void Test_patterns_wait_for_room_and_leave_none_out()
    {
        var world = new DeviceWorld(Patterns(everyMillis: 10, count: 300));
        world.Connect();
        world.PeerSleeps = true;
        world.Run(10 * Second);
        Assert.True(world.App.PatternsSent < 200, "the windows of both ends bound what can be sent");

        world.PeerSleeps = false;
        world.RunUntil(() => world.App.PatternsAcknowledged == 300);

        Assert.Equal(300, world.Delivered.Count(m => m[0] == (byte)MessageType.TestPattern));
    }

    [Fact]
    public void Test_patterns_are_taken_while_the_link_reconnects_and_arrive_once()
    {
        var world = new DeviceWorld(Patterns(everyMillis: 100, count: 100), allowFaults: true);
        world.Connect();
        world.Run(Second);
        long before = world.App.PatternsSent;

        world.WireIsCut = true;
        world.App.InjectFault(FaultKind.ForgetSession, 0);
        world.Run(10 * Second);
        Assert.Equal(LinkState.Reconnecting, world.App.Link.State);
        Assert.True(world.App.PatternsSent >= before + 10, "they fill the send window");
        world.WireIsCut = false;
        world.RunUntil(() => world.App.PatternsAcknowledged == 100, 120 * Second);

        Assert.Equal(100, world.Delivered.Count(m => m[0] == (byte)MessageType.TestPattern));
        Assert.DoesNotContain(ReadEvents(world), e => e.Kind == LinkEventKind.Reconnecting);
        Assert.Contains(ReadEvents(world), e => e.Kind == LinkEventKind.Connected && e.Resumed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Test_patterns_that_a_fault_forgets_are_not_counted_as_acknowledged(bool byCommand)
    {
        var world = new DeviceWorld(Patterns(everyMillis: 0, count: 1000), allowFaults: true);
        world.Connect();
        world.PeerSleeps = true;
        world.Run(5 * Second);
        long acknowledged = world.App.PatternsAcknowledged;
        Assert.True(world.App.Link.Unacknowledged > 0, "the peer's window is closed");

        if (byCommand)
        {
            byte[] message = new byte[64];
            world.FromPeer(message, Command.WriteFault(message, 1, FaultKind.ForgetSendHistory, 0));
        }
        else
        {
            Assert.Equal(CommandResult.Done, world.App.InjectFault(FaultKind.ForgetSendHistory, 0));
            world.App.Step(0);
        }

        Assert.Equal(acknowledged, world.App.PatternsAcknowledged);
        Assert.True(world.App.PatternsSent > acknowledged, "the room that the forgotten ones left is used");
    }

    [Fact]
    public void Telemetry_and_replies_find_room_beside_test_patterns_sent_without_pause()
    {
        DeviceOptions options = Patterns(everyMillis: 0, count: 0);
        options.TelemetryMillis = 1000;
        var world = new DeviceWorld(options);
        world.Connect();

        world.Run(5 * Second);
        (CommandReply reply, _) = world.Ask([2, 1, 0, 9, 0, 42], 6);

        Assert.Equal(CommandResult.Done, reply.Result);
        Assert.InRange(ReadTelemetry(world).Count(), 4, 6);
    }

    [Fact]
    public void Recovery_events_are_told_to_the_peer_in_order_once_the_recovery_is_over()
    {
        var world = new DeviceWorld(allowFaults: true);
        world.Connect();
        world.Run(Second);
        Assert.Equal(LinkEventKind.Connected, Assert.Single(ReadEvents(world)).Kind);

        Assert.Equal(CommandResult.Done, world.App.InjectFault(FaultKind.JumpClock, 3 * Second));
        world.RunUntil(() => world.App.Link.Level == RecoveryLevel.TimeSync);
        world.RunUntil(() => world.App.Link.Level == RecoveryLevel.None);
        Assert.Single(ReadEvents(world));
        world.Run(Second);

        RecoveryEvent[] events = [.. ReadEvents(world)];
        Assert.Equal(world.Events, events.Select(e => e.Kind));
        Assert.Contains(events, e => e.Kind == LinkEventKind.ConditionBegan && e.Condition == FailureCondition.ClockOffset);
        Assert.Contains(events, e => e.Kind == LinkEventKind.RungStarted && e.Level == RecoveryLevel.TimeSync && e.Attempt == 1);
        RecoveryEvent success = Assert.Single(events, e => e.Kind == LinkEventKind.RungSucceeded);
        Assert.InRange(success.DurationMicros, Second, 10 * Second);
        Assert.InRange(success.UptimeMillis, 2000, (world.NowMicros / 1000) - 1000);
        Assert.Equal(1, world.App.Recoveries(RecoveryLevel.TimeSync));
    }

    [Fact]
    public void Of_more_recovery_events_than_are_kept_the_oldest_are_dropped_and_counted()
    {
        var world = new DeviceWorld(new DeviceOptions { TelemetryMillis = 500, RecoveryEventCapacity = 2 });
        world.Connect();
        world.Run(Second);
        int told = world.Events.Count;

        world.WireIsCut = true;
        world.RunUntil(() => world.Events.Count(IsReported) > told + 5, 600 * Second);
        Assert.Equal(world.Events.Count(IsReported) - told - 2, world.App.RecoveryEventsDropped);
        world.WireIsCut = false;
        world.RunUntil(() => world.App.Link.State == LinkState.Connected && world.App.Link.Level == RecoveryLevel.None, 120 * Second);
        world.Run(10 * Second);

        LinkEventKind[] reported = [.. world.Events.Where(IsReported)];
        LinkEventKind[] events = [.. ReadEvents(world).Select(e => e.Kind)];
        Assert.Equal(reported.Length - events.Length, world.App.RecoveryEventsDropped);
        Assert.Equal(reported[..told], events[..told]);
        Assert.Equal(reported[^(events.Length - told)..], events[told..]);
    }

    [Fact]
    public void The_status_shown_follows_the_link()
    {
        var world = new DeviceWorld();
        world.Connect();
        world.App.Close();
        world.App.Step(0);
        world.RunUntil(() => world.App.Link.State == LinkState.Closed);

        LinkState[] states = [.. world.Shown.Select(s => s.State)];
        Assert.Equal([LinkState.Connecting, LinkState.Connected, LinkState.Closing, LinkState.Closed], states);
    }

    [Theory]
    [InlineData(FaultKind.Terminate)]
    [InlineData(FaultKind.CorruptState)]
    public void The_light_is_orange_from_an_L4_until_the_link_is_connected_again_and_red_once_it_has_ended(FaultKind fault)
    {
        var world = new DeviceWorld(allowFaults: true);
        world.Connect();
        world.Shown.Clear();

        Assert.Equal(CommandResult.Done, world.App.InjectFault(fault, 0));
        world.RunUntil(() => world.Events.Contains(LinkEventKind.Terminated));
        world.RunUntil(() => world.App.Link.State == LinkState.Connected);
        world.Run(Second);
        world.App.Abort();
        world.App.Step(0);

        LightMode[] modes = [.. world.Shown.Select(s => LightAnimation.ModeOf(s.State, s.Level))];
        Assert.Equal([LightMode.ConnectionTerminate, LightMode.Healthy, LightMode.Terminated], modes);
    }

    [Fact]
    public void A_reconnect_that_waits_does_not_wait_once_the_network_is_back()
    {
        var world = new DeviceWorld(allowFaults: true);
        world.Connect();
        world.WireIsCut = true;
        world.App.InjectFault(FaultKind.Terminate, 0);
        world.Run(300 * Second);

        // A long pause, from its beginning.
        int reconnecting = world.Events.Count(e => e == LinkEventKind.Reconnecting);
        world.RunUntil(() => world.Events.Count(e => e == LinkEventKind.Reconnecting) > reconnecting, 120 * Second);
        world.WireIsCut = false;
        Assert.Equal(LinkState.Reconnecting, world.App.Link.State);

        world.App.NetworkAvailable();

        world.RunUntil(() => world.App.Link.State == LinkState.Connected, Second);
    }

    [Fact]
    public void A_graceful_close_delivers_what_was_sent()
    {
        var world = new DeviceWorld(Patterns(everyMillis: 0, count: 12));
        world.Connect();

        world.App.Close();
        world.RunUntil(() => world.App.Link.State == LinkState.Closed);

        Assert.Equal(world.App.PatternsSent, world.Delivered.Count(m => m[0] == (byte)MessageType.TestPattern));
        Assert.False(world.App.Step(0));
    }

    [Theory]
    [InlineData(nameof(DeviceOptions.TelemetryMillis), 99)]
    [InlineData(nameof(DeviceOptions.TelemetryMillis), 3_600_001)]
    [InlineData(nameof(DeviceOptions.TelemetryMillis), -1)]
    [InlineData(nameof(DeviceOptions.RecoveryEventCapacity), 0)]
    [InlineData(nameof(DeviceOptions.PatternEveryMillis), -1)]
    [InlineData(nameof(DeviceOptions.PatternSize), 4)]
    [InlineData(nameof(DeviceOptions.PatternCount), -1)]
    public void An_option_out_of_range_is_refused_by_name(string option, int value)
    {
        var options = new DeviceOptions();
        typeof(DeviceOptions).GetProperty(option)!.SetValue(options, value);

        var refused = Assert.Throws<ArgumentException>(() => new DeviceWorld(options));

        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
    }

    private static DeviceOptions Patterns(int everyMillis, int count)
    {
        return new DeviceOptions
        {
            TelemetryMillis = 0,
            SendPatterns = true,
            PatternEveryMillis = everyMillis,
            PatternCount = count,
        };
    }

    private static bool IsReported(LinkEventKind kind) => kind != LinkEventKind.Reconnecting;

    private static IEnumerable<Telemetry> ReadTelemetry(DeviceWorld world)
    {
        return world.DeliveredAs(message =>
        {
            var telemetry = new Telemetry();
            return telemetry.TryRead(message, 0, message.Length) ? telemetry : null;
        });
    }

    private static IEnumerable<RecoveryEvent> ReadEvents(DeviceWorld world)
    {
        return world.DeliveredAs(message =>
        {
            var recoveryEvent = new RecoveryEvent();
            return recoveryEvent.TryRead(message, 0, message.Length) ? recoveryEvent : null;
        });
    }
}
