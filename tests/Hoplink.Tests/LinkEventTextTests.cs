using Hoplink.Recovery;

namespace Hoplink.Tests;

public sealed class LinkEventTextTests
{
    [Theory]
    [InlineData(0x0123456789ABCDEFUL, "0123456789abcdef")]
    [InlineData(0UL, "0000000000000000")]
    [InlineData(ulong.MaxValue, "ffffffffffffffff")]
    public void An_id_is_16_digits(ulong id, string text)
    {
        Assert.Equal(text, LinkEventText.Id(id));
    }

    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(49, "0.0")]
    [InlineData(50, "0.1")]
    [InlineData(1_234_567, "1234.6")]
    public void A_duration_has_one_decimal(long micros, string text)
    {
        var e = new LinkEvent { Kind = LinkEventKind.RungSucceeded, Level = RecoveryLevel.SessionRekey, DurationMicros = micros };

        Assert.Equal($"L3 SessionRekey: succeeded in {text} ms", LinkEventText.Of(e, 1));
    }

    [Fact]
    public void Every_kind_of_event_has_a_line_of_its_own()
    {
        string[] lines = [.. Enum.GetValues<LinkEventKind>().Select(kind => LinkEventText.Of(new LinkEvent { Kind = kind }, 5))];

        Assert.Distinct(lines);
        Assert.All(lines, line => Assert.DoesNotContain('\n', line));
        Assert.Contains("session 0000000000000005", lines[(int)LinkEventKind.Connected]);
        Assert.Contains("None", lines[(int)LinkEventKind.Terminated]);
    }
}
