using Hoplink.Device.Messages;
using Hoplink.Device.Patterns;
using Hoplink.Wire;

namespace Hoplink.Device;

/// <summary>Carries out what the peer's messages ask for. Nothing in a message makes it throw.</summary>
internal sealed class MessageHandler
{
    private readonly DeviceApp _app;
    private readonly ReplyQueue _replies;
    private readonly PatternChecker _checker;
    private readonly Telemetry _telemetry = new Telemetry();
    private readonly byte[] _status = new byte[Telemetry.Size];

    public MessageHandler(DeviceApp app, ReplyQueue replies, PatternChecker checker)
    {
        _app = app;
        _replies = replies;
        _checker = checker;
    }

    /// <summary>Malformed messages received.</summary>
    public long Malformed { get; private set; }

    /// <summary>Takes one message of at least 1 byte.</summary>
    public void Handle(byte[] message, int count, long now)
    {
        switch ((MessageType)message[0])
        {
            case MessageType.Command:
                HandleCommand(message, count, now);
                break;
            case MessageType.TestPattern:
                if (!_checker.Check(message, 0, count))
                {
                    RejectMalformed(CommandCode.None, 0);
                }

                break;
            case MessageType.Telemetry:
            case MessageType.CommandReply:
            case MessageType.RecoveryEvent:
                // The device's own, returned by an echoing peer. An answer to a reply could go round for ever.
                break;
            default:
                RejectMalformed(CommandCode.None, 0);
                break;
        }
    }

    private void HandleCommand(byte[] message, int count, long now)
    {
        if (count < Command.HeaderSize)
        {
            RejectMalformed(count > 1 ? (CommandCode)message[1] : CommandCode.None, 0);
            return;
        }

        var code = (CommandCode)message[1];
        int id = BigEndian.ReadUInt16(message, 2);
        if (message[4] != 0)
        {
            RejectMalformed(code, id);
            return;
        }

        switch (code)
        {
            case CommandCode.Ping:
                _replies.Add(code, id, CommandResult.Done, message, Command.HeaderSize, count - Command.HeaderSize);
                break;
            case CommandCode.GetStatus when count == Command.HeaderSize:
                _app.FillTelemetry(_telemetry, now);
                _telemetry.Write(_status, 0);
                _replies.Add(code, id, CommandResult.Done, _status, 0, _status.Length);
                break;
            case CommandCode.Close when count == Command.HeaderSize:
                Reply(code, id, CommandResult.Done);
                _app.CloseAfterReplies();
                break;
            case CommandCode.SetTelemetry when count == Command.HeaderSize + 4:
                Reply(code, id, SetTelemetry(BigEndian.ReadUInt32(message, Command.HeaderSize), now));
                break;
            case CommandCode.Fault when count == Command.HeaderSize + Command.FaultSize:
                var kind = (FaultKind)message[Command.HeaderSize];
                Reply(code, id, FaultInjector.Apply(_app.Link, kind, BigEndian.ReadInt64(message, Command.HeaderSize + 1), now));
                break;
            default:
                RejectMalformed(code, id);
                break;
        }
    }

    private CommandResult SetTelemetry(uint millis, long now)
    {
        return _app.SetTelemetryInterval(millis, now) ? CommandResult.Done : CommandResult.Malformed;
    }

    private void Reply(CommandCode code, int id, CommandResult result)
    {
        if (result == CommandResult.Malformed)
        {
            Malformed++;
        }

        _replies.Add(code, id, result, null, 0, 0);
    }

    private void RejectMalformed(CommandCode code, int id)
    {
        Reply(code, id, CommandResult.Malformed);
    }
}
