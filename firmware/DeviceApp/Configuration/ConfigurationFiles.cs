namespace Hoplink.Device.Configuration;

/// <summary>
/// The files that a <see cref="ConfigurationStore"/> needs, by name in one folder. What goes wrong throws the platform's own exception.
/// </summary>
public abstract class ConfigurationFiles
{
    /// <summary>True if the file is there.</summary>
    public abstract bool Exists(string name);

    /// <summary>The contents of a file that is there.</summary>
    public abstract byte[] Read(string name);

    /// <summary>Writes a file, in place of one that is there. It may be cut if the power fails meanwhile.</summary>
    public abstract void Write(string name, byte[] contents);

    /// <summary>Removes a file that is there.</summary>
    public abstract void Delete(string name);

    /// <summary>Renames a file that is there to a name that no file has.</summary>
    public abstract void Move(string from, string to);
}
