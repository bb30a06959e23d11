using System.Text.Json;
using Hoplink.Host;
using Hoplink.Peer.Tests.Support;

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
        Assert.True(JsonDocument.Parse(line).RootElement.GetProperty("ok").GetBoolean());
    }
}
