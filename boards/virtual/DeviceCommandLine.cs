using System.CommandLine;
using Hoplink.Device;
using Hoplink.Device.Patterns;
using Hoplink.Host;
using Hoplink.Parameters;
using Hoplink.Wire;

namespace Hoplink.VirtualBoard;

/// <summary>The options of the command `device`.</summary>
internal sealed class DeviceCommandLine
{
    private const int MaxIntervalMillis = 3_600_000;

    private readonly Option<string> _psk = new("--psk")
    {
        Description = "File with the pre-shared key: 64 hex digits, as \"hoplink keygen\" writes it.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _peer = new("--peer")
    {
        Description = "The peer's name or address, and its rendezvous port if that is not 40100.",
        HelpName = "HOST[:PORT]",
        Required = true,
    };

    private readonly Option<int?> _sendEvery = OptionFactory.Number(
        "--send-every", "MS", 0, MaxIntervalMillis,
        "Send a numbered test message this often; 0: as fast as the link takes them. Default with --size or --count: 1000.");

    private readonly Option<int?> _size = OptionFactory.Number(
        "--size", "BYTES", TestPattern.MinSize, WireFormat.MaxMessage, "Length of a test message. Default: 64.");

    private readonly Option<int?> _count = OptionFactory.Number(
        "--count", "N", 1, int.MaxValue, "End when this many test messages are acknowledged.");

    private readonly Option<int?> _iterations = OptionFactory.Number(
        "--iterations", "N", 1, 65535, "Most PBKDF2 iterations offered for a key. Default: 4096.");

    private readonly Option<int?> _telemetry = OptionFactory.Number(
        "--telemetry", "MS", 0, DeviceOptions.MaxTelemetryMillis, "Interval of the telemetry, from 100 on; 0: none. Default: 5000.");

    private readonly Option<string> _crypto = OptionFactory.Choice(
        "--crypto", "This computer's crypto, or the managed code that runs on a board.", "platform", "managed");

    private readonly Option<string> _profile = OptionFactory.Choice(
        "--profile", "Sizes and limits of a board, or of a desktop computer.", "device", "desktop");

    private readonly Option<PayloadEncryption> _encryption = OptionFactory.Encryption();

    private readonly Option<bool> _faults = OptionFactory.Flag(
        "--faults",
        "For demonstrations: take faults to inject from the peer's commands and from standard input, one a line, as in "
        + "{\"fault\":\"jumpClock\",\"ms\":3000}. Faults: " + FaultCommand.Help + "; also abort, quit (sends no more, waits for what is to "
        + "come back, closes), and {\"query\":\"totals\"}.");

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        Option[] options = [_psk, _peer, _sendEvery, _size, _count, _crypto, _profile, _iterations, _encryption, _faults, _telemetry];
        foreach (Option option in options)
        {
            command.Add(option);
        }
    }

    /// <summary>Reads and checks what was given.</summary>
    /// <exception cref="UsageException">An option is out of range.</exception>
    public DeviceSettings Read(ParseResult given)
    {
        PeerName peer = PeerName.Parse(given.GetRequiredValue(_peer));
        LinkOptions link = given.GetValue(_profile) == "desktop" ? LinkOptions.Desktop() : LinkOptions.Device();
        link.RendezvousPort = peer.Port;
        link.FaultInjection = given.GetValue(_faults);
        link.Encryption = given.GetValue(_encryption);
        link.Iterations = given.GetValue(_iterations) ?? link.Iterations;
        return new DeviceSettings
        {
            Peer = peer,
            PskPath = given.GetRequiredValue(_psk),
            IsManaged = given.GetValue(_crypto) == "managed",
            Link = link,
            App = ReadApp(given, WireFormat.MaxMessageIn(link.MaxDatagram)),
        };
    }

    private DeviceOptions ReadApp(ParseResult given, int largestMessage)
    {
        var app = new DeviceOptions();
        int? every = given.GetValue(_sendEvery);
        int? size = given.GetValue(_size);
        int? count = given.GetValue(_count);
        app.SendPatterns = every is not null || size is not null || count is not null;
        app.PatternEveryMillis = every ?? app.PatternEveryMillis;
        app.PatternSize = size ?? app.PatternSize;
        app.PatternCount = count ?? app.PatternCount;
        app.TelemetryMillis = given.GetValue(_telemetry) ?? app.TelemetryMillis;
        if (app.PatternSize > largestMessage)
        {
            throw new UsageException($"{_size.Name} {size}: give {TestPattern.MinSize} to {largestMessage}, or --profile desktop for more");
        }

        return DeviceOptions.IsTelemetryInterval(app.TelemetryMillis)
            ? app
            : throw new UsageException(
                $"{_telemetry.Name} {app.TelemetryMillis}: give 0 for none, or "
                + $"{DeviceOptions.MinTelemetryMillis} to {DeviceOptions.MaxTelemetryMillis}");
    }
}
