using Hoplink.Device.Board;

namespace Hoplink.Tests.Device.Board;

public sealed class LogQueueTests
{
    [Fact]
    public void Lines_come_out_in_order_and_once()
    {
        var queue = new LogQueue(3);
        for (int round = 0; round < 5; round++)
        {
            queue.Add("a" + round);
            queue.Add("b" + round);

            Assert.False(queue.IsEmpty);
            Assert.Equal(["a" + round, "b" + round, null], [queue.Take(), queue.Take(), queue.Take()]);
            Assert.True(queue.IsEmpty);
        }
    }

    [Fact]
    public void What_does_not_fit_is_dropped_and_told()
    {
        var queue = new LogQueue(2);
        foreach (string line in (string[])["1", "2", "3", "4"])
        {
            queue.Add(line);
        }

        Assert.Equal(["1", "2", "(2 lines dropped)", null], [queue.Take(), queue.Take(), queue.Take(), queue.Take()]);
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void A_queue_for_no_line_is_wrong_use()
    {
        Assert.Throws<ArgumentException>(() => new LogQueue(0));
    }
}
