using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Hoplink.Host;

/// <summary>
/// What a command prints: with --json one object a line, else lines for people, coloured only on a terminal. Threads of its own write,
/// one a stream, so that a terminal that stands still never holds up a session, nor standard output an error message. What standard
/// output cannot keep up with is dropped and counted; errors, of which there are few, are not. Any thread may report.
/// </summary>
public sealed class Output : IAsyncDisposable
{
    private const int MaxQueued = 10_000;
    private const int WidthOfFiles = 1000;
    private static readonly TimeSpan _flushBound = TimeSpan.FromSeconds(2);

    // The stricter encoder is for JSON inside HTML.
    private static readonly JsonWriterOptions _jsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Channel<Item> _queue = Channel.CreateBounded<Item>(
        new BoundedChannelOptions(MaxQueued) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly Channel<string> _errors = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TextWriter _out;
    private readonly TextWriter _err;
    private readonly IAnsiConsole? _console;
    private readonly Task _writing;
    private readonly Task _writingErrors;
    private readonly long _start = MonotonicClock.NowMicros;
    private long _dropped;
    private bool _failed;

    /// <summary>Starts writing.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="json">One JSON object a line instead of text.</param>
    public Output(TextWriter output, TextWriter error, bool json)
    {
        _out = output;
        _err = error;
        IsJson = json;
        if (!json)
        {
            _console = CreateConsole(output);
        }

        _writing = Task.Run(WriteAsync);
        _writingErrors = Task.Run(WriteErrorsAsync);
    }

    /// <summary>One JSON object a line.</summary>
    public bool IsJson { get; }

    /// <summary>Once disposed of: whether standard output took all that was reported.</summary>
    public bool IsComplete => _writing.IsCompleted && !_failed && Interlocked.Read(ref _dropped) == 0;

    /// <summary>Reports an event that happened now.</summary>
    /// <param name="name">Its name in JSON.</param>
    /// <param name="mood">Its colour on a terminal.</param>
    /// <param name="text">What it says to people, without markup.</param>
    /// <param name="fields">Writes its fields in JSON.</param>
    public void Event(string name, Mood mood, string text, Action<Utf8JsonWriter>? fields = null)
    {
        Event(MonotonicClock.NowMicros, name, mood, text, fields);
    }

    /// <summary>Reports an event that happened at a time of <see cref="MonotonicClock"/>.</summary>
    public void Event(long atMicros, string name, Mood mood, string text, Action<Utf8JsonWriter>? fields = null)
    {
        double time = (atMicros - _start) / 1e6;
        if (IsJson)
        {
            Queue(new Item(Json(name, time, fields), null));
            return;
        }

        string at = time.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(9);
        Queue(new Item(null, new Markup($"[grey]{at}[/] {Coloured(mood, text)}\n")));
    }

    /// <summary>Reports something whose form for people is more than a line.</summary>
    public void Event(string name, IRenderable readable, Action<Utf8JsonWriter> fields)
    {
        double time = (MonotonicClock.NowMicros - _start) / 1e6;
        Queue(IsJson ? new Item(Json(name, time, fields), null) : new Item(null, readable));
    }

    /// <summary>The result of a command, which is all that its last line says.</summary>
    public void Result(IRenderable readable, Action<Utf8JsonWriter> fields)
    {
        Queue(IsJson ? new Item(Json(null, 0, fields), null) : new Item(null, readable));
    }

    /// <summary>A warning or error: to standard error, and never as JSON.</summary>
    public void Error(string message)
    {
        _errors.Writer.TryWrite(message);
    }

    /// <summary>Does work of so many steps under a progress bar, where standard output is a terminal and not JSON.</summary>
    /// <param name="text">What the bar is of.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="work">Does it; calls what it is given after each step, on any thread.</param>
    public Task WithProgressAsync(string text, long steps, Func<Action, Task> work)
    {
        if (_console is not { Profile.Capabilities: { Interactive: true, Ansi: true } })
        {
            return work(() => { });
        }

        Progress progress = _console.Progress().Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn());
        return progress.AutoClear(true).StartAsync(context =>
        {
            ProgressTask bar = context.AddTask(text, maxValue: steps);
            return work(() => bar.Increment(1));
        });
    }

    /// <summary>Writes what is queued, for 2 s at most.</summary>
    public async ValueTask DisposeAsync()
    {
        Task bound = Task.Delay(_flushBound);
        _queue.Writer.TryComplete();
        await Task.WhenAny(_writing, bound).ConfigureAwait(false);
        long dropped = Interlocked.Read(ref _dropped);
        if (dropped > 0)
        {
            Error($"{dropped} lines were dropped, because standard output did not take them in time");
        }

        _errors.Writer.TryComplete();
        await Task.WhenAny(_writingErrors, bound).ConfigureAwait(false);
    }

    private static string Coloured(Mood mood, string text)
    {
        string escaped = Markup.Escape(text);
        return mood switch
        {
            Mood.Good => $"[green]{escaped}[/]",
            Mood.Warning => $"[yellow]{escaped}[/]",
            Mood.Bad => $"[red]{escaped}[/]",
            Mood.Faint => $"[grey]{escaped}[/]",
            _ => escaped,
        };
    }

    private static string Json(string? name, double time, Action<Utf8JsonWriter>? fields)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, _jsonOptions))
        {
            json.WriteStartObject();
            if (name is not null)
            {
                json.WriteNumber("time", Math.Round(time, 6));
                json.WriteString("event", name);
            }

            fields?.Invoke(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static IAnsiConsole CreateConsole(TextWriter output)
    {
        var target = new AnsiConsoleOutput(output);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = target,
            Ansi = target.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = target.IsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!target.IsTerminal)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }

    private void Queue(Item item)
    {
        if (!Volatile.Read(ref _failed) && !_queue.Writer.TryWrite(item))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out Item item))
                {
                    Write(item);
                }

                await _out.FlushAsync().ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            // The disk is full, or whoever read is gone. The sessions go on; what would have been written is dropped.
            Volatile.Write(ref _failed, true);
            _queue.Writer.TryComplete();
            Error($"standard output cannot be written: {e.Message}");
        }
    }

    private async Task WriteErrorsAsync()
    {
        try
        {
            await foreach (string message in _errors.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                await _err.WriteLineAsync(message).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // There is nowhere left to say so.
        }
    }

    private void Write(Item item)
    {
        if (item.Readable is not null)
        {
            _console!.Write(item.Readable);
        }
        else
        {
            _out.WriteLine(item.Text);
        }
    }

    private readonly record struct Item(string? Text, IRenderable? Readable);
}
