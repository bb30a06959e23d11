namespace Hoplink.Host;

/// <summary>What a command returns to the shell.</summary>
public static class ExitCode
{
    /// <summary>Done, also when it was told to stop by a signal.</summary>
    public const int Done = 0;

    /// <summary>Tried, and failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong options, a missing or malformed file, a port in use: nothing was done.</summary>
    public const int WrongUse = 2;
}
