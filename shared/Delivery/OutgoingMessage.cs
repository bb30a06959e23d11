namespace Hoplink.Delivery;

/// <summary>A slot of <see cref="SendWindow"/>: a message and what this session did with it.</summary>
internal sealed class OutgoingMessage
{
    /// <summary>The message, in the first <see cref="Length"/> bytes.</summary>
    internal readonly byte[] Bytes;

    /// <summary>Bytes.</summary>
    internal int Length;

    /// <summary>Transmissions in this session.</summary>
    internal int TimesSent;

    /// <summary>The last transmission, us.</summary>
    internal long LastSent;

    /// <summary>The newest SACK map says that the other end holds it.</summary>
    internal bool IsSacked;

    /// <summary>It is taken for lost, and to be sent again.</summary>
    internal bool IsLost;

    /// <summary>Sent once and not yet reported as received: its report tells a round trip (Karn's rule).</summary>
    internal bool IsTimed;

    /// <summary>Acknowledgments of later messages since it was last sent.</summary>
    internal int AcksPast;

    internal OutgoingMessage(int maxMessageBytes)
    {
        Bytes = new byte[maxMessageBytes];
    }

    /// <summary>Whether it counts as on its way.</summary>
    internal bool IsInFlight => TimesSent != 0 && !IsSacked && !IsLost;

    internal void ResetTransmission()
    {
        TimesSent = 0;
        LastSent = 0;
        IsSacked = false;
        IsLost = false;
        IsTimed = false;
        AcksPast = 0;
    }
}
