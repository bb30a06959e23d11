using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hoplink.Host;
using Hoplink.Peer.Demo;
using Spectre.Console;

namespace Hoplink.Peer.Commands;

/// <summary>demo: plays every fault between a peer and a virtual board on loopback, and measures how it heals.</summary>
internal sealed class DemoCommand
{
    private static readonly TimeSpan _bound = TimeSpan.FromSeconds(115);
    private static readonly string[] _shown =
    [
        "connected", "conditionBegan", "conditionEnded", "rungStarted", "rungFailed", "rungEscalated", "rungSucceeded", "rekeyed",
        "messagesLost", "linkRestarted", "terminated", "reconnecting", "closed",
    ];

    private static readonly string[] _headings =
    [
        "scenario", "fault", "rungs", "detect ms", "heal ms", "sent", "delivered", "reported", "lost", "twice", "result",
    ];

    private readonly Option<ulong?> _seed = OptionFactory.Seed("Seed of the network's randomness. Default: 1.");

    private readonly Option<string?> _only = new("--only")
    {
        HelpName = "NAME",
        Description = "Play one scenario: " + string.Join(", ", Scenario.All.Select(scenario => scenario.Name)) + ".",
    };

    public static Command Create()
    {
        return new DemoCommand().Build();
    }

    private Command Build()
    {
        var command = new Command("demo", "Break the link between a peer and a virtual board in every way, and watch it heal.")
        {
            _seed, _only,
        };
        CommandHost.SetAction(command, RunAsync, isForItsOutput: true);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context)
    {
        IReadOnlyList<Scenario> scenarios = Choose(context.Options.GetValue(_only));
        string folder = Directory.CreateTempSubdirectory("hoplink-demo-").FullName;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        stopping.CancelAfter(_bound);
        try
        {
            PskFile.Write(Path.Combine(folder, "demo.psk"), RandomNumberGenerator.GetBytes(PskFile.KeySize), replace: false);
            Outcome[] outcomes = await PlayAllAsync(context, scenarios, folder, stopping.Token).ConfigureAwait(false);
            Report(context.Output, outcomes);
            if (stopping.IsCancellationRequested && !context.Stop.IsCancellationRequested)
            {
                context.Output.Error(
                    $"the scenarios took longer than {_bound.TotalSeconds:0} s: is this computer busy with something else?");
            }

            return outcomes.All(outcome => outcome.IsGood) ? ExitCode.Done : ExitCode.Failed;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IReadOnlyList<Scenario> Choose(string? only)
    {
        if (only is null)
        {
            return Scenario.All;
        }

        Scenario[] chosen = [.. Scenario.All.Where(scenario => scenario.Name == only)];
        return chosen.Length > 0
            ? chosen
            : throw new UsageException($"--only {only}: give one of {string.Join(", ", Scenario.All.Select(scenario => scenario.Name))}");
    }

    private async Task<Outcome[]> PlayAllAsync(
        CommandContext context, IReadOnlyList<Scenario> scenarios, string folder, CancellationToken stop)
    {
        ulong seed = context.Options.GetValue(_seed) ?? 1;
        using LoopbackNetworks networks = LoopbackNetworks.Claim(Environment.ProcessId);
        var plays = new List<Task<Outcome>>();
        for (int i = 0; i < scenarios.Count; i++)
        {
            plays.Add(PlayAsync(context.Output, scenarios[i], networks.Of(i), folder, seed, stop));
            if (!scenarios[i].RunsBeside)
            {
                await Task.WhenAny(plays[i]).ConfigureAwait(false);
            }
        }

        // All of them, even after one has failed: each ends its processes.
        return await Task.WhenAll(plays).ConfigureAwait(false);
    }

    private static async Task<Outcome> PlayAsync(
        Output output, Scenario scenario, string network, string folder, ulong seed, CancellationToken stop)
    {
        output.Event("scenario", Mood.Good, $"{scenario.Name}: {scenario.Fault}", json =>
        {
            json.WriteString("name", scenario.Name);
            json.WriteString("fault", scenario.Fault);
        });

        var stage = new Stage(folder, network, (end, e) => Show(output, scenario, end, e), stop);
        await using (stage.ConfigureAwait(false))
        {
            try
            {
                return await stage.PlayAsync(scenario, seed).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return stage.Observer.Conclude(scenario, "stopped before its end");
            }
            catch (IOException e)
            {
                return stage.Observer.Conclude(scenario, e.Message);
            }
        }
    }

    private static void Show(Output output, Scenario scenario, string end, JsonElement e)
    {
        string name = e.GetProperty("event").GetString()!;
        if (!_shown.Contains(name))
        {
            return;
        }

        Mood mood = name is "connected" or "rungSucceeded" or "rekeyed" ? Mood.Good
            : name is "terminated" or "messagesLost" or "linkRestarted" ? Mood.Bad
            : name.StartsWith("condition", StringComparison.Ordinal) ? Mood.Faint
            : Mood.Warning;
        string line = e.GetRawText();
        output.Event(name, mood, $"{scenario.Name,-10} {end,-6} {DemoText.Of(name, e)}", json =>
        {
            json.WriteString("scenario", scenario.Name);
            json.WriteString("end", end);
            json.WritePropertyName("detail");
            json.WriteRawValue(line);
        });
    }

    private static void Report(Output output, Outcome[] outcomes)
    {
        bool ok = outcomes.All(outcome => outcome.IsGood);
        var table = new Table().Border(TableBorder.Simple);
        foreach (string heading in _headings)
        {
            table.AddColumn(heading);
        }

        foreach (Outcome outcome in outcomes)
        {
            string rungs = outcome.Levels.Length == 0 ? "none" : string.Join(' ', outcome.Levels.Select(level => "L" + level));
            string[] cells =
            [
                outcome.Scenario.Name, outcome.Scenario.Fault, rungs, Milliseconds(outcome.DetectMs), Milliseconds(outcome.HealMs),
                Number(outcome.Sent), Number(outcome.Delivered), Number(outcome.Reported), Number(outcome.Lost), Number(outcome.Duplicated),
            ];
            string result = outcome.IsGood ? "[green]ok[/]" : "[red]FAILED[/]";
            table.AddRow([.. cells.Select(Markup.Escape), result]);
        }

        output.Result(table, json =>
        {
            json.WriteBoolean("ok", ok);
            json.WriteStartArray("scenarios");
            foreach (Outcome outcome in outcomes)
            {
                outcome.Write(json);
            }

            json.WriteEndArray();
        });
        foreach (Outcome outcome in outcomes.Where(outcome => !outcome.IsGood))
        {
            output.Error($"{outcome.Scenario.Name}: {outcome.Problem}");
        }
    }

    private static string Milliseconds(double? value)
    {
        return value is { } number ? number.ToString("0", CultureInfo.InvariantCulture) : "-";
    }

    private static string Number(int value)
    {
        return value.ToString(CultureInfo.InvariantCulture);
    }
}
