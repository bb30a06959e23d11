namespace Hoplink.Simulation;

/// <summary>What holds in every run, whatever the network and the hosts do.</summary>
public enum Invariant
{
    /// <summary>None in particular: the program itself failed, or time stood still.</summary>
    None,

    /// <summary>Each message is read once and in order over any number of sessions, or reported lost (protocol.md 13.4).</summary>
    Delivery,

    /// <summary>The two ends never come to rest on different key epochs (12.1).</summary>
    Epochs,

    /// <summary>What is sent is well formed, no packet number is used twice under one key (2), and no keystream
    /// at all (14).</summary>
    PacketNumbers,

    /// <summary>What was not sealed by the other end changes nothing but counts (2).</summary>
    Authentication,

    /// <summary>Buffers, windows and datagrams stay within the sizes that the options give them.</summary>
    Buffers,

    /// <summary>On a healthy network no condition begins and no rung runs (8).</summary>
    Health,

    /// <summary>After the faults have stopped, messages flow both ways soon, and the link comes to rest.</summary>
    Liveness,
}
