using System.Net;
using System.Text;
using Hoplink.Host;
using Hoplink.Peer;
using Hoplink.Peer.Chaos;
using Hoplink.Peer.Commands;
using Hoplink.Simulation.Campaigns;
using Hoplink.VirtualBoard;

namespace Hoplink.Fuzz.Targets;

/// <summary>
/// What people write on command lines and standard input: a clear error, and never another exception; and what is taken is within its range.
/// </summary>
internal sealed class TextTarget() : FuzzTarget("text")
{
    private static readonly string[] _faults =
    [
        "{\"fault\":\"damageKey\"}", "{\"fault\":\"deaf\",\"ms\":5000,\"keyId\":\"0011223344556677\"}", "{\"fault\":\"jumpClock\",\"ms\":-1e3}",
        "{\"fault\":\"\\ud800\"}", "{\"f\\u0061ult\":\"mute\",\"ms\":9223372036854775808}", "[{\"fault\":null}]",
    ];

    private static readonly string[] _narrowings =
    [
        "episodes=3+4,without=loss+jitter,messages=2,fault-ms=4000,idle-ms=0", "without=none", "without=1", "episodes=0+2147483647,messages=0",
        "fault-ms=2147483647,,idle-ms=1", "messages=2147483647,messages=1",
    ];

    private static readonly string[] _controls =
    [
        "{\"loss\":10,\"delay\":50,\"jitter\":20,\"duplicate\":1,\"reorder\":5,\"corrupt\":1,\"blackoutMs\":12000}",
        "{\"junk\":{\"count\":1000,\"ratePerSecond\":100}}", "{\"\\ud800\":1}", "{\"junk\":{\"\\udc00\":1,\"count\":1}}",
        "{\"loss\":1e999,\"delay\":2147483648}", "{\"loss\":-0,\"loss\":0.1e2}", "[]",
    ];

    private static readonly string[] _addresses =
        ["192.0.2.1", "0.0.0.0", "fe80::1%2", "::ffff:192.0.2.1", "[::1]:80", "0x7f.1", "10.1", "::1%lo", "2001:db8::", "::1/64"];

    private static readonly string[] _extremes = ["-1", "NaN", "Infinity", "-Infinity", "\u221e", "1e3", "+1", " 1", "2147483648", "0"];

    private static readonly (Action<string> Parse, string[] Samples)[] _parsers =
    [
        (text => PortList.ParsePort(text), ["40100", "1", "65535"]),
        (text => PortList.ParseRange(text), ["49152-50175", "1-1"]),
        (text => PortList.ParseList(text), ["40100,49152-50175", "1,2,3"]),
        (text => SeedRange.Parse(text), ["1-100", "0-18446744073709551615", "7"]),
        (text => PeerName.Parse(text), ["192.0.2.1:40100", "[::1]:40100", "fe80::1%2", "peer.example"]),
        (text => FaultCommand.Parse(text), _faults),
        (text => BoardRequest.Parse(text), [.. _faults, "{\"query\":\"totals\"}", "{\"fault\":\"quit\"}"]),
        (text => CheckNarrowing(Narrowing.Parse(text)), _narrowings),
        (text => CheckControl(ChaosControl.Parse(text)), _controls),
        (text => Check(ChaosCommand.ParseBlackout(text) is { At: >= 0, For: > 0 }), ["10+12.5", "0+1", ".5+1.", "999999999+1", "NaN+-Infinity"]),
        (text => CheckAddress(OptionFactory.ParseAddress(text)), _addresses),
        (CheckAddress, _addresses),
        (text => Check(OptionFactory.ParsePercent(text) is >= 0 and <= 100), ["10", "0.5", "100", ".0", .. _extremes]),
        (text => Check(OptionFactory.ParseMilliseconds(text) is >= 0 and <= 3_600_000), ["20", "3600000", .. _extremes]),
        (text => OptionFactory.ParseSeed(text), ["7", "18446744073709551615", .. _extremes]),
        (text => Check(Enum.IsDefined(OptionFactory.ParseEncryption(text))), ["off", "offered", "required", "0", "1,2"]),
        (text => Check(SimulateCommand.ParseHours(text) is > 0 and <= 10_000), ["3", "0.5", "10000", .. _extremes]),
        (text => Check(SimulateCommand.ParseJobs(text) is >= 1 and <= 256), ["4", "256", .. _extremes]),
        (text => Check(SimulateCommand.ParsePreset(text) != null), [.. Preset.All.Select(preset => preset.Name)]),
    ];

    public override int Run(byte[] file)
    {
        if (file.Length == 0)
        {
            return 1;
        }

        try
        {
            _parsers[file[0] % _parsers.Length].Parse(Encoding.UTF8.GetString(file, 1, file.Length - 1));
        }
        catch (Exception e) when (e is FormatException or UsageException)
        {
            CheckMessage(e.Message);
        }

        return 1;
    }

    public override byte[] Generate(SimRandom random, int most)
    {
        int parser = (int)random.Below(_parsers.Length);
        string[] samples = _parsers[parser].Samples;
        byte[] text = Encoding.UTF8.GetBytes(samples[random.Below(samples.Length)]);
        byte[] other = Encoding.UTF8.GetBytes(samples[random.Below(samples.Length)]);
        return [(byte)parser, .. random.Chance(0.9) ? new Mutator(random).Change(text, other) : text];
    }

    private static void Check(bool holds)
    {
        _ = holds ? holds : throw new FuzzFailure("a value out of its range was taken");
    }

    // A failure's replay command says it by its text.
    private static void CheckNarrowing(Narrowing narrowing)
    {
        Narrowing again = Narrowing.Parse(narrowing.ToString());
        Check(narrowing is { Messages: >= 0, FaultMicros: >= 0, IdleMicros: >= 0 } && narrowing.Episodes.All(number => number >= 0));
        if (!again.Episodes.SequenceEqual(narrowing.Episodes) || again with { Episodes = narrowing.Episodes } != narrowing)
        {
            throw new FuzzFailure($"\"{narrowing}\" is read as \"{again}\"");
        }
    }

    private static void CheckControl(ChaosControl control)
    {
        ImpairmentSettings settings = control.Change(new ImpairmentSettings());
        double[] shares = [settings.LossPercent, settings.DuplicatePercent, settings.ReorderPercent, settings.CorruptPercent];
        Check(Array.TrueForAll(shares, share => share is >= 0 and <= 100) && settings is { DelayMs: >= 0, JitterMs: >= 0 });
        Check(control.BlackoutMs is null or > 0 && control.Junk is null or { Count: > 0, RatePerSecond: > 0 });
    }

    private static void CheckAddress(string text)
    {
        if (HostNames.TryParseAddress(text, out IPAddress? address))
        {
            CheckAddress(address);
        }
    }

    private static void CheckAddress(IPAddress address)
    {
        bool isSame = HostNames.TryParseAddress(address.ToString(), out IPAddress? again) && again.Equals(address);
        _ = isSame ? isSame : throw new FuzzFailure($"{address} is not read as itself, but as {again}");
    }

    private static void CheckMessage(string message)
    {
        if (message.Length == 0 || message.StartsWith("Exception of type", StringComparison.Ordinal))
        {
            throw new FuzzFailure("an error without words");
        }
    }
}
