using Hoplink.Recovery;
using static Hoplink.Tests.Recovery.AnalyticsRig;

namespace Hoplink.Tests.Recovery;

public sealed class AnalyticsTextTests
{
    [Fact]
    public void Every_name_is_the_one_in_the_code()
    {
        Assert.All(Enum.GetValues<RecoveryLevel>(), v => Assert.Equal(v.ToString(), RecoveryText.Of(v)));
        Assert.All(Enum.GetValues<RecoveryResult>(), v => Assert.Equal(v.ToString(), RecoveryText.Of(v)));
        Assert.All(Enum.GetValues<FailureCondition>(), v => Assert.Equal(v.ToString(), RecoveryText.Of(v)));
        Assert.All(Enum.GetValues<TerminationReason>(), v => Assert.Equal(v.ToString(), RecoveryText.Of(v)));
    }

    [Fact]
    public void A_number_without_a_name_is_shown_as_such()
    {
        Assert.Equal("unknown (6)", RecoveryText.Of((RecoveryLevel)6));
        Assert.Equal("unknown (999)", RecoveryText.Of((RecoveryResult)999));
        Assert.Equal("unknown (19)", RecoveryText.Of((FailureCondition)19));
        Assert.Equal("unknown (255)", RecoveryText.Of((TerminationReason)255));
    }

    [Fact]
    public void A_set_of_conditions_is_listed_by_number()
    {
        Assert.Equal("None", RecoveryText.Conditions(0));
        Assert.Equal("GapTimeout", RecoveryText.Conditions(Bits(FailureCondition.GapTimeout)));
        Assert.Equal(
            "ClockOffset, Partition, PeerAsks",
            RecoveryText.Conditions(Bits(FailureCondition.PeerAsks, FailureCondition.ClockOffset, FailureCondition.Partition)));
        Assert.Equal("unknown (31)", RecoveryText.Conditions(1 << 31));
    }

    [Fact]
    public void Every_result_and_reason_has_advice_of_its_own_in_one_sentence()
    {
        List<string> advice =
        [
            .. Enum.GetValues<RecoveryResult>().Select(RecoveryText.Advice),
            .. Enum.GetValues<TerminationReason>().Select(RecoveryText.Advice),
            RecoveryText.Advice((RecoveryResult)999),
        ];
        Assert.Equal(advice.Count, advice.Distinct().Count());
        Assert.All(advice, sentence => Assert.Matches(@"^[A-Z2][^.]*\.$", sentence));
        Assert.Equal(advice[^1], RecoveryText.Advice((TerminationReason)255));
    }
}
