using CsCheck;
using Hoplink.Device.Messages;
using Hoplink.Recovery;

namespace Hoplink.Tests.Device;

public sealed class DeviceMessagesTests
{
    [Fact]
    public void Telemetry_stands_on_the_wire_as_documented()
    {
        var telemetry = new Telemetry
        {
            Level = RecoveryLevel.SessionRekey,
            Conditions = 1 << (int)FailureCondition.AuthFailures,
            UptimeMillis = 0x0102030405060708,
            FreeMemoryBytes = 0x11121314,
            RttMicros = 0x21222324,
            ClockOffsetMicros = -2,
            MessagesSent = 0x31,
            MessagesReceived = 0x32,
            Malformed = 0x33,
            EventsDropped = 0x34,
        };
        telemetry.SetRecoveries(RecoveryLevel.TimeSync, 1);
        telemetry.SetRecoveries(RecoveryLevel.ConnectionTerminate, 4);
        byte[] message = new byte[Telemetry.Size];

        telemetry.Write(message, 0);

        Assert.Equal(
            "01030000" + "00000400" + "0102030405060708" + "11121314" + "21222324" + "FFFFFFFFFFFFFFFE"
            + "00000001" + "00000000" + "00000000" + "00000004" + "0000000000000031" + "0000000000000032" + "00000033" + "00000034",
            Convert.ToHexString(message));
    }

    [Fact]
    public void Telemetry_read_and_written_again_is_the_same_message()
    {
        Gen.Byte.Array[Telemetry.Size].Sample(message =>
        {
            message[0] = (byte)MessageType.Telemetry;
            message[2] = 0;
            message[3] = 0;
            var telemetry = new Telemetry();
            byte[] again = new byte[Telemetry.Size];

            Assert.True(telemetry.TryRead(message, 0, message.Length));
            telemetry.Write(again, 0);

            Assert.Equal(message, again);
        });
    }

    [Fact]
    public void Figures_too_large_for_their_field_are_written_as_its_largest_value()
    {
        var telemetry = new Telemetry { FreeMemoryBytes = 1L << 40, RttMicros = -1 };
        byte[] message = new byte[Telemetry.Size];

        telemetry.Write(message, 0);
        telemetry.TryRead(message, 0, message.Length);

        Assert.Equal(uint.MaxValue, telemetry.FreeMemoryBytes);
        Assert.Equal(0, telemetry.RttMicros);
    }

    [Theory]
    [InlineData(0, 2, 72)]
    [InlineData(2, 1, 72)]
    [InlineData(3, 1, 72)]
    [InlineData(1, 0, 71)]
    [InlineData(1, 0, 73)]
    public void What_is_not_telemetry_is_not_read(int index, byte value, int count)
    {
        byte[] message = new byte[80];
        new Telemetry().Write(message, 0);
        message[index] = value;

        Assert.False(new Telemetry().TryRead(message, 0, count));
    }

    [Fact]
    public void A_fault_command_stands_on_the_wire_as_documented()
    {
        byte[] message = new byte[64];

        int length = Command.WriteFault(message, 0x1234, FaultKind.JumpClock, -3);

        Assert.Equal("02" + "04" + "1234" + "00" + "01" + "FFFFFFFFFFFFFFFD", Convert.ToHexString(message, 0, length));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    public void A_command_id_that_does_not_fit_is_refused_at_once(int id)
    {
        Assert.Throws<ArgumentException>(() => Command.Write(new byte[64], CommandCode.Ping, id, [], 0, 0));
    }
}
