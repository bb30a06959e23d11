using System.Text.Json;
using Hoplink.Host;
using Hoplink.Peer.Commands;
using Hoplink.Peer.Tests.Support;
using Hoplink.Simulation;
using Hoplink.Simulation.Campaigns;

namespace Hoplink.Peer.Tests;

public sealed class SimulateTests
{
    [Fact]
    public async Task Each_run_is_a_line_of_JSON_and_the_summary_is_the_last()
    {
        (int exit, string output, string error) =
            await RunningCommand.RunAsync("simulate", "--seeds", "3-4", "--preset", "rebinding", "--hours", "0.2", "--jobs", "1", "--json");

        Assert.Equal(ExitCode.Done, exit);
        Assert.Empty(error);
        JsonElement[] lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal("3-4", lines[0].GetProperty("seeds").GetString());
        Assert.Equal([3, 4], lines[1..3].Select(line => line.GetProperty("seed").GetInt32()));
        Assert.All(lines[1..3], line => Assert.True(line.GetProperty("ok").GetBoolean() && line.GetProperty("hours").GetDouble() >= 0.2));
        JsonElement summary = lines[^1];
        Assert.True(summary.GetProperty("ok").GetBoolean());
        Assert.Equal(2, summary.GetProperty("presets").GetProperty("rebinding").GetProperty("runs").GetInt32());
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task Without_a_terminal_there_is_a_table_and_no_bar()
    {
        (int exit, string output, _) = await RunningCommand.RunAsync("simulate", "--seeds", "5", "--hours", "0.01", "--jobs", "1");

        Assert.Equal(ExitCode.Done, exit);
        Assert.Contains("seeds 5, 17 presets, 0.01 virtual hours each: 17 runs", output, StringComparison.Ordinal);
        Assert.Contains("every invariant held: yes", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task A_campaign_that_is_stopped_prints_the_summary_so_far()
    {
        await using var command = new RunningCommand("simulate", "--hours", "10000", "--preset", "clean", "--jobs", "1", "--json");
        command.WaitFor("simulating");
        int exit = await command.StopAsync();

        Assert.Equal(ExitCode.Done, exit);
        string line = command.Output.WaitForLine(text => text.Contains("\"presets\"", StringComparison.Ordinal));
        JsonElement summary = JsonDocument.Parse(line).RootElement;
        Assert.True(summary.GetProperty("ok").GetBoolean());
        Assert.False(summary.GetProperty("complete").GetBoolean());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failure_prints_seed_commit_trace_and_the_command_that_replays_it_and_a_summary_that_says_so(bool json)
    {
        var written = new StringWriter();
        await using (var output = new Output(written, TextWriter.Null, json))
        {
            Preset preset = Preset.Find("loss-2")!;
            var report = new SimulateReport(output, 0.5);
            report.Begin(new Campaign { Presets = [preset], FirstSeed = 7, Seeds = 3, Micros = World.Hour / 2 }, SeedRange.Parse("7-9"));
            report.Add(new RunReport(preset, 7)
            {
                Micros = World.Hour / 2,
                Failure = new Failure(Invariant.Epochs, "the device rests on epoch 3", 1_500_000, 4, ["first line", "second line"])
                {
                    Narrowing = Narrowing.Parse("episodes=4,messages=2"),
                    Tries = 12,
                },
            });
            report.End();
            Assert.Equal(1, report.Failures);
        }

        string text = written.ToString();
        foreach (string part in new[]
        {
            "hoplink simulate --preset loss-2 --seeds 7-7 --hours 0.5 --narrow episodes=4,messages=2", "the device rests on epoch 3", "Epochs",
            "first line", "second line", SimulateReport.Version,
        })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }

        Assert.Contains(json ? "\"complete\":false" : "stopped after 1 of 3 runs; 0.5 virtual hours", text, StringComparison.Ordinal);
        Assert.Contains(json ? "\"ok\":false" : "every invariant held: NO", text, StringComparison.Ordinal);
    }
}
