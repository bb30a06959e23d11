using Hoplink.Delivery;

namespace Hoplink.Tests.Delivery;

/// <summary>NewReno in messages (protocol.md 6.3; RFC 5681).</summary>
public sealed class CongestionControlTests
{
    [Fact]
    public void Slow_start_doubles_the_window_with_each_window_acknowledged()
    {
        CongestionControl congestion = new(10);
        congestion.OnAcknowledged(10);
        Assert.Equal(20, congestion.Window);
        congestion.OnAcknowledged(20);
        Assert.Equal(40, congestion.Window);
    }

    [Fact]
    public void Above_the_threshold_it_grows_by_one_a_window()
    {
        CongestionControl congestion = new(10);
        congestion.OnLoss(10);
        Assert.Equal((5, 5), (congestion.Window, congestion.SlowStartThreshold));
        congestion.OnAcknowledged(4);
        Assert.Equal(5, congestion.Window);
        congestion.OnAcknowledged(1);
        Assert.Equal(6, congestion.Window);
        congestion.OnAcknowledged(5);
        Assert.Equal(6, congestion.Window);
        congestion.OnAcknowledged(1);
        Assert.Equal(7, congestion.Window);
    }

    [Fact]
    public void Slow_start_ends_at_the_threshold_within_one_acknowledgment()
    {
        CongestionControl congestion = new(10);
        congestion.OnTimeout(10, again: false);
        Assert.Equal((1, 5), (congestion.Window, congestion.SlowStartThreshold));
        congestion.OnAcknowledged(1);
        Assert.Equal(2, congestion.Window);
        congestion.OnAcknowledged(3 + 4);
        Assert.Equal(5, congestion.Window);
        congestion.OnAcknowledged(1);
        Assert.Equal(6, congestion.Window);
    }

    [Fact]
    public void A_loss_leaves_at_least_2_and_never_more_than_before()
    {
        CongestionControl congestion = new(10);
        congestion.OnLoss(3);
        Assert.Equal(2, congestion.Window);
        congestion.OnLoss(100);
        Assert.Equal((2, 50), (congestion.Window, congestion.SlowStartThreshold));
    }

    [Fact]
    public void A_timeout_of_the_same_message_keeps_the_threshold()
    {
        CongestionControl congestion = new(20);
        congestion.OnTimeout(20, again: false);
        congestion.OnTimeout(4, again: true);
        Assert.Equal((1, 10), (congestion.Window, congestion.SlowStartThreshold));
    }

    [Fact]
    public void It_never_exceeds_the_largest_receive_window()
    {
        CongestionControl congestion = new(1000);
        for (int i = 0; i < 5; i++)
        {
            congestion.OnAcknowledged(5000);
        }

        Assert.Equal(1000, congestion.Window);
    }

    [Fact]
    public void Idleness_takes_it_back_to_the_first_window_but_never_raises_it()
    {
        CongestionControl congestion = new(4);
        congestion.OnAcknowledged(4);
        congestion.OnIdle();
        Assert.Equal(4, congestion.Window);
        congestion.OnTimeout(4, again: false);
        congestion.OnIdle();
        Assert.Equal(1, congestion.Window);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void A_first_window_out_of_range_is_the_callers_error(int window)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CongestionControl(window));
    }
}
