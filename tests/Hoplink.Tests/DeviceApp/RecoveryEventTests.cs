using CsCheck;
using Hoplink.Device.Messages;

namespace Hoplink.Tests.Device;

public sealed class RecoveryEventTests
{
    [Fact]
    public void A_recovery_event_read_and_written_again_is_the_same_message()
    {
        Gen.Byte.Array[RecoveryEvent.Size].Sample(message =>
        {
            message[0] = (byte)MessageType.RecoveryEvent;
            message[40] &= 1;
            Array.Clear(message, 41, 3);
            var recoveryEvent = new RecoveryEvent();
            byte[] again = new byte[RecoveryEvent.Size];

            Assert.True(recoveryEvent.TryRead(message, 0, message.Length));
            recoveryEvent.Write(again, 0);

            Assert.Equal(message, again);
        });
    }

    [Theory]
    [InlineData(0, 1, 44)]
    [InlineData(40, 2, 44)]
    [InlineData(43, 1, 44)]
    [InlineData(1, 0, 43)]
    [InlineData(1, 0, 45)]
    public void What_is_no_recovery_event_is_not_read(int index, byte value, int count)
    {
        byte[] message = new byte[80];
        new RecoveryEvent().Write(message, 0);
        message[index] = value;

        Assert.False(new RecoveryEvent().TryRead(message, 0, count));
    }
}
