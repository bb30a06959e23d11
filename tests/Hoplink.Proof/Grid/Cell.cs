using Hoplink.Recovery;

namespace Hoplink.Proof.Grid;

/// <summary>A place of the grid: a rung on a kind of network.</summary>
/// <param name="Rung">The rung that is to heal.</param>
/// <param name="RttMs">The network's round trip, ms, half of it each way.</param>
/// <param name="LossPercent">Datagrams lost, percent, each by itself and either way.</param>
internal readonly record struct Cell(RecoveryLevel Rung, int RttMs, int LossPercent)
{
    public static readonly RecoveryLevel[] Rungs =
        [RecoveryLevel.TimeSync, RecoveryLevel.SequenceRepair, RecoveryLevel.SessionRekey, RecoveryLevel.ConnectionTerminate];

    public static readonly int[] RoundTripsMs = [1, 20, 100, 750];

    public static readonly int[] LossesPercent = [0, 5, 20, 40];

    /// <summary>Rung by rung, each with its round trips, each of those with its losses.</summary>
    public static IEnumerable<Cell> All =>
        from rung in Rungs from rtt in RoundTripsMs from loss in LossesPercent select new Cell(rung, rtt, loss);

    public override string ToString() => $"L{(int)Rung} at {RttMs} ms and {LossPercent} % loss";
}
