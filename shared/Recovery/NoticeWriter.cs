using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>Writes RECOVERY notices (9.5): an end asks for a rung that only the other can climb.</summary>
internal sealed class NoticeWriter
{
    private readonly RecoveryNotice _notice = new RecoveryNotice();

    internal void Write(ControlMessage message, RecoveryLevel level, FailureCondition because, bool toRendezvous)
    {
        _notice.Level = (byte)level;
        _notice.Condition = (byte)because;
        _notice.Write(message.Buffer, WireFormat.HeaderSize);
        message.Request(PacketType.Control, SubType.Recovery, RecoveryNotice.Size, toRendezvous);
    }
}
