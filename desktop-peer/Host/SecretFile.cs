namespace Hoplink.Host;

/// <summary>Files that hold secrets: for their owner alone from the moment they exist, and never half written.</summary>
internal static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads a file of at most <paramref name="limit"/> bytes; a longer one comes back one byte longer than that.</summary>
    /// <exception cref="UsageException">It cannot be read.</exception>
    public static byte[] Read(string path, int limit)
    {
        var buffer = new byte[limit + 1];
        try
        {
            using FileStream file = File.OpenRead(path);
            int count = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            byte[] content = buffer.AsSpan(0, count).ToArray();
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {e.Message}");
        }
        finally
        {
            Array.Clear(buffer);
        }
    }

    /// <summary>Writes a new file by way of a temporary one beside it, then renames that.</summary>
    /// <exception cref="UsageException">The path names no file, the file may not be replaced, or it cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool replace)
    {
        if (path.Length == 0 || Path.EndsInDirectorySeparator(path) || Directory.Exists(path))
        {
            throw new UsageException($"\"{path}\" cannot be written: the name of a file is needed, not of a directory");
        }

        // Told early for a clear message; the rename below decides.
        if (!replace && Path.Exists(path))
        {
            throw AlreadyThere(path);
        }

        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = new FileStream(temporary, NewFile()))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, replace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw !replace && Path.Exists(path) ? AlreadyThere(path) : new UsageException($"{path} cannot be written: {e.Message}");
        }
        finally
        {
            DeleteIfThere(temporary);
        }
    }

    /// <summary>True if somebody other than the owner may read or write the file. Always false on Windows.</summary>
    public static bool IsOpenToOthers(string path)
    {
        return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0;
    }

    private static void DeleteIfThere(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }

    private static UsageException AlreadyThere(string path)
    {
        return new UsageException($"{path} exists already and was left as it is: choose another name, or replace it with --force");
    }
}
