using System.Security.Cryptography;

namespace Hoplink.Host;

/// <summary>
/// The stateless reset secret in a state directory (protocol.md 13.3): 32 bytes that outlive restarts, so that devices notice a restart
/// within one round trip.
/// </summary>
public static class ResetSecretFile
{
    /// <summary>Bytes of the secret.</summary>
    public const int SecretSize = 32;

    /// <summary>The file's name in the directory.</summary>
    public const string FileName = "reset-secret";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Reads the secret, or makes directory and secret if they are not there.</summary>
    /// <param name="directory">The state directory.</param>
    /// <param name="warn">Takes a warning, if others than the file's owner can read or change it.</param>
    /// <exception cref="UsageException">The directory cannot be used, or the file is damaged: it is never replaced.</exception>
    public static byte[] ReadOrCreate(string directory, Action<string> warn)
    {
        CreateDirectory(directory);
        string path = Path.Combine(directory, FileName);
        return Path.Exists(path) ? Read(path, warn) : Create(path);
    }

    private static void CreateDirectory(string directory)
    {
        if (directory.Length == 0)
        {
            throw new UsageException("the state directory has no name: give --state the name of a directory");
        }

        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, OwnerOnly);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"the state directory {directory} cannot be made: {e.Message}");
        }
    }

    private static byte[] Read(string path, Action<string> warn)
    {
        byte[] secret = SecretFile.Read(path, SecretSize);

        // All zeros is what some file systems leave of a file after a crash.
        if (secret.Length != SecretSize || secret.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            throw new UsageException(
                $"{path} is damaged: it must hold {SecretSize} random bytes. Put it back from a copy, or delete it: devices that are " +
                "connected then take 90 s instead of one round trip to notice the restart");
        }

        if (SecretFile.IsOpenToOthers(path))
        {
            warn($"warning: {path} can be read or changed by other users: chmod 600 {path}");
        }

        return secret;
    }

    private static byte[] Create(string path)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(SecretSize);
        SecretFile.Write(path, secret, replace: false);
        return secret;
    }
}
