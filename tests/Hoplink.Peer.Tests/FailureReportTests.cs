using System.Text.Json;
using Hoplink.Host;
using Hoplink.Recovery;

namespace Hoplink.Peer.Tests;

public sealed class FailureReportTests
{
    private const int Conditions = 1 << (int)FailureCondition.AuthFailures;

    private readonly FailureAnalysis _analysis = Make();

    [Fact]
    public void Attempts_counts_and_patterns_are_in_the_json()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            FailureReport.Write(json, _analysis);
            json.WriteEndObject();
        }

        JsonElement analysis = JsonDocument.Parse(buffer.ToArray()).RootElement.GetProperty("analysis");
        JsonElement rekeys = analysis.GetProperty("attempts").GetProperty("SessionRekey");
        Assert.Equal(12, rekeys.GetProperty("attempts").GetInt32());
        Assert.Equal(0, rekeys.GetProperty("succeeded").GetInt32());
        JsonElement recent = analysis.GetProperty("conditionCounts").GetProperty("AuthFailures");
        Assert.Equal((2, 77), (recent.GetProperty("count").GetInt32(), recent.GetProperty("lastDetails").GetInt32()));
        JsonElement pattern = Assert.Single(analysis.GetProperty("patterns").EnumerateArray());
        Assert.Equal(12, pattern.GetProperty("attempts").GetInt32());
        Assert.Equal("AuthFailures", Assert.Single(pattern.GetProperty("conditions").EnumerateArray()).GetString());
        Assert.Equal(_analysis.ReasonText, analysis.GetProperty("reasonText").GetString());
        Assert.Equal(_analysis.Recommendations.Length, analysis.GetProperty("recommendations").GetArrayLength());
    }

    [Fact]
    public void People_read_all_of_it_in_indented_lines()
    {
        string[] lines = FailureReport.Text(_analysis).Split('\n');

        Assert.Empty(lines[0]);
        Assert.Equal(_analysis.ToString().Split('\n'), lines.Skip(1).Select(line => line.TrimStart()));
        Assert.All(lines.Skip(1), line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_an_analysis_there_is_nothing_to_add()
    {
        Assert.Empty(FailureReport.Text(null));
    }

    private static FailureAnalysis Make()
    {
        var analytics = new RecoveryAnalytics(100);
        for (int i = 0; i < 12; i++)
        {
            analytics.RecordAttempt(
                RecoveryLevel.SessionRekey, RecoveryResult.RekeyTimeout, Conditions, 5000, 10, 100, 1_000_000, i * 1_000_000);
        }

        analytics.RecordCondition(FailureCondition.AuthFailures, 5, 12_000_000);
        analytics.RecordCondition(FailureCondition.AuthFailures, 77, 13_000_000);
        analytics.Analyse(13_000_000);
        return analytics.MakeFailureAnalysis(
            TerminationReason.RecoveryExhausted, RecoveryLevel.SessionRekey, RecoveryResult.RekeyTimeout, Conditions, 5000, 10, 100,
            20_000_000, 14_000_000);
    }
}
