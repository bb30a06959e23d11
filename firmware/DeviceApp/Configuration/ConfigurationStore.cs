using System;
using Hoplink.Crypto;

namespace Hoplink.Device.Configuration;

/// <summary>What a board found of its configuration.</summary>
public enum StoreState : byte
{
    /// <summary>Nothing: it has never been configured.</summary>
    Empty,

    /// <summary>A whole configuration.</summary>
    Loaded,

    /// <summary>Something that is no configuration; <see cref="ConfigurationStore.Problem"/> says what is wrong with it.</summary>
    Torn,
}

/// <summary>
/// Keeps the configuration in a file. Saving writes a second file, looks whether it can be read, and only then puts it in the first one's
/// place. The file system renames onto no existing file, so that the first has to go before the second can take its name: if the power
/// fails between the two, the second is found whole at the next start, and used.
/// </summary>
public sealed class ConfigurationStore
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "hoplink.cfg";

    /// <summary>Name of the file that is to take its place.</summary>
    public const string NewFileName = "hoplink.new";

    private readonly ConfigurationFiles _files;
    private readonly CryptoProvider _crypto;

    /// <summary>Uses the files, and the provider for the checksum.</summary>
    public ConfigurationStore(ConfigurationFiles files, CryptoProvider crypto)
    {
        _files = files;
        _crypto = crypto;
    }

    /// <summary>What <see cref="Load"/> read; null unless it was whole.</summary>
    public DeviceConfiguration Configuration { get; private set; }

    /// <summary>
    /// What is wrong with the file that <see cref="Load"/> read, or with the file system, without secrets; null if nothing is. A whole
    /// configuration may come with a problem: the file system may refuse to tidy up.
    /// </summary>
    public string Problem { get; private set; }

    /// <summary>Reads the configuration, and finishes a replacement that was interrupted. Throws nothing.</summary>
    public StoreState Load()
    {
        Problem = null;
        Configuration = null;
        try
        {
            return LoadFiles();
        }
        catch (Exception e)
        {
            // Starting again would end here again: what was read is good, and else the board is to be configured.
            Problem = "the file system refused: " + e.GetType().Name;
            return Configuration != null ? StoreState.Loaded : StoreState.Torn;
        }
    }

    /// <summary>
    /// Replaces the configuration. Returns null, or what went wrong; then what was there before is there still, unless the file system
    /// failed between removing the old file and renaming the new one, which the next <see cref="Load"/> puts right.
    /// </summary>
    /// <exception cref="ArgumentException">A required setting lacks.</exception>
    public string Save(DeviceConfiguration configuration)
    {
        byte[] file = ConfigurationText.Write(configuration, _crypto);
        byte[] written = null;
        try
        {
            _files.Write(NewFileName, file);
            written = _files.Read(NewFileName);
            if (!IsSame(file, written))
            {
                return "the file reads otherwise than it was written";
            }

            PutInPlace(_files.Exists(FileName));
            return null;
        }
        catch (Exception e)
        {
            return "the file system refused: " + e.GetType().Name;
        }
        finally
        {
            Clear(file);
            Clear(written);
        }
    }

    private static bool IsSame(byte[] left, byte[] right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
            {
                return false;
            }
        }

        return true;
    }

    private static void Clear(byte[] file)
    {
        if (file != null)
        {
            Array.Clear(file, 0, file.Length);
        }
    }

    private StoreState LoadFiles()
    {
        bool exists = _files.Exists(FileName);
        if (exists)
        {
            Configuration = Read(FileName);
        }

        if (!_files.Exists(NewFileName))
        {
            return StateOf(exists);
        }

        if (Configuration != null)
        {
            // It was never put in place, and nobody was told that it would be.
            _files.Delete(NewFileName);
            return StoreState.Loaded;
        }

        Configuration = Read(NewFileName);
        if (Configuration == null)
        {
            return StoreState.Torn;
        }

        PutInPlace(exists);
        Problem = null;
        return StoreState.Loaded;
    }

    private void PutInPlace(bool exists)
    {
        if (exists)
        {
            _files.Delete(FileName);
        }

        _files.Move(NewFileName, FileName);
    }

    private StoreState StateOf(bool exists)
    {
        return Configuration != null ? StoreState.Loaded : exists ? StoreState.Torn : StoreState.Empty;
    }

    private DeviceConfiguration Read(string name)
    {
        var configuration = new DeviceConfiguration();
        string problem;
        byte[] file = null;
        try
        {
            file = _files.Read(name);
            problem = ConfigurationText.TryRead(file, configuration, _crypto);
        }
        catch (Exception e)
        {
            problem = "it cannot be read: " + e.GetType().Name;
        }
        finally
        {
            Clear(file);
        }

        if (problem == null)
        {
            return configuration;
        }

        configuration.Wipe();
        Problem = name + ": " + problem;
        return null;
    }
}
