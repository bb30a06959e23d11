namespace Hoplink.Simulation.Campaigns;

/// <summary>What a preset does to a link.</summary>
[Flags]
public enum Impairment
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Datagrams are lost, each by itself.</summary>
    Loss = 1 << 0,

    /// <summary>Datagrams are lost in bursts.</summary>
    Bursts = 1 << 1,

    /// <summary>Bits are flipped.</summary>
    Corruption = 1 << 2,

    /// <summary>The way takes longer; it does so all the time.</summary>
    Delay = 1 << 3,

    /// <summary>The way takes longer for some datagrams than for others.</summary>
    Jitter = 1 << 4,

    /// <summary>Datagrams come twice, or late.</summary>
    Disorder = 1 << 5,

    /// <summary>Nothing comes through for 5 s of every 7.</summary>
    Blackhole = 1 << 6,

    /// <summary>The device's NAT forgets its mappings every 5 s.</summary>
    Rebinding = 1 << 7,

    /// <summary>The device's clock runs at another rate; it does so all the time.</summary>
    Drift = 1 << 8,

    /// <summary>The host's clock or the session clock of either end jumps.</summary>
    ClockJumps = 1 << 9,

    /// <summary>The device restarts.</summary>
    DeviceRestart = 1 << 10,

    /// <summary>The peer restarts.</summary>
    PeerRestart = 1 << 11,

    /// <summary>The device needs 9 s for each key job; it does so all the time.</summary>
    SlowDevice = 1 << 12,
}
