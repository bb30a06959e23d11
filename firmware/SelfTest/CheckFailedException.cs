using System;

namespace Hoplink.SelfTest;

/// <summary>A check did not hold; the message says what was found.</summary>
internal sealed class CheckFailedException : Exception
{
    internal CheckFailedException(string message)
        : base(message)
    {
    }
}
