namespace Hoplink.Parameters;

/// <summary>Whether an end hides what its messages say (14). It is hidden where both ends offer it (4.2).</summary>
public enum PayloadEncryption : byte
{
    /// <summary>Not offered: for a device that cannot afford it.</summary>
    Off = 0,

    /// <summary>Offered; a session with an end that does not offer it is authenticated, but not hidden.</summary>
    Offered = 1,

    /// <summary>Required: a session without it is refused.</summary>
    Required = 2,
}
