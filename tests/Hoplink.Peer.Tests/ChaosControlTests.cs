using Hoplink.Peer.Chaos;
using Hoplink.Peer.Commands;

namespace Hoplink.Peer.Tests;

public sealed class ChaosControlTests
{
    [Fact]
    public void What_a_line_does_not_name_stays()
    {
        var before = new ImpairmentSettings { LossPercent = 1, DelayMs = 2, JitterMs = 3, DuplicatePercent = 4 };

        ChaosControl control = ChaosControl.Parse("""{"loss":12.5,"jitter":20}""");

        Assert.Equal(before with { LossPercent = 12.5, JitterMs = 20 }, control.Change(before));
        Assert.Null(control.BlackoutMs);
        Assert.Null(control.Junk);
    }

    [Fact]
    public void Everything_can_be_changed()
    {
        ChaosControl control = ChaosControl.Parse(
            """
            {"loss":1,"delay":2,"jitter":3,"duplicate":4,"reorder":5,"corrupt":6,"blackoutMs":7,"junk":{"count":8,"ratePerSecond":9}}
            """);

        var expected = new ImpairmentSettings
        {
            LossPercent = 1,
            DelayMs = 2,
            JitterMs = 3,
            DuplicatePercent = 4,
            ReorderPercent = 5,
            CorruptPercent = 6,
        };
        Assert.Equal(expected, control.Change(new ImpairmentSettings()));
        Assert.Equal(7, control.BlackoutMs);
        Assert.Equal((8, 9), control.Junk);
    }

    [Theory]
    [InlineData("")]
    [InlineData("loss 10")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("""{"loss":101}""")]
    [InlineData("""{"loss":-1}""")]
    [InlineData("""{"loss":"10"}""")]
    [InlineData("""{"delay":1.5}""")]
    [InlineData("""{"delay":-1}""")]
    [InlineData("""{"blackoutMs":0}""")]
    [InlineData("""{"gravity":10}""")]
    [InlineData("""{"junk":5}""")]
    [InlineData("""{"junk":{"count":5}}""")]
    [InlineData("""{"junk":{"count":0,"ratePerSecond":1}}""")]
    [InlineData("""{"junk":{"count":1,"ratePerSecond":1000000000}}""")]
    public void What_is_malformed_is_refused(string line)
    {
        Assert.NotEmpty(Assert.Throws<FormatException>(() => ChaosControl.Parse(line)).Message);
    }

    [Theory]
    [InlineData("[]", "a control line is")]
    [InlineData("""{"loss":"10"}""", "\"loss\" must be 0 to 100 percent")]
    [InlineData("""{"delay":"5"}""", "\"delay\" must be a whole number")]
    [InlineData("""{"junk":{"count":5}}""", "\"junk\" needs \"ratePerSecond\"")]
    public void A_refusal_says_what_is_wanted(string line, string reason)
    {
        Assert.Contains(reason, Assert.Throws<FormatException>(() => ChaosControl.Parse(line)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10+12", 10_000_000, 12_000_000)]
    [InlineData("0+0.5", 0, 500_000)]
    [InlineData("2.25+1", 2_250_000, 1_000_000)]
    public void A_blackout_is_given_in_seconds(string text, long at, long length)
    {
        Assert.Equal((at, length), ChaosCommand.ParseBlackout(text));
    }

    [Fact]
    public void A_junk_flood_keeps_its_rate_and_its_count()
    {
        var flood = new JunkFlood();
        flood.Begin(count: 5, ratePerSecond: 4, now: 1_000_000);
        var sent = new List<long>();
        for (long now = 1_000_000; now < 10_000_000; now += 50_000)
        {
            while (flood.Take(now))
            {
                sent.Add(now);
            }
        }

        Assert.Equal([1_000_000, 1_250_000, 1_500_000, 1_750_000, 2_000_000], sent);
        Assert.Equal(long.MaxValue, flood.NextDue);
    }
}
