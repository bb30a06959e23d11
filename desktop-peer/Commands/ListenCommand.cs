using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using Hoplink.Host;
using Hoplink.Parameters;
using Hoplink.Peer.Listen;

namespace Hoplink.Peer.Commands;

/// <summary>listen: the peer of any number of devices.</summary>
internal sealed class ListenCommand
{
    /// <summary>Events of all links together: one network failure may end thousands of sessions in one call.</summary>
    private const int EventCapacity = 16_384;

    private static readonly TimeSpan _closeBound = TimeSpan.FromSeconds(2);

    private readonly Option<string[]> _psk = new("--psk")
    {
        HelpName = "FILE",
        Description = "Key files of the devices to serve, one key a device.",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<IPAddress> _bind = OptionFactory.Create(
        "--bind", "ADDR", "Local address to listen on; :: is all, 0.0.0.0 all of IPv4.", UdpSocket.AnyAddress, OptionFactory.ParseAddress);

    private readonly Option<int> _port = OptionFactory.Create(
        "--port", "PORT", "Rendezvous port.", SpecConstants.DefaultRendezvousPort, PortList.ParsePort);

    private readonly Option<PortRange> _hop = OptionFactory.Create(
        "--hop", "FIRST-LAST", "Hop ports. Up to 1024 are bound at once, more window by window.",
        new PortRange(SpecConstants.DefaultHopFirst, SpecConstants.DefaultHopFirst + SpecConstants.DefaultHopCount - 1),
        PortList.ParseRange);

    private readonly Option<bool> _echo = OptionFactory.Flag("--echo", "Send every message back.");

    private readonly Option<string?> _state = new("--state")
    {
        HelpName = "DIR",
        Description = "Directory that keeps the reset secret, so that devices notice a restart at once. Made if it is not there.",
    };

    private readonly Option<PayloadEncryption> _encryption = OptionFactory.Encryption();

    private readonly Option<bool> _verbose = OptionFactory.Flag("--verbose", "Report every message: its length and number.");

    private readonly Option<bool> _faults = OptionFactory.Flag(
        "--faults",
        "For demonstrations: take faults to inject from standard input, one a line, as in " +
        "{\"fault\":\"deaf\",\"ms\":5000,\"keyId\":\"...\"}; without keyId for every device. Faults: " + FaultCommand.Help + ".");

    public static Command Create()
    {
        return new ListenCommand().Build();
    }

    private Command Build()
    {
        var command = new Command("listen", "Serve devices: listen, print what happens, and close their sessions on Ctrl+C.")
        {
            _psk, _bind, _port, _hop, _echo, _state, _encryption, _verbose, _faults,
        };
        CommandHost.SetAction(command, RunAsync);
        return command;
    }

    private async Task<int> RunAsync(CommandContext context)
    {
        ParseResult options = context.Options;
        List<byte[]> keys = ReadKeys(options.GetRequiredValue(_psk), context.Output);
        ulong[] keyIds = [.. keys.Select(key => PskFile.KeyId(key))];
        byte[] resetSecret = options.GetValue(_state) is { } directory
            ? ResetSecretFile.ReadOrCreate(directory, context.Output.Error)
            : RandomNumberGenerator.GetBytes(ResetSecretFile.SecretSize);

        var application = new PeerApplication(context.Output, options.GetValue(_echo), options.GetValue(_verbose));
        using ResponderHost host = CreateHost(options, keys, resetSecret, application);
        foreach (byte[] secret in keys.Append(resetSecret))
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        host.Start();
        ReportListening(context, host, keyIds);
        if (options.GetValue(_faults))
        {
            var injector = new FaultInput(host, application, context.Output);
            context.ReadLines(injector.Handle);
        }

        Task ended = await Task.WhenAny(context.Stopped(), host.Failure).ConfigureAwait(false);
        if (ended == host.Failure)
        {
            await host.Failure.ConfigureAwait(false);
        }

        context.Output.Event("stopping", Mood.Plain, "stopping: closing the sessions; Ctrl+C once more ends it at once");
        bool closed = await host.StopAsync(_closeBound).ConfigureAwait(false);
        application.ReportTotals(host, closed);
        return ExitCode.Done;
    }

    private static List<byte[]> ReadKeys(string[] paths, Output output)
    {
        var keys = new List<byte[]>();
        var seen = new Dictionary<ulong, string>();
        foreach (string path in paths)
        {
            byte[] key = PskFile.Read(path, output.Error);
            if (!seen.TryAdd(PskFile.KeyId(key), path))
            {
                throw new UsageException(
                    $"{path} holds the same key as {seen[PskFile.KeyId(key)]}: every device needs a key of its own, given once");
            }

            keys.Add(key);
        }

        return keys;
    }

    private ResponderHost CreateHost(ParseResult options, List<byte[]> keys, byte[] resetSecret, PeerApplication application)
    {
        (int first, int last) = options.GetValue(_hop);
        LinkOptions link = LinkOptions.Desktop();
        link.RendezvousPort = options.GetValue(_port);
        link.EventCapacity = EventCapacity;
        link.FaultInjection = options.GetValue(_faults);
        link.Encryption = options.GetValue(_encryption);
        var hostOptions = new ResponderHostOptions
        {
            Address = options.GetRequiredValue(_bind),
            Responder = ResponderOptionsFor(keys.Count, link, first, last),
            Psks = keys,
            ResetSecret = resetSecret,
            CreateCrypto = () => new PlatformCrypto(),
        };
        return new ResponderHost(hostOptions, application);
    }

    /// <summary>Every device may be away at once, and none is to lose its link for that: a dormant link for each key.</summary>
    internal static ResponderOptions ResponderOptionsFor(int keys, LinkOptions link, int hopFirst, int hopLast)
    {
        var options = new ResponderOptions { Link = link, HopFirst = hopFirst, HopCount = hopLast - hopFirst + 1, MaxKeys = keys };
        options.MaxDormantLinks = Math.Max(options.MaxDormantLinks, keys);
        return options;
    }

    private void ReportListening(CommandContext context, ResponderHost host, ulong[] keyIds)
    {
        string address = context.Options.GetRequiredValue(_bind).ToString();
        int port = context.Options.GetValue(_port);
        (int first, int last) = context.Options.GetValue(_hop);
        string encryption = OptionFactory.Word(context.Options.GetValue(_encryption));
        string text = $"listening on {address} port {port}, hop ports {first}-{last} ({host.SkippedPorts} skipped), encryption {encryption}, " +
            $"for {keyIds.Length} key{(keyIds.Length == 1 ? string.Empty : "s")}: {string.Join(' ', keyIds.Select(LinkEventReport.Hex))}";
        context.Output.Event("listening", Mood.Good, text, json =>
        {
            json.WriteString("address", address);
            json.WriteNumber("port", port);
            json.WriteNumber("hopFirst", first);
            json.WriteNumber("hopLast", last);
            json.WriteNumber("portsOpen", host.OpenPorts);
            json.WriteNumber("portsSkipped", host.SkippedPorts);
            json.WriteString("encryption", encryption);
            json.WriteStartArray("keyIds");
            foreach (ulong keyId in keyIds)
            {
                json.WriteStringValue(LinkEventReport.Hex(keyId));
            }

            json.WriteEndArray();
        });
    }
}
