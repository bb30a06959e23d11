using System.Text.Json;

namespace Hoplink.Peer.Tests.Support;

/// <summary>A command that runs inside the test until it is told to stop, as by Ctrl+C.</summary>
internal sealed class RunningCommand : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly InputLines _input = new();
    private readonly Task<int> _exit;

    public RunningCommand(params string[] args)
    {
        _exit = Task.Run(() => Program.RunAsync(args, Output, Error, _input, _stop.Token));
    }

    public LineWriter Output { get; } = new();

    public LineWriter Error { get; } = new();

    /// <summary>Runs a command that ends by itself; one that does not is stopped after 60 s.</summary>
    public static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        using var stop = new CancellationTokenSource(_patience);
        int exit = await Program.RunAsync(args, output, error, null, stop.Token);
        return (exit, output.ToString(), error.ToString());
    }

    /// <summary>Waits for an event of --json.</summary>
    public JsonElement WaitFor(string name, Func<JsonElement, bool>? wanted = null)
    {
        string line = Output.WaitForLine(text =>
        {
            JsonElement candidate = Parse(text);
            return candidate.GetProperty("event").GetString() == name && (wanted is null || wanted(candidate));
        });
        return Parse(line);
    }

    /// <summary>Gives the command a line of standard input.</summary>
    public void Type(string line)
    {
        _input.Add(line);
    }

    /// <summary>Stops it and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _exit;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _input.Close();
        _stop.Dispose();
    }

    private static JsonElement Parse(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}
