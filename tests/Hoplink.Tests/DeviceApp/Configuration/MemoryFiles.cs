using Hoplink.Device.Configuration;

namespace Hoplink.Tests.Device.Configuration;

/// <summary>
/// Files in memory that obey the board's rules, and lose power when told to: in the middle of a write, or before any other step.
/// </summary>
internal sealed class MemoryFiles : ConfigurationFiles
{
    public sealed class PowerFailure : Exception;

    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Steps that change a file before the power fails; none by default.</summary>
    public int StepsLeft { get; set; } = int.MaxValue;

    /// <summary>The flash refuses: as a broken one does, not as a power failure.</summary>
    public bool IsBroken { get; set; }

    /// <summary>What is written reads otherwise.</summary>
    public bool IsForgetful { get; set; }

    /// <summary>The name of a file that cannot be deleted or renamed; null for none.</summary>
    public string? RefusesToRemove { get; set; }

    /// <summary>The folder cannot be listed.</summary>
    public bool RefusesToLook { get; set; }

    public int Writes { get; private set; }

    /// <summary>The arrays that were handed out to readers.</summary>
    public List<byte[]> Handed { get; } = [];

    public override bool Exists(string name) => RefusesToLook ? throw new IOException() : Files.ContainsKey(name);

    public override byte[] Read(string name)
    {
        if (IsBroken)
        {
            throw new IOException();
        }

        Handed.Add([.. Files[name]]);
        return Handed[^1];
    }

    public override void Write(string name, byte[] contents)
    {
        Writes++;
        if (IsBroken)
        {
            throw new IOException();
        }

        Files[name] = contents[..(contents.Length / 2)];
        Step();
        Files[name] = [.. contents];
        if (IsForgetful)
        {
            Files[name][20] ^= 1;
        }
    }

    public override void Delete(string name)
    {
        Remove(name);
        Assert.True(Files.Remove(name));
    }

    public override void Move(string from, string to)
    {
        Remove(from);
        Assert.False(Files.ContainsKey(to), "the board's file system renames onto no existing file");
        Files.Add(to, Files[from]);
        Assert.True(Files.Remove(from));
    }

    private void Remove(string name)
    {
        Step();
        if (name == RefusesToRemove)
        {
            throw new IOException();
        }
    }

    /// <summary>Without power, nothing goes on until there is some again.</summary>
    private void Step()
    {
        if (StepsLeft-- <= 0)
        {
            throw new PowerFailure();
        }
    }
}
