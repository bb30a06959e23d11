using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Hoplink.Host;
using Hoplink.Peer.Chaos;

namespace Hoplink.Peer.Commands;

/// <summary>chaos: a bad network between a device and a peer.</summary>
internal sealed class ChaosCommand
{
    private static readonly TimeSpan _statisticsInterval = TimeSpan.FromSeconds(1);

    private readonly Option<IPAddress> _listen = Required(OptionFactory.Create(
        "--listen", "ADDR", "Local address that devices are told instead of the peer's.", IPAddress.None, OptionFactory.ParseAddress));

    private readonly Option<string> _forward = new("--forward")
    {
        HelpName = "HOST",
        Description = "The peer's name or address; it listens there on the same ports.",
        Required = true,
    };

    private readonly Option<IReadOnlyList<int>> _ports = Required(OptionFactory.Create<IReadOnlyList<int>>(
        "--ports", "LIST", "The peer's ports, the rendezvous port first, as in 40100,49152-50175.", [], PortList.ParseList));

    private readonly Option<double> _loss = Percent("--loss", "Datagrams that are lost");
    private readonly Option<double> _duplicate = Percent("--duplicate", "Datagrams that come twice");
    private readonly Option<double> _corrupt = Percent("--corrupt", "Datagrams in which one to three bits are flipped");

    private readonly Option<double> _reorder = Percent(
        "--reorder", "Datagrams that are held back by 10 to 60 ms more than others, so that later ones overtake them");

    private readonly Option<int> _delay = OptionFactory.Create(
        "--delay", "MS", "Delay of every datagram in each direction, ms.", 0, OptionFactory.ParseMilliseconds);

    private readonly Option<int> _jitter = OptionFactory.Create(
        "--jitter", "MS", "Most that is added to the delay, ms; each datagram draws its own.", 0, OptionFactory.ParseMilliseconds);

    private readonly Option<string[]> _blackout = new("--blackout")
    {
        HelpName = "AT+FOR",
        Description = "Lose everything from AT seconds after the start on, for FOR seconds, as in 10+12.5. May be given several times.",
    };

    private readonly Option<ulong?> _seed = OptionFactory.Seed(
        "Seed of all chance: the same datagrams in the same order fare the same. Default: another each time.");

    private readonly Option<bool> _control = OptionFactory.Flag(
        "--control", $"Take changes from standard input, one JSON object a line: {ChaosControl.Help}.");

    public static Command Create()
    {
        return new ChaosCommand().Build();
    }

