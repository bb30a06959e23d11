using Hoplink.Wire;

namespace Hoplink.Tests.Wire;

public sealed class DropCountersTests
{
    [Fact]
    public void Each_cause_is_counted_for_itself_and_in_the_total()
    {
        DropCounters counters = new();
        DropCause[] causes = [.. Enum.GetValues<DropCause>().Where(c => c != DropCause.None)];
        foreach (DropCause cause in causes)
        {
            for (int i = 0; i < (int)cause; i++)
            {
                counters.Count(cause);
            }
        }

        Assert.All(causes, cause => Assert.Equal((int)cause, counters.Of(cause)));
        Assert.Equal(causes.Sum(c => (int)c), counters.Total);
    }

    [Fact]
    public void A_datagram_that_was_not_dropped_is_not_counted()
    {
        DropCounters counters = new();
        counters.Count(DropCause.None);
        Assert.Equal(0, counters.Total);
        Assert.Equal(0, counters.Of(DropCause.None));
    }
}
