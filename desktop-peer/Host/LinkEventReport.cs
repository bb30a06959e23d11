using System.Text.Json;
using Hoplink.Recovery;

namespace Hoplink.Host;

/// <summary>Prints the events of links: names in words and the measured fields, the same for peer and device.</summary>
public static class LinkEventReport
{
    /// <summary>An id as 16 hex digits.</summary>
    public static string Hex(ulong id)
    {
        return LinkEventText.Id(id);
    }

    /// <summary>Prints an event.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="linkEvent">The event.</param>
    /// <param name="lastSessionId">The link's present or last session, for events that belong to none.</param>
    public static void Write(Output output, LinkEvent linkEvent, ulong lastSessionId)
    {
        Link link = linkEvent.Link;
        ulong sessionId = linkEvent.SessionId != 0 ? linkEvent.SessionId : lastSessionId;
        string name = JsonNamingPolicy.CamelCase.ConvertName(linkEvent.Kind.ToString());
        string text = $"{Hex(link.KeyId)} {LinkEventText.Of(linkEvent, sessionId)}{FailureReport.Text(linkEvent.Analysis)}";
        output.Event(linkEvent.Time, name, MoodOf(linkEvent.Kind), text, json =>
        {
            WriteIds(json, link, sessionId);
            WriteFields(json, linkEvent);
        });
    }

    /// <summary>Writes what every event of a link begins with.</summary>
    public static void WriteIds(Utf8JsonWriter json, Link link, ulong sessionId)
    {
        json.WriteString("keyId", Hex(link.KeyId));
        json.WriteString("linkId", Hex(link.LinkId));
        json.WriteString("sessionId", Hex(sessionId));
    }

    private static Mood MoodOf(LinkEventKind kind)
    {
        switch (kind)
        {
            case LinkEventKind.Connected:
            case LinkEventKind.RungSucceeded:
            case LinkEventKind.Rekeyed:
                return Mood.Good;
            case LinkEventKind.ConditionBegan:
            case LinkEventKind.RungStarted:
            case LinkEventKind.RungFailed:
            case LinkEventKind.RungEscalated:
            case LinkEventKind.Reconnecting:
                return Mood.Warning;
            case LinkEventKind.MessagesLost:
            case LinkEventKind.LinkRestarted:
            case LinkEventKind.Terminated:
            case LinkEventKind.EncryptionRefused:
                return Mood.Bad;
            default:
                return Mood.Plain;
        }
    }

    private static void WriteFields(Utf8JsonWriter json, LinkEvent e)
    {
        switch (e.Kind)
        {
            case LinkEventKind.Connected:
                json.WriteBoolean("resumed", e.Resumed);
                json.WriteBoolean("encrypted", e.Encrypted);
                break;
            case LinkEventKind.ConditionBegan:
            case LinkEventKind.ConditionEnded:
                json.WriteString("condition", RecoveryText.Of(e.Condition));
                WriteConditions(json, "conditions", e.Conditions);
                break;
            case LinkEventKind.RungStarted:
                WriteLevel(json, "level", e.Level);
                json.WriteNumber("attempt", e.Attempt);
                WriteConditions(json, "conditions", e.Conditions);
                break;
            case LinkEventKind.RungFailed:
                WriteLevel(json, "level", e.Level);
                json.WriteNumber("attempt", e.Attempt);
                json.WriteString("result", RecoveryText.Of(e.Result));
                break;
            case LinkEventKind.RungEscalated:
                WriteLevel(json, "fromLevel", e.FromLevel);
                WriteLevel(json, "level", e.Level);
                break;
            case LinkEventKind.RungSucceeded:
                WriteLevel(json, "level", e.Level);
                json.WriteNumber("durationMs", e.DurationMicros / 1000.0);
                break;
            case LinkEventKind.Rekeyed:
                json.WriteNumber("epoch", e.Epoch);
                break;
            case LinkEventKind.MessagesLost:
                json.WriteNumber("first", e.First);
                json.WriteNumber("count", e.Count);
                break;
            case LinkEventKind.LinkRestarted:
                json.WriteNumber("count", e.Count);
                break;
            case LinkEventKind.Terminated:
                WriteLevel(json, "level", e.Level);
                json.WriteString("reason", RecoveryText.Of(e.Reason));
                json.WriteString("result", RecoveryText.Of(e.Result));
                if (e.PeerReason != TerminationReason.None)
                {
                    json.WriteString("peerReason", RecoveryText.Of(e.PeerReason));
                }

                FailureReport.Write(json, e.Analysis);
                break;
            case LinkEventKind.Reconnecting:
                json.WriteNumber("delayMs", e.DelayMicros / 1000.0);
                break;
            case LinkEventKind.Closed:
                json.WriteString("reason", RecoveryText.Of(e.Reason));
                json.WriteNumber("unacknowledged", e.Count);
                break;
        }
    }

    /// <summary>A level in words, and its number in a field beside it: "level" and "levelNumber".</summary>
    internal static void WriteLevel(Utf8JsonWriter json, string name, RecoveryLevel level)
    {
        json.WriteString(name, RecoveryText.Of(level));
        json.WriteNumber(name + "Number", (int)level);
    }

    internal static void WriteConditions(Utf8JsonWriter json, string name, int conditions)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < 32; i++)
        {
            if ((conditions & (1 << i)) != 0)
            {
                json.WriteStringValue(RecoveryText.Of((FailureCondition)i));
            }
        }

        json.WriteEndArray();
    }
}
