using System.CommandLine;
using System.CommandLine.Help;
using Hoplink.Host;
using Hoplink.Peer.Commands;
using Hoplink.VirtualBoard;

namespace Hoplink.Peer;

/// <summary>The command line program `hoplink`.</summary>
internal static class Program
{
    /// <summary>Runs a command line as Main does.</summary>
    /// <returns>A code of <see cref="ExitCode"/>.</returns>
    public static Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, TextReader? input = null, CancellationToken stop = default)
    {
        // Not a RootCommand, which takes its name from the assembly's file.
        var root = new Command(
            "hoplink", "Secure UDP sessions between ESP32 boards and this computer, with port hopping and a recovery ladder.")
        {
            new HelpOption(),
            new VersionOption(),
            KeygenCommand.Create(),
            ListenCommand.Create(),
            DeviceCommand.Create(),
            ChaosCommand.Create(),
            DemoCommand.Create(),
            SimulateCommand.Create(),
        };
        return CommandHost.InvokeAsync(root, args, output, error, input ?? TextReader.Null, stop);
    }

    private static Task<int> Main(string[] args)
    {
        return RunAsync(args, Console.Out, Console.Error, Console.In);
    }
}
