namespace Hoplink;

/// <summary>Where a link stands.</summary>
public enum LinkState : byte
{
    /// <summary>Made, not connected yet.</summary>
    Idle,

    /// <summary>I: the first handshake is under way.</summary>
    Connecting,

    /// <summary>A session is established.</summary>
    Connected,

    /// <summary>I: the session ended, the next is on its way.</summary>
    Reconnecting,

    /// <summary>R: the session ended, I has not come back yet.</summary>
    Dormant,

    /// <summary>This side closes: it waits for its messages to be acknowledged, and for the other side (6.4).</summary>
    Closing,

    /// <summary>The link has ended.</summary>
    Closed,
}

/// <summary>What became of a message that was handed to <see cref="Link.Send"/>.</summary>
public enum SendStatus : byte
{
    /// <summary>It is kept until the other end has it.</summary>
    Accepted,

    /// <summary>There is no room until messages are acknowledged; try again then.</summary>
    Full,

    /// <summary>The link is closing or closed.</summary>
    Closed,
}
