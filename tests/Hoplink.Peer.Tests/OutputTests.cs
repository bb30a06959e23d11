using System.Text;
using System.Text.Json;
using Hoplink.Host;

namespace Hoplink.Peer.Tests;

public sealed class OutputTests
{
    public OutputTests()
    {
        // A terminal that could show colours: what is printed must be plain because it goes elsewhere.
        Environment.SetEnvironmentVariable("TERM", "xterm-256color");
        Environment.SetEnvironmentVariable("COLORTERM", "truecolor");
        Environment.SetEnvironmentVariable("NO_COLOR", null);
    }

    [Fact]
    public async Task Text_that_goes_to_a_file_has_no_escape_sequences_and_is_not_wrapped()
    {
        var written = new StringWriter();
        string longText = string.Join(' ', Enumerable.Repeat("word", 100));
        await using (var output = new Output(written, TextWriter.Null, json: false))
        {
            output.Event("something", Mood.Bad, longText);
        }

        Assert.DoesNotContain('\e', written.ToString());
        Assert.EndsWith(longText + "\n", written.ToString(), StringComparison.Ordinal);
        Assert.Single(written.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task What_looks_like_markup_is_printed_as_it_is()
    {
        var written = new StringWriter();
        await using (var output = new Output(written, TextWriter.Null, json: false))
        {
            output.Event("something", Mood.Good, "[red]not markup[/] [");
        }

        Assert.Contains("[red]not markup[/] [", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_one_object_a_line_with_time_and_event()
    {
        var written = new StringWriter();
        await using (var output = new Output(written, TextWriter.Null, json: true))
        {
            output.Event("first", Mood.Plain, "text", json => json.WriteString("quoted", "a \"b\"\n"));
            output.Event("second", Mood.Plain, "text");
        }

        string[] lines = written.ToString().TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        JsonElement first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal(["time", "event", "quoted"], first.EnumerateObject().Select(property => property.Name));
        Assert.Equal("a \"b\"\n", first.GetProperty("quoted").GetString());
        Assert.InRange(first.GetProperty("time").GetDouble(), 0, 60);
    }

    [Fact]
    public async Task A_standing_terminal_holds_nobody_up_and_what_it_misses_is_counted()
    {
        using var stuck = new StuckWriter();
        var error = new StringWriter();
        await using (var output = new Output(stuck, error, json: true))
        {
            for (int i = 0; i < 20_000; i++)
            {
                output.Event("event", Mood.Plain, "text");
            }

            stuck.GoOn.Set();
            stuck.Drained.Wait();
        }

        Assert.Matches("[0-9]+ lines were dropped", error.ToString());
    }

    [Fact]
    public async Task A_closed_pipe_does_not_end_the_command()
    {
        await using var output = new Output(new BrokenWriter(), TextWriter.Null, json: true);
        for (int i = 0; i < 100; i++)
        {
            output.Event("event", Mood.Plain, "text");
        }
    }

    [Fact]
    public async Task When_standard_output_fails_errors_still_come_and_the_reason_with_them()
    {
        var error = new StringWriter();
        var output = new Output(new BrokenWriter(), error, json: true);
        await using (output)
        {
            output.Event("event", Mood.Plain, "text");
            output.Error("an error");
        }

        Assert.Contains("an error\n", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("standard output cannot be written: broken pipe\n", error.ToString(), StringComparison.Ordinal);
        Assert.False(output.IsComplete);
    }

    [Fact]
    public async Task Errors_are_written_while_standard_output_stands_still()
    {
        using var stuck = new StuckWriter();
        var error = new Support.LineWriter();
        await using var output = new Output(stuck, error, json: true);
        for (int i = 0; i < 20_000; i++)
        {
            output.Event("event", Mood.Plain, "text");
        }

        output.Error("an error");

        Assert.Equal("an error", error.WaitForLine(_ => true));
        stuck.GoOn.Set();
    }

    [Fact]
    public async Task Output_that_was_written_is_complete()
    {
        var output = new Output(new StringWriter(), TextWriter.Null, json: true);
        await using (output)
        {
            output.Event("event", Mood.Plain, "text");
        }

        Assert.True(output.IsComplete);
    }

    private sealed class StuckWriter : TextWriter
    {
        public ManualResetEventSlim GoOn { get; } = new();

        public ManualResetEventSlim Drained { get; } = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            GoOn.Wait();
        }

        public override void WriteLine(string? value)
        {
            GoOn.Wait();
        }

        public override Task FlushAsync()
        {
            Drained.Set();
            return Task.CompletedTask;
        }
    }

    private sealed class BrokenWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            throw new IOException("broken pipe");
        }

        public override void WriteLine(string? value)
        {
            throw new IOException("broken pipe");
        }
    }
}
