using System.Globalization;
using System.Text.Json;
using Hoplink.Recovery;

namespace Hoplink.Host;

/// <summary>Prints what a session came to when it has ended, and what a whole run came to, the same for peer and device.</summary>
public static class SessionReport
{
    private static readonly RecoveryLevel[] _levels =
        [RecoveryLevel.TimeSync, RecoveryLevel.SequenceRepair, RecoveryLevel.SessionRekey, RecoveryLevel.ConnectionTerminate];

    /// <summary>Prints the event sessionTotals.</summary>
    public static void Write(Output output, SessionRecord session, long now)
    {
        Totals totals = session.Totals;
        double seconds = (now - session.BeganMicros) / 1e6;
        string id = LinkEventReport.Hex(session.SessionId);
        string after = seconds.ToString("0.0", CultureInfo.InvariantCulture);
        string rtt = (session.RttMicros / 1000.0).ToString("0.0", CultureInfo.InvariantCulture);
        string text = $"{LinkEventReport.Hex(session.Link.KeyId)} totals of session {id} after {after} s: {Text(totals)}; " +
            $"round trip {rtt} ms; rungs: {Rungs(session)}; drops: {DropCauses.Text(totals)}";
        output.Event(now, "sessionTotals", Mood.Plain, text, json =>
        {
            LinkEventReport.WriteIds(json, session.Link, session.SessionId);
            json.WriteNumber("durationSeconds", seconds);
            json.WriteNumber("rttMs", session.RttMicros / 1000.0);
            WriteTotals(json, totals);
            WriteRungs(json, session);
        });
    }

    /// <summary>Writes the counters, and drops by cause as an object.</summary>
    public static void WriteTotals(Utf8JsonWriter json, Totals totals)
    {
        json.WriteNumber("messagesSent", totals.MessagesSent);
        json.WriteNumber("messagesDelivered", totals.MessagesDelivered);
        json.WriteNumber("messagesLost", totals.MessagesLost);
        json.WriteNumber("retransmissions", totals.Retransmissions);
        json.WriteNumber("rekeys", totals.Rekeys);
        json.WriteNumber("datagramsSent", totals.DatagramsSent);
        json.WriteNumber("datagramsReceived", totals.DatagramsReceived);
        json.WriteNumber("bytesSent", totals.BytesSent);
        json.WriteNumber("bytesReceived", totals.BytesReceived);
        json.WriteNumber("eventsDropped", totals.EventsDropped);
        DropCauses.Write(json, "drops", totals);
    }

    /// <summary>The counters that people ask for first.</summary>
    public static string Text(Totals totals)
    {
        return $"messages sent {totals.MessagesSent}, delivered {totals.MessagesDelivered}, lost {totals.MessagesLost}, " +
            $"retransmitted {totals.Retransmissions}; datagrams sent {totals.DatagramsSent}, received {totals.DatagramsReceived}";
    }

    private static string Rungs(SessionRecord session)
    {
        string text = string.Join(", ", _levels.Where(level => session.Rung(level).Started != 0).Select(level =>
        {
            (int started, int succeeded, int failed) = session.Rung(level);
            return $"L{(int)level} {RecoveryText.Of(level)} {started} started, {succeeded} succeeded, {failed} failed";
        }));
        return text.Length == 0 ? "none" : text;
    }

    private static void WriteRungs(Utf8JsonWriter json, SessionRecord session)
    {
        json.WriteStartObject("rungs");
        foreach (RecoveryLevel level in _levels)
        {
            (int started, int succeeded, int failed) = session.Rung(level);
            json.WriteStartObject(RecoveryText.Of(level));
            json.WriteNumber("started", started);
            json.WriteNumber("succeeded", succeeded);
            json.WriteNumber("failed", failed);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
