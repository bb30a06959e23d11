using System.Globalization;
using System.Text.Json;

namespace Hoplink.Peer.Demo;

/// <summary>An event of a child process in a few words.</summary>
internal static class DemoText
{
    public static string Of(string name, JsonElement e)
    {
        return name switch
        {
            "connected" => e.GetProperty("resumed").GetBoolean() ? "connected, the link goes on" : "connected, a new link",
            "conditionBegan" => $"{Text(e, "condition")} began",
            "conditionEnded" => $"{Text(e, "condition")} ended",
            "rungStarted" =>
                $"L{Number(e, "levelNumber")} {Text(e, "level")}, attempt {Number(e, "attempt")}, because of {List(e, "conditions")}",
            "rungFailed" => $"L{Number(e, "levelNumber")} attempt {Number(e, "attempt")} failed: {Text(e, "result")}",
            "rungEscalated" => $"on to L{Number(e, "levelNumber")} {Text(e, "level")}",
            "rungSucceeded" => $"L{Number(e, "levelNumber")} {Text(e, "level")} succeeded after {Number(e, "durationMs")} ms",
            "rekeyed" => $"key epoch {Number(e, "epoch")}",
            "messagesLost" => $"{Number(e, "count")} messages are gone, from number {Number(e, "first")} on",
            "linkRestarted" => $"the link began anew, {Number(e, "count")} messages are sent again",
            "terminated" => $"session ended: {Text(e, "reason")}",
            "reconnecting" => $"reconnects in {Number(e, "delayMs")} ms",
            "closed" => "link closed",
            _ => name,
        };
    }

    private static string Text(JsonElement e, string field) => e.GetProperty(field).GetString() ?? string.Empty;

    private static string Number(JsonElement e, string field)
    {
        return e.GetProperty(field).GetDouble().ToString("0", CultureInfo.InvariantCulture);
    }

    private static string List(JsonElement e, string field)
    {
        string joined = string.Join(", ", e.GetProperty(field).EnumerateArray().Select(item => item.GetString()));
        return joined.Length == 0 ? "nothing that lasts" : joined;
    }
}
