namespace Hoplink.Fuzz;

/// <summary>Something that takes bytes from outside. Instances are used by one thread at a time.</summary>
public abstract class FuzzTarget(string name) : IDisposable
{
    /// <summary>What the command line calls it.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Takes a file of a fuzzer, be it what it may, and returns how many inputs were in it. Whatever it throws is a fault that was found.
    /// </summary>
    public abstract int Run(byte[] file);

    /// <summary>Makes a file of at least one and at most so many inputs.</summary>
    public abstract byte[] Generate(SimRandom random, int most);

    /// <summary>Where a file may be cut into parts that make sense each; by default anywhere.</summary>
    public virtual IReadOnlyList<int> Cuts(byte[] file) => Enumerable.Range(0, file.Length + 1).ToArray();

    /// <summary>Puts away what it has made.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Puts away what it has made; false: by the finaliser.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
