namespace Hoplink.Proof.Orders;

/// <summary>What becomes of a datagram on its way.</summary>
internal enum Fate
{
    Delivered,

    Lost,

    /// <summary>It arrives, and a copy of it later than any answer to it was sent.</summary>
    Repeated,

    /// <summary>It arrives after the next two datagrams that are sent, in whichever direction.</summary>
    Delayed,

    /// <summary>One bit of it is another when it arrives.</summary>
    Corrupted,
}
