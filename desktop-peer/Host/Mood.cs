namespace Hoplink.Host;

/// <summary>How an event is coloured on a terminal.</summary>
public enum Mood
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>Of interest only to those who look closely.</summary>
    Faint,

    /// <summary>Something works, or works again.</summary>
    Good,

    /// <summary>Something is being dealt with.</summary>
    Warning,

    /// <summary>Something was lost.</summary>
    Bad,
}
