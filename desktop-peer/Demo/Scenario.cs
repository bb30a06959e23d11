namespace Hoplink.Peer.Demo;

/// <summary>One fault, and what has to come of it.</summary>
internal sealed class Scenario
{
    /// <summary>Its name, for --only and in the table.</summary>
    public required string Name { get; init; }

    /// <summary>What is done, in words.</summary>
    public required string Fault { get; init; }

    /// <summary>Does it. Healing is timed from its end.</summary>
    public required Func<Stage, Task> Inject { get; init; }

    /// <summary>Levels of which each must have succeeded; 4: another session.</summary>
    public int[] Heals { get; init; } = [];

    /// <summary>No rung may run.</summary>
    public bool NeedsNoRung { get; init; }

    /// <summary>L1 has to refuse the offset as too large before L3 steps it (10, 12.4).</summary>
    public bool NeedsRefusal { get; init; }

    /// <summary>The session may end.</summary>
    public bool MayTerminate { get; init; }

    /// <summary>Most rekeys.</summary>
    public int MostRekeys { get; init; } = int.MaxValue;

    /// <summary>The network is bad from the start to the end of the scenario; empty: it is good.</summary>
    public string[] Network { get; init; } = [];

    /// <summary>How long it may take to heal.</summary>
    public TimeSpan Bound { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Runs beside the others, because it takes long.</summary>
    public bool RunsBeside { get; init; }

    /// <summary>All of them, in the order in which they are played.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new()
        {
            Name = "blackout",
            Fault = "nothing passes for 12 s",
            Inject = async stage =>
            {
                stage.Chaos("{\"blackoutMs\":12000}");
                await stage.Delay(12_000).ConfigureAwait(false);
            },
            RunsBeside = true,
            Bound = TimeSpan.FromSeconds(20),
        },
        new() { Name = "clean", Fault = "none", Inject = stage => stage.Delay(2000), NeedsNoRung = true },
        new()
        {
            Name = "loss",
            Fault = "10 % loss, 20 ms of jitter",
            Network = ["--loss", "10", "--delay", "5", "--jitter", "20"],
            Inject = stage => stage.Delay(4000),
        },
        new()
        {
            Name = "clock+3s",
            Fault = "the device's clock jumps by 3 s",
            Inject = stage => stage.Device("jumpClock", "ms", 3000),
            Heals = [1],
        },
        new()
        {
            Name = "clock+60s",
            Fault = "the device's clock jumps by 60 s",
            Inject = stage => stage.Device("jumpClock", "ms", 60_000),
            Heals = [3],
            NeedsRefusal = true,
        },
        new()
        {
            Name = "delivery",
            Fault = "the device forgets what it has sent",
            Inject = stage => stage.ForgetDeliveryAsync(),
            Heals = [2],
        },
        new() { Name = "key", Fault = "the device's session key is damaged", Inject = stage => stage.Device("damageKey"), Heals = [3] },
        new()
        {
            Name = "junk",
            Fault = "2000 forged datagrams to both ends",
            Inject = async stage =>
            {
                stage.Chaos("{\"junk\":{\"count\":1000,\"ratePerSecond\":400}}");
                await stage.Delay(3000).ConfigureAwait(false);
            },
            MostRekeys = 1,
        },
        new()
        {
            Name = "restart",
            Fault = "the peer process is killed and started again",
            Inject = stage => stage.RestartPeerAsync(),
            Heals = [4],
            MayTerminate = true,
        },
        new()
        {
            Name = "rst",
            Fault = "the session is ended by RST",
            Inject = stage => stage.Device("terminate"),
            Heals = [4],
            MayTerminate = true,
        },
        new()
        {
            Name = "key+clock",
            Fault = "key damaged and clock off by 3 s at once",
            Inject = async stage =>
            {
                await stage.Device("damageKey").ConfigureAwait(false);
                await stage.Device("jumpClock", "ms", 3000).ConfigureAwait(false);
            },
            Heals = [3],
        },
    ];
}
