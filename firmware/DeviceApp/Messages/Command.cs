using System;
using Hoplink.Wire;

namespace Hoplink.Device.Messages;

/// <summary>Writes COMMAND messages, for the peer, and reads their replies.</summary>
public static class Command
{
    /// <summary>Bytes before the parameters of a COMMAND, and before the payload of a COMMAND_REPLY.</summary>
    public const int HeaderSize = 5;

    /// <summary>Bytes of the parameters of FAULT.</summary>
    public const int FaultSize = 9;

    /// <summary>Writes a command; returns its length, bytes.</summary>
    /// <exception cref="ArgumentException">The id is not 0 to 65535.</exception>
    public static int Write(byte[] buffer, CommandCode code, int id, byte[] parameters, int offset, int count)
    {
        if (id < 0 || id > 65535)
        {
            throw new ArgumentException("id must be 0 to 65535");
        }

        buffer[0] = (byte)MessageType.Command;
        buffer[1] = (byte)code;
        BigEndian.WriteUInt16(buffer, 2, (ushort)id);
        buffer[4] = 0;
        if (count > 0)
        {
            Array.Copy(parameters, offset, buffer, HeaderSize, count);
        }

        return HeaderSize + count;
    }

    /// <summary>Writes SET_TELEMETRY; returns its length, bytes. 0 ms is off, else 100 to 3,600,000.</summary>
    public static int WriteSetTelemetry(byte[] buffer, int id, int intervalMillis)
    {
        byte[] parameters = new byte[4];
        BigEndian.WriteUInt32(parameters, 0, (uint)intervalMillis);
        return Write(buffer, CommandCode.SetTelemetry, id, parameters, 0, parameters.Length);
    }

    /// <summary>Writes FAULT; returns its length, bytes. <see cref="FaultKind"/> has the units of the value.</summary>
    public static int WriteFault(byte[] buffer, int id, FaultKind kind, long value)
    {
        byte[] parameters = new byte[FaultSize];
        parameters[0] = (byte)kind;
        BigEndian.WriteInt64(parameters, 1, value);
        return Write(buffer, CommandCode.Fault, id, parameters, 0, parameters.Length);
    }
}
