using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using Hoplink.Device;
using Hoplink.Host;

namespace Hoplink.VirtualBoard;

/// <summary>The command `device`: the device's application as a process of this computer.</summary>
public static class DeviceCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="name">Its name.</param>
    public static Command Create(string name = "device")
    {
        var command = new Command(
            name, "Run a device on this computer: connect to a peer, send telemetry and test messages, and recover from what goes wrong.");
        var options = new DeviceCommandLine();
        options.AddTo(command);
        CommandHost.SetAction(command, context => RunAsync(context, options.Read(context.Options)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, DeviceSettings settings)
    {
        byte[] psk = PskFile.Read(settings.PskPath, context.Output.Error);
        try
        {
            IPAddress peer = await HostNames.ResolveAsync(settings.Peer.Host, context.Stop).ConfigureAwait(false);
            using var transport = new DeviceTransport(peer);
            var report = new DeviceReport(context.Output, settings.App);
            using var platform = new VirtualPlatform(transport, settings.CreateCrypto, report);
            var app = new DeviceApp(settings.App, settings.Link, settings.CreateCrypto(), psk, platform);
            var run = new DeviceRun(context, settings, app, transport, report);

            // The link has one thread; the one that runs the command has signals to see to.
            return await Task.Factory.StartNew(run.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(psk);
        }
    }
}
