using System.CommandLine;

namespace Hoplink.Host;

/// <summary>What a running command is given.</summary>
public sealed class CommandContext
{
    internal CommandContext(ParseResult options, Output output, TextReader input, CancellationToken stop)
    {
        Options = options;
        Output = output;
        Input = input;
        Stop = stop;
    }

    /// <summary>The options given.</summary>
    public ParseResult Options { get; }

    /// <summary>Where to print.</summary>
    public Output Output { get; }

    /// <summary>Standard input.</summary>
    public TextReader Input { get; }

    /// <summary>Cancelled by Ctrl+C or SIGTERM: end gracefully. A second one ends the process at once.</summary>
    public CancellationToken Stop { get; }

    /// <summary>Completes when the command is told to stop.</summary>
    public Task Stopped()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Stop.Register(() => stopped.TrySetResult());
        return stopped.Task;
    }

    /// <summary>Hands each line of standard input to <paramref name="handle"/>, on a thread of its own, until its end.</summary>
    public void ReadLines(Action<string> handle)
    {
        // Reading the console blocks whatever the call is named, so it gets a thread, which ends with the process.
        var thread = new Thread(() =>
        {
            while (!Stop.IsCancellationRequested && Input.ReadLine() is { } line)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    handle(line);
                }
            }
        });
        thread.IsBackground = true;
        thread.Start();
    }
}
