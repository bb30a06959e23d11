using Hoplink.Wire;

namespace Hoplink.Device.Messages;

/// <summary>The head of a COMMAND_REPLY; the payload stays in the message, from <see cref="Command.HeaderSize"/>.</summary>
public sealed class CommandReply
{
    /// <summary>The command answered, None for what was no command.</summary>
    public CommandCode Code { get; private set; }

    /// <summary>The id that the peer gave it.</summary>
    public int Id { get; private set; }

    /// <summary>How it ended.</summary>
    public CommandResult Result { get; private set; }

    /// <summary>Reads a message; false, changing nothing, unless it is a COMMAND_REPLY.</summary>
    public bool TryRead(byte[] buffer, int offset, int count)
    {
        if (count < Command.HeaderSize || buffer[offset] != (byte)MessageType.CommandReply)
        {
            return false;
        }

        Code = (CommandCode)buffer[offset + 1];
        Id = BigEndian.ReadUInt16(buffer, offset + 2);
        Result = (CommandResult)buffer[offset + 4];
        return true;
    }
}