    private Command Build()
    {
        var command = new Command(
            "chaos",
            "Be a bad network: a UDP proxy between devices and a peer that loses, delays, doubles, reorders and corrupts datagrams in " +
            "both directions.")
        {
            _listen, _forward, _ports, _loss, _delay, _jitter, _duplicate, _reorder, _corrupt, _blackout, _seed, _control,
        };
        _blackout.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                CheckBlackout(token.Value, result.AddError);
            }
        });
        CommandHost.SetAction(command, RunAsync);
        return command;
    }

    /// <summary>Reads AT+FOR in seconds; returns us, at least one of FOR.</summary>
    /// <exception cref="FormatException">It is malformed.</exception>
    internal static (long At, long For) ParseBlackout(string text)
    {
        string[] parts = text.Split('+');
        const NumberStyles Style = NumberStyles.AllowDecimalPoint;
        if (parts.Length == 2
            && double.TryParse(parts[0], Style, CultureInfo.InvariantCulture, out double at) && at is >= 0 and < 1e9
            && double.TryParse(parts[1], Style, CultureInfo.InvariantCulture, out double length) && length is >= 1e-6 and < 1e9)
        {
            return ((long)(at * 1e6), (long)(length * 1e6));
        }

        throw new FormatException($"\"{text}\" is not a blackout: AT+FOR in seconds is needed, as in 10+12.5");
    }

    private async Task<int> RunAsync(CommandContext context)
    {
        ChaosOptions options = await ReadOptionsAsync(context).ConfigureAwait(false);
        using var proxy = new ChaosProxy(options);
        proxy.Start();
        ReportListening(context.Output, options, proxy);
        if (context.Options.GetValue(_control))
        {
            context.ReadLines(line => Apply(context.Output, proxy, line));
        }

        Task stopped = context.Stopped();
        Task ended;
        do
        {
            ended = await Task.WhenAny(stopped, proxy.Failure, Task.Delay(_statisticsInterval)).ConfigureAwait(false);
            if (context.Output.IsJson)
            {
                context.Output.Event("statistics", Mood.Plain, string.Empty, proxy.Statistics().Write);
            }
        }
        while (ended != stopped && ended != proxy.Failure);

        if (ended == proxy.Failure)
        {
            await proxy.Failure.ConfigureAwait(false);
        }

        ChaosStatistics statistics = proxy.Statistics();
        context.Output.Event("totals", statistics.ToReadable(), statistics.Write);
        return ExitCode.Done;
    }

    private async Task<ChaosOptions> ReadOptionsAsync(CommandContext context)
    {
        ParseResult options = context.Options;
        IPAddress listen = options.GetRequiredValue(_listen);
        IPAddress forward = await HostNames.ResolveAsync(options.GetRequiredValue(_forward), context.Stop).ConfigureAwait(false);
        if (HostNames.Reaches(listen, forward))
        {
            // One datagram would go round and round, as another device each time.
            throw new UsageException(
                $"--forward {forward} is where --listen {listen} listens: if the peer runs on this computer, give them different " +
                "addresses, as in \"listen --bind 127.0.0.1\" and \"chaos --listen 127.0.0.2 --forward 127.0.0.1\"");
        }

        return new ChaosOptions
        {
            Listen = listen,
            Forward = forward,
            Ports = options.GetRequiredValue(_ports),
            Seed = options.GetValue(_seed) ?? (ulong)RandomNumberGenerator.GetInt32(int.MaxValue),
            Blackouts = [.. (options.GetValue(_blackout) ?? []).Select(ParseBlackout)],
            Settings = new ImpairmentSettings
            {
                LossPercent = options.GetValue(_loss),
                DuplicatePercent = options.GetValue(_duplicate),
                ReorderPercent = options.GetValue(_reorder),
                CorruptPercent = options.GetValue(_corrupt),
                DelayMs = options.GetValue(_delay),
                JitterMs = options.GetValue(_jitter),
            },
        };
    }

    private static void CheckBlackout(string text, Action<string> addError)
    {
        try
        {
            ParseBlackout(text);
        }
        catch (FormatException e)
        {
            addError($"--blackout: {e.Message}");
        }
    }

    private static void Apply(Output output, ChaosProxy proxy, string line)
    {
        try
        {
            proxy.Apply(ChaosControl.Parse(line));
            output.Event("controlApplied", Mood.Plain, $"now: {Text(proxy.Settings)}; applied {line}", json =>
            {
                WriteSettings(json, proxy.Settings);
                json.WriteString("line", line);
            });
        }
        catch (FormatException e)
        {
            output.Event("controlRefused", Mood.Bad, $"refused: {e.Message}", json => json.WriteString("reason", e.Message));
        }
    }

    private static void ReportListening(Output output, ChaosOptions options, ChaosProxy proxy)
    {
        string text = $"from {options.Listen} to {options.Forward}, {options.Ports.Count} ports ({proxy.SkippedPorts} skipped), " +
            $"seed {options.Seed}: {Text(options.Settings)}";
        output.Event("listening", Mood.Good, text, json =>
        {
            json.WriteString("address", options.Listen.ToString());
            json.WriteString("forward", options.Forward.ToString());
            json.WriteNumber("port", options.Ports[0]);
            json.WriteNumber("ports", options.Ports.Count);
            json.WriteNumber("portsSkipped", proxy.SkippedPorts);
            json.WriteNumber("seed", options.Seed);
            WriteSettings(json, options.Settings);
        });
    }

    private static string Text(ImpairmentSettings settings)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"loss {settings.LossPercent} %, delay {settings.DelayMs} ms, jitter {settings.JitterMs} ms, " +
            $"duplicate {settings.DuplicatePercent} %, reorder {settings.ReorderPercent} %, corrupt {settings.CorruptPercent} %");
    }

    private static void WriteSettings(Utf8JsonWriter json, ImpairmentSettings settings)
    {
        json.WriteNumber("loss", settings.LossPercent);
        json.WriteNumber("delay", settings.DelayMs);
        json.WriteNumber("jitter", settings.JitterMs);
        json.WriteNumber("duplicate", settings.DuplicatePercent);
        json.WriteNumber("reorder", settings.ReorderPercent);
        json.WriteNumber("corrupt", settings.CorruptPercent);
    }

    private static Option<double> Percent(string name, string help)
    {
        return OptionFactory.Create(name, "P", $"{help}, in percent of all: 0 to 100.", 0.0, OptionFactory.ParsePercent);
    }

    private static Option<T> Required<T>(Option<T> option)
    {
        option.Required = true;
        option.DefaultValueFactory = null;
        return option;
    }
}
