using System.CommandLine;
using System.Security.Cryptography;
using Hoplink.Host;

namespace Hoplink.Peer.Commands;

/// <summary>keygen: makes a pre-shared key (protocol.md 3.1).</summary>
internal static class KeygenCommand
{
    public static Command Create()
    {
        var path = new Option<string>("--out") { HelpName = "FILE", Description = "The file to write.", Required = true };
        Option<bool> force = OptionFactory.Flag("--force", "Replace the file if it exists. The key that it held is lost.");
        var command = new Command(
            "keygen", "Make a pre-shared key for one device: 32 random bytes as 64 hex digits, in a file that you alone can read.")
        {
            path,
            force,
        };
        CommandHost.SetAction(
            command,
            context =>
            {
                Run(context.Output, context.Options.GetRequiredValue(path), context.Options.GetValue(force));
                return Task.FromResult(ExitCode.Done);
            },
            isForItsOutput: true);
        return command;
    }

    private static void Run(Output output, string path, bool force)
    {
        byte[] key = RandomNumberGenerator.GetBytes(PskFile.KeySize);
        try
        {
            PskFile.Write(path, key, force);
            string keyId = LinkEventReport.Hex(PskFile.KeyId(key));
            output.Event("keyWritten", Mood.Good, $"{path}: a new key, key id {keyId}", json =>
            {
                json.WriteString("file", path);
                json.WriteString("keyId", keyId);
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
