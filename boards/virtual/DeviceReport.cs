using System.Text.Json;
using Hoplink.Device;
using Hoplink.Device.Messages;
using Hoplink.Device.Patterns;
using Hoplink.Host;
using Hoplink.Recovery;

namespace Hoplink.VirtualBoard;

/// <summary>Prints what the device does.</summary>
internal sealed class DeviceReport
{
    /// <summary>Test messages sent more often than this, ms, are left out of what people read; the totals count them.</summary>
    private const int ReadableEveryMillis = 100;

    private readonly Output _output;
    private readonly bool _printsPatterns;
    private ulong _sessionId;

    public DeviceReport(Output output, DeviceOptions options)
    {
        _output = output;
        _printsPatterns = output.IsJson || options.PatternEveryMillis >= ReadableEveryMillis;
    }

    /// <summary>The reason with which the link closed; None if it has not, or closed gracefully.</summary>
    public TerminationReason ClosedBy { get; private set; }

    /// <summary>The device is about to connect.</summary>
    public void Connecting(DeviceSettings settings)
    {
        string encryption = OptionFactory.Word(settings.Link.Encryption);
        _output.Event("connecting", Mood.Plain, $"connecting to {settings.Peer.Host} port {settings.Peer.Port}, encryption {encryption}", json =>
        {
            json.WriteString("peer", settings.Peer.Host);
            json.WriteNumber("port", settings.Peer.Port);
            json.WriteString("encryption", encryption);
        });
    }

    /// <summary>Something that ends the program, or a line of input that is not understood.</summary>
    public void Error(string message) => _output.Error(message);

    public void LinkEvent(LinkEvent linkEvent)
    {
        if (linkEvent.SessionId != 0)
        {
            _sessionId = linkEvent.SessionId;
        }

        if (linkEvent.Kind == LinkEventKind.Closed)
        {
            ClosedBy = linkEvent.Reason;
        }

        LinkEventReport.Write(_output, linkEvent, _sessionId);
    }

    public void Status(LinkState state, RecoveryLevel level)
    {
        string text = $"status: {state}, recovery level L{(int)level} {RecoveryText.Of(level)}";
        _output.Event("status", Mood.Faint, text, json =>
        {
            json.WriteString("state", JsonNamingPolicy.CamelCase.ConvertName(state.ToString()));
            json.WriteString("level", RecoveryText.Of(level));
            json.WriteNumber("levelNumber", (int)level);
        });
    }

    public void Sent(byte[] message, int count) => Message("sent", message, count);

    public void Received(byte[] message, int count) => Message("received", message, count);

    public void Fault(string name, bool isApplied)
    {
        string text = isApplied ? $"fault {name}: applied" : $"fault {name}: nothing that it could act on";
        _output.Event("faultApplied", isApplied ? Mood.Warning : Mood.Bad, text, json =>
        {
            json.WriteString("fault", name);
            json.WriteNumber("links", isApplied ? 1 : 0);
        });
    }

    public void FaultRefused(string reason)
    {
        _output.Event("faultRefused", Mood.Bad, $"fault refused: {reason}", json => json.WriteString("reason", reason));
    }

    public void Totals(DeviceApp app, DeviceTransport transport)
    {
        PatternChecker echo = app.Checker;
        Totals totals = Host.Totals.Of(app.Link.Statistics);
        string text = $"totals: test messages sent {app.PatternsSent}, acknowledged {app.PatternsAcknowledged}, received {echo.Received}, "
            + $"lost {echo.Lost}, duplicated {echo.Duplicated}, out of order {echo.OutOfOrder}, damaged {echo.Damaged}; "
            + $"all {SessionReport.Text(totals)}; recoveries {RecoveriesText(app)}; "
            + $"send errors {transport.SendErrors}, receive errors {transport.ReceiveErrors}; drops: {DropCauses.Text(totals)}";
        _output.Event("totals", Mood.Plain, text, json =>
        {
            json.WriteNumber("sent", app.PatternsSent);
            json.WriteNumber("acknowledged", app.PatternsAcknowledged);
            json.WriteNumber("received", echo.Received);
            json.WriteNumber("lost", echo.Lost);
            json.WriteNumber("duplicated", echo.Duplicated);
            json.WriteNumber("outOfOrder", echo.OutOfOrder);
            json.WriteNumber("damaged", echo.Damaged);
            json.WriteNumber("malformed", app.Malformed);
            json.WriteNumber("repliesDropped", app.RepliesDropped);
            json.WriteNumber("recoveryEventsDropped", app.RecoveryEventsDropped);
            json.WriteNumber("sendErrors", transport.SendErrors);
            json.WriteNumber("receiveErrors", transport.ReceiveErrors);
            json.WriteNumber("sessions", app.Link.Statistics.Sessions);
            json.WriteNumber("unacknowledged", app.Link.Unacknowledged);
            json.WriteStartObject("recoveries");
            foreach (RecoveryLevel level in Levels)
            {
                json.WriteNumber(RecoveryText.Of(level), app.Recoveries(level));
            }

            json.WriteEndObject();
            SessionReport.WriteTotals(json, totals);
        });
    }

    private static RecoveryLevel[] Levels { get; } =
        [RecoveryLevel.TimeSync, RecoveryLevel.SequenceRepair, RecoveryLevel.SessionRekey, RecoveryLevel.ConnectionTerminate];

    private static string RecoveriesText(DeviceApp app)
    {
        return string.Join(", ", Levels.Select(level => $"L{(int)level} {app.Recoveries(level)}"));
    }

    private static string NameOf(MessageType type)
    {
        return Enum.IsDefined(type) ? JsonNamingPolicy.CamelCase.ConvertName(type.ToString()) : "other";
    }

    private void Message(string name, byte[] message, int count)
    {
        bool isPattern = TestPattern.IsPattern(message, 0, count);
        if (isPattern && !_printsPatterns)
        {
            return;
        }

        string type = NameOf((MessageType)message[0]);
        uint index = isPattern ? TestPattern.Index(message, 0) : 0;
        string text = isPattern ? $"{name} {type} {index}, {count} bytes" : $"{name} {type}, {count} bytes";
        _output.Event(name, Mood.Faint, text, json =>
        {
            json.WriteString("type", type);
            json.WriteNumber("bytes", count);
            if (isPattern)
            {
                json.WriteNumber("index", index);
            }
        });
    }
}
