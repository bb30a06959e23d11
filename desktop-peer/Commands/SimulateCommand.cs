using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Hoplink.Host;
using Hoplink.Simulation;
using Hoplink.Simulation.Campaigns;

namespace Hoplink.Peer.Commands;

/// <summary>simulate: years of virtual time on bad networks, every invariant checked.</summary>
internal sealed class SimulateCommand
{
    private const int DefaultSeeds = 10;
    private const double LeastHours = 0.01;
    private const double MostHours = 10_000;
    private const int MostJobs = 256;

    private readonly Option<SeedRange?> _seeds = OptionFactory.Create<SeedRange?>(
        "--seeds", "A-B", $"Seeds to run under each preset. Default: {DefaultSeeds} new ones.", null, text => SeedRange.Parse(text));

    private readonly Option<Preset?> _preset = OptionFactory.Create(
        "--preset", "NAME", $"Run one preset: {PresetNames}. Default: all.", null, ParsePreset);

    private readonly Option<int> _jobs = OptionFactory.Create(
        "--jobs", "N", $"Runs at the same time, 1 to {MostJobs}. Default: one for each processor.", Environment.ProcessorCount, ParseJobs);

    private readonly Option<double> _hours = OptionFactory.Create(
        "--hours", "H", $"Virtual hours of each run, {LeastHoursText} to {MostHours}.", 1.0, ParseHours);

    private readonly Option<Narrowing> _narrow = OptionFactory.Create(
        "--narrow", "PARTS", "Play a part of each run only, as a failure's replay command says.", Narrowing.None, Narrowing.Parse);

    private static string LeastHoursText => LeastHours.ToString(CultureInfo.InvariantCulture);

    private static string PresetNames => string.Join(", ", Preset.All.Select(preset => preset.Name));

    public static Command Create()
    {
        return new SimulateCommand().Build();
    }

    private Command Build()
    {
        var command = new Command(
            "simulate", "Run the library in a simulated world, in virtual time, over bad networks and hosts, and check that its promises hold.")
        {
            _seeds, _preset, _jobs, _hours, _narrow,
        };
        CommandHost.SetAction(command, RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context)
    {
        ParseResult options = context.Options;
        SeedRange seeds = options.GetValue(_seeds) ?? NewSeeds();
        Preset? only = options.GetValue(_preset);
        double hours = options.GetValue(_hours);
        Narrowing narrowing = options.GetValue(_narrow)!;
        var report = new SimulateReport(context.Output, hours);
        var campaign = new Campaign
        {
            Presets = only == null ? Preset.All : [only],
            FirstSeed = seeds.First,
            Seeds = seeds.Count,
            Micros = (long)(hours * World.Hour),
            Jobs = options.GetValue(_jobs),
            Narrowing = narrowing,
            Completed = report.Add,
        };
        report.Begin(campaign, seeds);
        await context.Output.WithProgressAsync("simulating", campaign.Runs, async advance =>
        {
            report.Advanced = advance;
            await campaign.RunAsync(context.Stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        report.End();
        return report.Failures == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static SeedRange NewSeeds()
    {
        // Short enough to be typed again.
        ulong first = (ulong)RandomNumberGenerator.GetInt32(1, 1_000_000_000);
        return new SeedRange(first, first + DefaultSeeds - 1);
    }

    /// <summary>Finds a preset by its name.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    internal static Preset? ParsePreset(string text)
    {
        return Preset.Find(text) ?? throw new FormatException($"\"{text}\" is no preset: give one of {PresetNames}");
    }

    /// <summary>Reads a number of jobs.</summary>
    /// <exception cref="FormatException">It is none, or out of range.</exception>
    internal static int ParseJobs(string text)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int jobs) && jobs is >= 1 and <= MostJobs
            ? jobs
            : throw new FormatException($"\"{text}\" is not a number of jobs from 1 to {MostJobs}");
    }

    /// <summary>Reads a number of virtual hours.</summary>
    /// <exception cref="FormatException">It is none, or out of range.</exception>
    internal static double ParseHours(string text)
    {
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double hours)
            && hours is >= LeastHours and <= MostHours
            ? hours
            : throw new FormatException($"\"{text}\" is not a number of hours from {LeastHoursText} to {MostHours}");
    }
}
