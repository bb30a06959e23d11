namespace Hoplink.Host;

/// <summary>
/// The command was used wrongly: the message says what is wrong and what to do. Ends the program with <see cref="ExitCode.WrongUse"/>.
/// </summary>
public sealed class UsageException : Exception
{
    /// <summary>Makes one with its message.</summary>
    public UsageException(string message)
        : base(message)
    {
    }
}
