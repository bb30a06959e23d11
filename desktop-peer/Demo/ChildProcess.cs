using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Hoplink.Peer.Demo;

/// <summary>Another `hoplink` with --json, whose events this process reads and to whose standard input it writes.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan _exitBound = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly List<string> _errors = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, string startedBy, Action<JsonElement> onEvent)
    {
        _process = process;
        _reading = Task.WhenAll(ReadEventsAsync(startedBy, onEvent), ReadErrorsAsync());
    }

    /// <summary>Starts a command and waits until it reports <paramref name="startedBy"/>.</summary>
    /// <exception cref="IOException">It ended before, or took longer than 20 s.</exception>
    public static async Task<ChildProcess> StartAsync(IEnumerable<string> arguments, string startedBy, Action<JsonElement> onEvent)
    {
        var start = new ProcessStartInfo
        {
            FileName = Environment.ProcessPath!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.ArgumentList.Add("--json");
        var child = new ChildProcess(Process.Start(start)!, startedBy, onEvent);
        Task first = await Task.WhenAny(child._started.Task, child._reading, Task.Delay(TimeSpan.FromSeconds(20))).ConfigureAwait(false);
        if (first != child._started.Task)
        {
            await child.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"\"{string.Join(' ', start.ArgumentList)}\" did not start. {child.Errors()}");
        }

        return child;
    }

    /// <summary>Writes a line to its standard input.</summary>
    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _reading.ConfigureAwait(false);
    }

    /// <summary>Waits until it has ended by itself and all of its events are read. False if that takes longer than 5 s.</summary>
    public async Task<bool> WaitForExitAsync()
    {
        return await Task.WhenAny(_reading, Task.Delay(_exitBound)).ConfigureAwait(false) == _reading;
    }

    /// <summary>What it wrote to standard error.</summary>
    public string Errors()
    {
        lock (_errors)
        {
            return string.Join(' ', _errors);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _reading.ConfigureAwait(false);
        _process.Dispose();
    }

    private async Task ReadEventsAsync(string startedBy, Action<JsonElement> onEvent)
    {
        while (await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (!line.StartsWith('{') || !line.EndsWith('}'))
            {
                // The last line of a process that was killed.
                continue;
            }

            using JsonDocument document = JsonDocument.Parse(line);
            onEvent(document.RootElement);
            if (document.RootElement.GetProperty("event").ValueEquals(startedBy))
            {
                _started.TrySetResult();
            }
        }
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_errors)
            {
                _errors.Add(line);
            }
        }
    }
}
