using Hoplink.Peer.Demo;

namespace Hoplink.Peer.Tests;

public sealed class LoopbackNetworksTests
{
    [Fact]
    public void Two_demos_that_begin_at_the_same_number_share_no_address()
    {
        const int Begin = 123_456;
        using LoopbackNetworks first = LoopbackNetworks.Claim(Begin);
        using LoopbackNetworks second = LoopbackNetworks.Claim(Begin + 250);

        string[] stages = [.. Enumerable.Range(0, 20).SelectMany(i => new[] { first.Of(i), second.Of(i) })];

        Assert.Equal(stages.Length, stages.Distinct().Count());
        Assert.All(stages, stage => Assert.Matches(@"^127\.1[01][0-9]\.[0-9]{1,3}$", stage));
    }

    [Fact]
    public void A_number_that_was_given_back_is_free_again()
    {
        string before;
        using (LoopbackNetworks first = LoopbackNetworks.Claim(77))
        {
            before = first.Of(0);
        }

        using LoopbackNetworks second = LoopbackNetworks.Claim(77);
        Assert.Equal(before, second.Of(0));
    }
}
