using CsCheck;
using Hoplink.Device;
using Hoplink.Device.Messages;
using Hoplink.Recovery;

namespace Hoplink.Tests.Device;

public sealed class CommandTests
{
    private const long Second = 1_000_000;

    private readonly byte[] _message = new byte[64];

    [Fact]
    public void Ping_returns_the_same_bytes_under_the_same_id()
    {
        DeviceWorld world = Connected();
        byte[] bytes = [1, 2, 3, 250];

        (CommandReply reply, byte[] answer) = world.Ask(_message, Command.Write(_message, CommandCode.Ping, 0xBEEF, bytes, 0, 4));

        Assert.Equal((CommandCode.Ping, 0xBEEF, CommandResult.Done), (reply.Code, reply.Id, reply.Result));
        Assert.Equal(bytes, answer[Command.HeaderSize..]);
    }

    [Fact]
    public void The_largest_ping_comes_back_whole()
    {
        DeviceWorld world = Connected();
        byte[] message = new byte[world.Peer!.MaxMessageBytes];
        byte[] bytes = new byte[message.Length - Command.HeaderSize];
        Array.Fill(bytes, (byte)7);

        (_, byte[] answer) = world.Ask(message, Command.Write(message, CommandCode.Ping, 1, bytes, 0, bytes.Length));

        Assert.Equal(bytes, answer[Command.HeaderSize..]);
    }

    [Fact]
    public void The_telemetry_interval_can_be_set_and_turned_off()
    {
        DeviceWorld world = Connected();

        (CommandReply reply, _) = world.Ask(_message, Command.WriteSetTelemetry(_message, 1, 500));
        world.Run(5 * Second);

        Assert.Equal(CommandResult.Done, reply.Result);
        Assert.InRange(world.Sent.Count(s => s.Type == MessageType.Telemetry), 9, 10);

        world.Ask(_message, Command.WriteSetTelemetry(_message, 2, 0));
        int before = world.Sent.Count;
        world.Run(5 * Second);
        Assert.Equal(before, world.Sent.Count);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(3_600_001)]
    [InlineData(-1)]
    public void A_telemetry_interval_out_of_range_is_malformed_and_changes_nothing(int millis)
    {
        DeviceWorld world = Connected();

        (CommandReply reply, _) = world.Ask(_message, Command.WriteSetTelemetry(_message, 1, millis));
        world.Run(5 * Second);

        Assert.Equal(CommandResult.Malformed, reply.Result);
        Assert.Equal(1, world.App.Malformed);
        Assert.DoesNotContain(world.Sent, s => s.Type == MessageType.Telemetry);
    }

    [Fact]
    public void The_status_is_the_present_telemetry()
    {
        DeviceWorld world = Connected();
        world.Run(7 * Second);

        (_, byte[] answer) = world.Ask(_message, Command.Write(_message, CommandCode.GetStatus, 1, [], 0, 0));

        var telemetry = new Telemetry();
        Assert.True(telemetry.TryRead(answer, Command.HeaderSize, answer.Length - Command.HeaderSize));
        Assert.InRange(telemetry.UptimeMillis, 7000, 9000);
        Assert.Equal(1, telemetry.MessagesReceived);
    }

    [Fact]
    public void Close_is_answered_and_then_closes_the_link()
    {
        DeviceWorld world = Connected();

        (CommandReply reply, _) = world.Ask(_message, Command.Write(_message, CommandCode.Close, 1, [], 0, 0));
        world.RunUntil(() => world.App.Link.State == LinkState.Closed);

        Assert.Equal(CommandResult.Done, reply.Result);
    }

    [Fact]
    public void Every_fault_is_refused_where_faults_are_not_allowed()
    {
        DeviceWorld world = Connected(allowFaults: false);
        foreach ((FaultKind kind, long value) in EveryFault)
        {
            (CommandReply reply, _) = world.Ask(_message, Command.WriteFault(_message, 1, kind, value));

            Assert.Equal((kind, CommandResult.Refused), (kind, reply.Result));
        }

        Assert.Equal(0, world.App.Malformed);
    }

    [Fact]
    public void Every_fault_is_injected_where_faults_are_allowed_and_the_link_gets_over_it()
    {
        foreach ((FaultKind kind, long value) in EveryFault)
        {
            DeviceWorld world = Connected(allowFaults: true);

            (CommandReply reply, _) = world.Ask(_message, Command.WriteFault(_message, 1, kind, value));

            Assert.Equal((kind, CommandResult.Done), (kind, reply.Result));
            byte[] ping = [2, 1, 0, 2, 0];
            Assert.Equal(SendStatus.Accepted, world.Peer!.Send(ping, 0, ping.Length, world.NowMicros));
            world.RunUntil(() => world.Delivered.Any(m => m.Length == 5 && m[0] == 3 && m[3] == 2), 300 * Second);
        }
    }

    [Fact]
    public void Corrupt_state_is_found_by_the_device_which_ends_the_session_and_comes_back()
    {
        DeviceWorld world = Connected(allowFaults: true);

        Assert.Equal(CommandResult.Done, world.App.InjectFault(FaultKind.CorruptState, 0));
        world.RunUntil(() => world.App.Link.State == LinkState.Connected && world.App.Link.Statistics.Sessions == 2);

        Assert.Equal([TerminationReason.StateCorrupt], world.Ends);
    }

