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
    /// <param name="action">
    /// Runs it and returns an exit code. A <see cref="UsageException"/> becomes its message and code 2, any other exception a line and
    /// code 1.
    /// </param>
    /// <param name="isForItsOutput">
    /// What the command prints is what it is run for: if standard output does not take all of it, the command has failed. Others go on
    /// without standard output.
    /// </param>
    public static void SetAction(Command command, Func<CommandContext, Task<int>> action, bool isForItsOutput = false)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object a line instead of text." };
        command.Add(json);
        command.SetAction(async (options, stop) =>
        {
            InvocationConfiguration streams = options.InvocationConfiguration;
            var output = new Output(streams.Output, streams.Error, options.GetValue(json));
            int exit;
            await using (output.ConfigureAwait(false))
            {
                exit = await RunAsync(options, output, action, stop).ConfigureAwait(false);
            }

            return exit == ExitCode.Done && isForItsOutput && !output.IsComplete ? ExitCode.Failed : exit;
        });
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
        try
        {
            return await result.InvokeAsync(configuration, stop).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            // Of the help: commands see to their own.
            await error.WriteLineAsync($"standard output cannot be written: {e.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private static async Task<int> RunAsync(
        ParseResult options, Output output, Func<CommandContext, Task<int>> action, CancellationToken stop)
    {
        TextReader input = options.InvocationConfiguration is HostConfiguration host ? host.Input : Console.In;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        try
        {
            return await action(new CommandContext(options, output, input, stopping.Token)).ConfigureAwait(false);
        }
        catch (UsageException e)
        {
            output.Error(e.Message);
            return ExitCode.WrongUse;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (Exception e)
        {
            bool isOrdinary = e is IOException or SocketException or UnauthorizedAccessException;
            string text = isOrdinary ? e.Message : $"{e.GetType().Name}: {e.Message}";
            output.Error("failed: " + text.ReplaceLineEndings(" "));
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
