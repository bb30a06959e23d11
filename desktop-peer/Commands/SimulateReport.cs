using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Hoplink.Host;
using Hoplink.Simulation;
using Hoplink.Simulation.Campaigns;
using Spectre.Console;

namespace Hoplink.Peer.Commands;

/// <summary>What `hoplink simulate` prints: a line a run in JSON, each failure, and a summary.</summary>
internal sealed class SimulateReport
{
    private static readonly string[] _headings =
        ["preset", "runs", "hours", "of faults", "episodes", "messages", "datagrams", "L1", "L2", "L3", "ended", "flow ms", "reconnect ms", "failed"];

    private readonly Output _output;
    private readonly double _hours;
    private readonly Dictionary<Preset, PresetTotals> _totals = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _runs;

    /// <summary>Makes the report of a campaign whose runs last so many virtual hours.</summary>
    public SimulateReport(Output output, double hours)
    {
        _output = output;
        _hours = hours;
    }

    /// <summary>Called after each run.</summary>
    public Action? Advanced { get; set; }

    public int Failures => _totals.Values.Sum(totals => totals.Failures);

    /// <summary>The version of this program, with the commit that it was built from.</summary>
    public static string Version { get; } =
        typeof(SimulateReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public void Begin(Campaign campaign, SeedRange seeds)
    {
        _runs = campaign.Runs;
        foreach (Preset preset in campaign.Presets)
        {
            _totals.Add(preset, new PresetTotals());
        }

        string presets = campaign.Presets.Count == 1 ? campaign.Presets[0].Name : $"{campaign.Presets.Count} presets";
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"seeds {seeds}, {presets}, {_hours} virtual hours each: {campaign.Runs} runs, {campaign.Jobs} at a time, {Version}");
        _output.Event("simulating", Mood.Plain, text, json =>
        {
            json.WriteString("seeds", seeds.ToString());
            json.WriteString("version", Version);
            json.WriteNumber("hours", _hours);
            json.WriteNumber("runs", campaign.Runs);
            json.WriteNumber("jobs", campaign.Jobs);
        });
    }

    public void Add(RunReport run)
    {
        _totals[run.Preset].Add(run);
        if (_output.IsJson)
        {
            _output.Event("run", Mood.Plain, string.Empty, json => Write(json, run));
        }

        if (run.Failure is { } failure)
        {
            Report(run, failure);
        }

        Advanced?.Invoke();
    }

    public void End()
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        PresetTotals all = PresetTotals.Sum(_totals.Values);
        var table = new Table().Border(TableBorder.Simple);
        foreach (string heading in _headings)
        {
            table.AddColumn(new TableColumn(heading) { Alignment = heading == "preset" ? Justify.Left : Justify.Right });
        }

        foreach ((Preset preset, PresetTotals totals) in _totals)
        {
            table.AddRow(totals.Cells(preset.Name));
        }

        table.AddRow(all.Cells("all"));
        bool isComplete = all.Runs == _runs;
        string held = all.Failures > 0 ? "NO" : all.Runs == 0 ? "nothing was run" : "yes";
        table.Caption((isComplete ? string.Empty : $"stopped after {all.Runs} of {_runs} runs; ") +
            string.Create(CultureInfo.InvariantCulture, $"{all.Hours:0.##} virtual hours in {seconds:0} s; every invariant held: {held}"));
        _output.Result(table, json =>
        {
            json.WriteBoolean("ok", all.Failures == 0);
            json.WriteBoolean("complete", isComplete);
            json.WriteNumber("seconds", Math.Round(seconds, 3));
            all.Write(json);
            json.WriteStartObject("presets");
            foreach ((Preset preset, PresetTotals totals) in _totals)
            {
                json.WriteStartObject(preset.Name);
                totals.Write(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter json, RunReport run)
    {
        json.WriteString("preset", run.Preset.Name);
        json.WriteNumber("seed", run.Seed);
        json.WriteBoolean("ok", run.Failure == null);
        var totals = new PresetTotals();
        totals.Add(run);
        totals.Write(json);
    }

    private void Report(RunReport run, Failure failure)
    {
        string replay = ReplayCommand(run, failure);
        string at = (failure.At / 1e6).ToString("0.000000", CultureInfo.InvariantCulture);
        string text = $"FAILED: {run.Preset.Name}, seed {run.Seed}, {failure.Invariant}: {failure.What}\n" +
            $"          at {at} s of virtual time, after {failure.Tries} tries to shorten it, built from {Version}\n" +
            $"          replay: {replay}\n{string.Join('\n', failure.Trace)}";
        _output.Event("failure", Mood.Bad, text, json =>
        {
            json.WriteString("preset", run.Preset.Name);
            json.WriteNumber("seed", run.Seed);
            json.WriteString("version", Version);
            json.WriteString("invariant", failure.Invariant.ToString());
            json.WriteString("what", failure.What);
            json.WriteNumber("at", failure.At / 1e6);
            json.WriteString("replay", replay);
            json.WriteStartArray("trace");
            foreach (string line in failure.Trace)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
        });
    }

    private string ReplayCommand(RunReport run, Failure failure)
    {
        string narrow = failure.Narrowing.ToString();
        string hours = _hours.ToString("R", CultureInfo.InvariantCulture);
        return $"hoplink simulate --preset {run.Preset.Name} --seeds {run.Seed}-{run.Seed} --hours {hours}" +
            (narrow.Length == 0 ? string.Empty : $" --narrow {narrow}");
    }
}
