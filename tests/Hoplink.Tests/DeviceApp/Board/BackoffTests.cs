using Hoplink.Device.Board;

namespace Hoplink.Tests.Device.Board;

public sealed class BackoffTests
{
    [Fact]
    public void Delays_double_up_to_the_most()
    {
        var backoff = new Backoff(1000, 60_000);

        Assert.Equal([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000], Enumerable.Range(0, 8).Select(_ => backoff.Next()));
    }

    [Fact]
    public void A_success_begins_again_with_the_first_delay()
    {
        var backoff = new Backoff(1000, 60_000);
        backoff.Next();
        backoff.Next();

        backoff.Reset();

        Assert.Equal(1000, backoff.Next());
    }

    [Fact]
    public void The_largest_delay_does_not_overflow()
    {
        var backoff = new Backoff((1 << 30) - 1, 1 << 30);

        Assert.Equal([(1 << 30) - 1, 1 << 30, 1 << 30], Enumerable.Range(0, 3).Select(_ => backoff.Next()));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(1, int.MaxValue)]
    public void Delays_out_of_range_are_wrong_use(int first, int most)
    {
        Assert.Throws<ArgumentException>(() => new Backoff(first, most));
    }
}
