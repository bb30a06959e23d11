using System.Security.Cryptography;
using Hoplink.Keys;

namespace Hoplink.Host;

/// <summary>A pre-shared key in a file: 64 hex digits, and a line end or none (protocol.md 3.1).</summary>
public static class PskFile
{
    /// <summary>Bytes of a key.</summary>
    public const int KeySize = 32;

    private const int Digits = 2 * KeySize;
    private const int Limit = 4096;

    /// <summary>Reads a key. The caller wipes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="warn">Takes a warning, if others than the file's owner can read or change it.</param>
    /// <exception cref="UsageException">The file is not there or malformed. The message quotes nothing of it.</exception>
    public static byte[] Read(string path, Action<string> warn)
    {
        if (path.Length == 0 || Directory.Exists(path))
        {
            throw new UsageException($"\"{path}\" is no key file: give the name of one");
        }

        if (!File.Exists(path))
        {
            throw new UsageException($"there is no key file {path}: name another, or make one with \"hoplink keygen --out {path}\"");
        }

        byte[] content = SecretFile.Read(path, Limit);
        try
        {
            if (SecretFile.IsOpenToOthers(path))
            {
                warn($"warning: {path} can be read or changed by other users: chmod 600 {path}");
            }

            return Parse(path, content);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>Writes a key to a new file that its owner alone can read.</summary>
    /// <exception cref="UsageException">The file exists and <paramref name="replace"/> is false, or it cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> key, bool replace)
    {
        Span<byte> content = stackalloc byte[Digits + 1];
        try
        {
            Convert.TryToHexStringLower(key, content, out _);
            content[Digits] = (byte)'\n';
            SecretFile.Write(path, content, replace);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    /// <summary>The key id: SHA-256("hoplink key id v1" || psk)[0..8] (3.1), as a number.</summary>
    public static ulong KeyId(byte[] key)
    {
        return PskKeys.ComputeKeyId(new PlatformCrypto(), key);
    }

    private static byte[] Parse(string path, byte[] content)
    {
        ReadOnlySpan<byte> line = content;
        int end = line.IndexOf((byte)'\n');
        if (end >= 0 && end != line.Length - 1)
        {
            throw Malformed(path, 2, "the file goes on after the first line");
        }

        line = line.TrimEnd("\n"u8);
        line = line.EndsWith("\r"u8) ? line[..^1] : line;
        int strange = line.IndexOfAnyExcept("0123456789abcdefABCDEF"u8);
        if (strange >= 0)
        {
            throw Malformed(path, 1, $"character {strange + 1} is not a hex digit");
        }

        if (line.Length != Digits)
        {
            throw Malformed(path, 1, $"it has {line.Length} hex digits");
        }

        var key = new byte[KeySize];
        Convert.FromHexString(line, key, out _, out _);
        if (key.AsSpan().IndexOfAnyExcept((byte)0) < 0)
        {
            throw Malformed(path, 1, "a key of zeros is no secret");
        }

        return key;
    }

    private static UsageException Malformed(string path, int lineNumber, string why)
    {
        return new UsageException(
            $"{path} line {lineNumber}: {why}; a key file holds one line of {Digits} hex digits, as \"hoplink keygen\" writes it");
    }
}
