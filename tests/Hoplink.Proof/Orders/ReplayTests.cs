namespace Hoplink.Proof.Orders;

/// <summary>Single combinations.</summary>
public sealed class ReplayTests
{
    private static readonly OrderScenario[] _scenarios =
    [
        new FirstHandshake(), new ResumingHandshake(), new TimeResyncByDevice(), new TimeResyncByPeer(), new TimeResyncByBoth(),
        new TimeResyncByDeviceThenPeer(), new TimeResyncByPeerThenDevice(), new SequenceRepairBy(true), new SequenceRepairBy(false),
        new SequenceRepairByBoth(), new SequenceRepairOneAfterAnother(true), new SequenceRepairOneAfterAnother(false),
        new SequenceRepairOfForgotten(true), new SequenceRepairOfForgotten(false), new RekeyBy(true), new RekeyBy(false),
        new RekeyByBoth(), new RekeyOneAfterAnother(true), new RekeyOneAfterAnother(false), new ResetAfterRestart(), new ResetBy(true),
        new ResetBy(false),
    ];

    /// <summary>
    /// Prints the whole trace of one combination. To replay another, put the scenario and the word of the failure's message here and run
    /// this test alone, with "-explicit only".
    /// </summary>
    [Theory(Explicit = true)]
    [InlineData("L3 by the device", "DLRXC..")]
    public void One_combination_with_its_trace(string scenario, string word)
    {
        var run = new OrderRun(Find(scenario), Combination.Parse(word), new MemoCrypto.Memory().Create, trace: true);
        try
        {
            run.Play();
        }
        finally
        {
            TestContext.Current.TestOutputHelper?.WriteLine(run.Pair.World.DumpTrace());
        }
    }

    [Theory]
    [InlineData("L1 by the peer", "CCDCCXR")] // a clock that is off by 50 ms to 50 ms and half the round trip
    [InlineData("reset by the peer", "CRLCXCC")]
    [InlineData("reset by the peer", "CRRDCXL")]
    [InlineData("first handshake", "DXLCCXL")] // round trips of seconds from datagrams that were held up: ports too far ahead, an RTO of 39 s
    [InlineData("reset after the peer's restart", "DRXCCXX")]
    public void A_combination_that_once_failed_ends_live_and_agreeing(string scenario, string word)
    {
        new OrderExplorer(Find(scenario)).Play(Combination.Parse(word));
    }

    private static OrderScenario Find(string name) => _scenarios.Single(s => s.Name == name);
}
