using System.Text.Json;
using Hoplink.Recovery;

namespace Hoplink.Host;

/// <summary>Prints why a session ended and what led there (13.1): the same facts for people and as JSON.</summary>
internal static class FailureReport
{
    private const string Indent = "\n            ";

    private static readonly FailureCondition[] _conditions =
        [.. Enum.GetValues<FailureCondition>().Where(condition => condition != FailureCondition.None)];

    private static readonly RecoveryLevel[] _levels =
        [RecoveryLevel.TimeSync, RecoveryLevel.SequenceRepair, RecoveryLevel.SessionRekey, RecoveryLevel.ConnectionTerminate];

    /// <summary>The analysis in indented lines, to follow a line of text; empty if there is none.</summary>
    public static string Text(FailureAnalysis? analysis)
    {
        return analysis is null ? string.Empty : Indent + analysis.ToString().Replace("\n", Indent, StringComparison.Ordinal);
    }

    /// <summary>Writes the object "analysis"; nothing if there is none.</summary>
    public static void Write(Utf8JsonWriter json, FailureAnalysis? analysis)
    {
        if (analysis is null)
        {
            return;
        }

        json.WriteStartObject("analysis");
        LinkEventReport.WriteLevel(json, "levelReached", analysis.LevelReached);
        json.WriteString("lastError", RecoveryText.Of(analysis.LastError));
        json.WriteString("reasonText", analysis.ReasonText);
        LinkEventReport.WriteConditions(json, "conditions", analysis.ConditionsAtEnd);
        LinkEventReport.WriteConditions(json, "recentConditions", analysis.RecentConditions);
        WriteCounts(json, analysis);
        WriteAttempts(json, analysis);
        WritePatterns(json, analysis);
        json.WriteNumber("sessionAgeMs", analysis.SessionAgeMicros / 1000.0);
        json.WriteNumber("rttMs", analysis.RttMicros / 1000.0);
        json.WriteNumber("jitterMs", analysis.JitterMicros / 1000.0);
        json.WriteNumber("lossPercent", analysis.LossPermille / 10.0);
        json.WriteStartArray("recommendations");
        foreach (string recommendation in analysis.Recommendations)
        {
            json.WriteStringValue(recommendation);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, FailureAnalysis analysis)
    {
        json.WriteStartObject("conditionCounts");
        foreach (FailureCondition condition in _conditions.Where(condition => analysis.CountOf(condition) > 0))
        {
            json.WriteStartObject(RecoveryText.Of(condition));
            json.WriteNumber("count", analysis.CountOf(condition));
            json.WriteNumber("lastDetails", analysis.DetailsOf(condition));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAttempts(Utf8JsonWriter json, FailureAnalysis analysis)
    {
        json.WriteStartObject("attempts");
        foreach (RecoveryLevel level in _levels)
        {
            json.WriteStartObject(RecoveryText.Of(level));
            json.WriteNumber("attempts", analysis.AttemptsAt(level));
            json.WriteNumber("succeeded", analysis.SuccessesAt(level));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePatterns(Utf8JsonWriter json, FailureAnalysis analysis)
    {
        json.WriteStartArray("patterns");
        for (int i = 0; i < analysis.PatternCount; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("attempts", analysis.PatternAttempts(i));
            LinkEventReport.WriteConditions(json, "conditions", analysis.PatternConditions(i));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
