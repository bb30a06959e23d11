namespace Hoplink.Simulation.Campaigns;

/// <summary>A kind of bad network or bad host that campaigns run over.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">It in a few words, for people.</param>
/// <param name="Impairments">What goes wrong in it.</param>
public sealed record Preset(string Name, string Description, Impairment Impairments)
{
    /// <summary>All presets, in the order they are run.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        new("clean", "nothing goes wrong", Impairment.None) { IsHealthy = true },
        new("loss-2", "2 % loss", Impairment.Loss) { LossRate = 0.02 },
        new("loss-30-bursts", "30 % loss in bursts of 3", Impairment.Bursts),
        new("corrupt-2", "bits flipped in 2 %", Impairment.Corruption) { CorruptionRate = 0.02 },
        new("corrupt-30", "bits flipped in 30 %", Impairment.Corruption),
        new("delay-15", "15 ms each way", Impairment.Delay) { DelayMicros = 15 * World.Millisecond, IsHealthy = true },
        new("delay-750", "750 ms each way", Impairment.Delay) { IsHealthy = true },
        new("jitter-577", "up to 577 ms more, as Wi-Fi power save does", Impairment.Jitter),
        new("blackhole", "nothing comes through for 5 s of every 7", Impairment.Blackhole),
        new("rebinding", "the NAT rebinds every 5 s", Impairment.Rebinding),
        new("drift", "the device's clock is off by 200 ppm", Impairment.Drift) { IsHealthy = true },
        new("clock-jumps", "clocks of either end jump", Impairment.ClockJumps),
        new("device-restart", "the device restarts", Impairment.DeviceRestart),
        new("peer-restart", "the peer restarts", Impairment.PeerRestart),
        new("both-restart", "either end restarts", Impairment.DeviceRestart | Impairment.PeerRestart),
        new("slow-device", "a key agreement takes the device 9 s", Impairment.SlowDevice) { IsHealthy = true },
        new("everything", "all of it, or a random part of it", Everything) { Mixes = true },
    ];

    /// <summary>Impairments that are there all the time; the others come with an episode's faults and go with them.</summary>
    public const Impairment Standing = Impairment.Delay | Impairment.Drift | Impairment.SlowDevice;

    private const Impairment Everything = (Impairment)((1 << 13) - 1);

    /// <summary>The network is a healthy one all the time: nothing is to be healed, so no condition begins and no rung runs.</summary>
    public bool IsHealthy { get; init; }

    /// <summary>Half of the episodes have a random part of the impairments only.</summary>
    public bool Mixes { get; init; }

    /// <summary>Probability of <see cref="Impairment.Loss"/>.</summary>
    public double LossRate { get; init; } = 0.05;

    /// <summary>Probability of <see cref="Impairment.Corruption"/>.</summary>
    public double CorruptionRate { get; init; } = 0.30;

    /// <summary>Each way, us.</summary>
    public long DelayMicros { get; init; } = 750 * World.Millisecond;

    /// <summary>The preset of a name; null if there is none.</summary>
    public static Preset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    /// <summary>True if it has any of these.</summary>
    public bool Has(Impairment impairment) => (Impairments & impairment) != 0;
}
