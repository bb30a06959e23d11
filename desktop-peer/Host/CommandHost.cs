using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hoplink.Host;

/// <summary>What all commands share: --json, exit codes, error messages and signals.</summary>
public static class CommandHost
{
    /// <summary>Gives a command its action and the option --json.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">Runs it and returns an exit code. A <see cref="UsageException"/> becomes its message and code 2.</param>
    public static void SetAction(Command command, Func<CommandContext, Task<int>> action)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line instead of text." };
        command.Add(json);
        command.SetAction((options, stop) => RunAsync(options, options.GetValue(json), action, stop));
    }

    /// <summary>Parses and runs a command line.</summary>
    /// <param name="root">The commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="stop">Stops the command as Ctrl+C does.</param>
    /// <returns>A code of <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(
        Command root, string[] args, TextWriter output, TextWriter error, TextReader input, CancellationToken stop)
    {
        ParseResult result = root.Parse(args);
        if (result.Action is ParseErrorAction)
        {
            foreach (var problem in result.Errors)
            {
                await error.WriteLineAsync(problem.Message).ConfigureAwait(false);
            }

            string help = string.Join(' ', NamesOf(result.CommandResult.Command));
            await error.WriteLineAsync($"\"{help} --help\" tells the options.").ConfigureAwait(false);
            return ExitCode.WrongUse;
        }

        var configuration = new HostConfiguration(input)
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await result.InvokeAsync(configuration, stop).ConfigureAwait(false);
    }

    private static async Task<int> RunAsync(
        ParseResult options, bool json, Func<CommandContext, Task<int>> action, CancellationToken stop)
    {
        InvocationConfiguration streams = options.InvocationConfiguration;
        TextReader input = streams is HostConfiguration host ? host.Input : Console.In;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        await using var output = new Output(streams.Output, streams.Error, json);
        try
        {
            return await action(new CommandContext(options, output, input, stopping.Token)).ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            output.Error(e.Message);
            return ExitCode.WrongUse;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException)
        {
            output.Error($"failed: {e.Message}");
            return ExitCode.Failed;
        }

        void OnSignal(PosixSignalContext signal)
        {
            // The second is left to the system, which ends the process.
            if (!stopping.IsCancellationRequested)
            {
                signal.Cancel = true;
                _ = stopping.CancelAsync();
            }
        }
    }

    private static IEnumerable<string> NamesOf(Command command)
    {
        Command? parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? [command.Name] : NamesOf(parent).Append(command.Name);
    }

    private sealed class HostConfiguration(TextReader input) : InvocationConfiguration
    {
        public TextReader Input { get; } = input;
    }
}
