using System.IO;
using Hoplink.Device.Configuration;

namespace Hoplink.Hardware;

/// <summary>The files on I:, the flash's LittleFS. They are plain text to whoever can read the flash.</summary>
internal sealed class BoardFiles : ConfigurationFiles
{
    private const string Root = "I:\\";

    /// <inheritdoc/>
    public override bool Exists(string name)
    {
        return File.Exists(Root + name);
    }

    /// <inheritdoc/>
    public override byte[] Read(string name)
    {
        return File.ReadAllBytes(Root + name);
    }

    /// <inheritdoc/>
    public override void Write(string name, byte[] contents)
    {
        File.WriteAllBytes(Root + name, contents);
    }

    /// <inheritdoc/>
    public override void Delete(string name)
    {
        File.Delete(Root + name);
    }

    /// <inheritdoc/>
    public override void Move(string from, string to)
    {
        File.Move(Root + from, Root + to);
    }
}
