using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hoplink.Host;

/// <summary>
/// How many files and sockets the system lets this process have open. The last ones are left to the runtime: without them it cannot
/// even load the code that reports an error.
/// </summary>
public static class OpenFileLimit
{
    /// <summary>Descriptors that no socket of ours takes.</summary>
    public const int Reserve = 64;

    /// <summary>What is not a port: the runtime's own files, the reserve, and some devices of a chaos.</summary>
    private const int BesidePorts = 256;

    private const int LinuxOpenFiles = 7;
    private const int OtherOpenFiles = 8;

    // The runtime has raised the soft limit to the hard one before any of our code runs.
    private static readonly ulong _limit = Find();

    /// <summary>A limit that suffices for so many ports, in steps of 256.</summary>
    public static int NeededFor(int ports)
    {
        return (ports + BesidePorts + 255) / 256 * 256;
    }

    /// <summary>True if it was the limit, the process's or the system's, and not the port that kept a socket from being opened.</summary>
    public static bool IsCauseOf(SocketException failure)
    {
        return failure.SocketErrorCode is SocketError.TooManyOpenSockets;
    }

    /// <summary>The error with which a command ends whose ports do not fit into the limit.</summary>
    /// <param name="ports">How many it needs.</param>
    public static UsageException TooLow(int ports)
    {
        return new UsageException(
            $"the open file limit is too low for {ports} ports: raise the open file limit (ulimit -n) to at least {NeededFor(ports)}, or " +
            "give fewer ports");
    }

    /// <summary>Keeps <see cref="Reserve"/> descriptors free: refuses a socket that is one of the last.</summary>
    /// <exception cref="SocketException"><see cref="SocketError.TooManyOpenSockets"/>.</exception>
    internal static void Check(Socket socket)
    {
        // The system gives out the lowest number that is free, so the number tells how many are in use.
        if (!OperatingSystem.IsWindows() && (ulong)socket.Handle + Reserve >= _limit)
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
    }

    private static ulong Find()
    {
        if (OperatingSystem.IsWindows())
        {
            return ulong.MaxValue;
        }

        int resource = OperatingSystem.IsLinux() ? LinuxOpenFiles : OtherOpenFiles;
        return GetResourceLimit(resource, out Limits limits) == 0 ? limits.Soft : ulong.MaxValue;
    }

    [DllImport("libc", EntryPoint = "getrlimit")]
    private static extern int GetResourceLimit(int resource, out Limits limits);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public nuint Soft;
        public nuint Hard;
    }
}