    [Theory]
    [InlineData(FaultKind.JumpClock, 3_600_000_001)]
    [InlineData(FaultKind.JumpClock, -3_600_000_001)]
    [InlineData(FaultKind.DriftClock, 100_001)]
    [InlineData(FaultKind.DropReorderBuffer, 1)]
    [InlineData(FaultKind.SetCountersBack, 0)]
    [InlineData(FaultKind.SetCountersBack, (1L << 30) + 1)]
    [InlineData(FaultKind.Deaf, 0)]
    [InlineData(FaultKind.Mute, 3_600_000_001)]
    [InlineData(FaultKind.Terminate, 1)]
    [InlineData((FaultKind)0, 0)]
    [InlineData(FaultKind.CorruptState, 1)]
    [InlineData((FaultKind)12, 0)]
    public void A_fault_out_of_range_is_malformed(FaultKind kind, long value)
    {
        DeviceWorld world = Connected(allowFaults: true);

        (CommandReply reply, _) = world.Ask(_message, Command.WriteFault(_message, 1, kind, value));

        Assert.Equal(CommandResult.Malformed, reply.Result);
        Assert.Equal(1, world.App.Malformed);
    }

    [Fact]
    public void A_fault_without_a_session_says_so()
    {
        var world = new DeviceWorld(allowFaults: true);

        Assert.Equal(CommandResult.NoSession, world.App.InjectFault(FaultKind.DropReorderBuffer, 0));
    }

    [Theory]
    [InlineData("02", 0, 0)]
    [InlineData("0201", 1, 0)]
    [InlineData("02010007", 1, 0)]
    [InlineData("0201000701", 1, 7)]
    [InlineData("0200000700", 0, 7)]
    [InlineData("0206000700", 6, 7)]
    [InlineData("0202000700000000", 2, 7)]
    [InlineData("020300070000", 3, 7)]
    [InlineData("0204000700", 4, 7)]
    [InlineData("020500070000", 5, 7)]
    [InlineData("05000000", 0, 0)]
    [InlineData("00", 0, 0)]
    [InlineData("68656C6C6F", 0, 0)]
    public void A_malformed_message_is_counted_and_answered_as_malformed(string hex, int code, int id)
    {
        DeviceWorld world = Connected();
        byte[] message = Convert.FromHexString(hex);

        (CommandReply reply, _) = world.Ask(message, message.Length);

        Assert.Equal((CommandResult.Malformed, (CommandCode)code, id), (reply.Result, reply.Code, reply.Id));
        Assert.Equal(1, world.App.Malformed);
    }

    [Fact]
    public void The_device_s_own_messages_come_back_without_an_answer()
    {
        DeviceWorld world = Connected();
        world.Echo = true;
        byte[] message = [0x68];

        world.Ask(message, 1);
        world.Run(5 * Second);

        Assert.Equal(2, world.Received.Count);
        Assert.Single(world.Sent, s => s.Type == MessageType.CommandReply);
    }

    [Fact]
    public void Replies_beyond_those_kept_are_dropped_and_counted_while_the_peer_does_not_read()
    {
        DeviceWorld world = Connected();
        world.PeerSleeps = true;
        for (int i = 0; i < 200; i++)
        {
            world.FromPeer(_message, Command.Write(_message, CommandCode.Ping, i, [], 0, 0));
        }

        Assert.InRange(world.App.RepliesDropped, 50, 199);

        world.PeerSleeps = false;
        world.RunUntil(() => world.Delivered.Count(m => m[0] == (byte)MessageType.CommandReply) == 200 - world.App.RepliesDropped);
    }

    [Fact]
    public void No_message_whatever_makes_the_application_fail()
    {
        Gen.Select(Gen.Byte[0, 6], Gen.Byte.Array[0, 20]).Array[1, 30].Sample(
            messages =>
            {
                DeviceWorld world = Connected(allowFaults: false);
                foreach ((byte type, byte[] rest) in messages)
                {
                    byte[] message = [type, .. rest];
                    if (world.Peer!.State == LinkState.Connected)
                    {
                        world.FromPeer(message, message.Length);
                    }
                }

                return true;
            },
            iter: 100);
    }

    private static (FaultKind Kind, long Value)[] EveryFault =>
    [
        (FaultKind.JumpClock, 3_000_000),
        (FaultKind.DriftClock, 5000),
        (FaultKind.DropReorderBuffer, 0),
        (FaultKind.ForgetSendHistory, 0),
        (FaultKind.SetCountersBack, 3000),
        (FaultKind.DamageSessionKey, 0),
        (FaultKind.ForgetSession, 0),
        (FaultKind.Deaf, 3_000_000),
        (FaultKind.Mute, 3_000_000),
        (FaultKind.Terminate, 0),
        (FaultKind.CorruptState, 0),
    ];

    private static DeviceWorld Connected(bool allowFaults = false)
    {
        var world = new DeviceWorld(allowFaults: allowFaults);
        world.Connect();
        world.Run(Second);
        return world;
    }
}
