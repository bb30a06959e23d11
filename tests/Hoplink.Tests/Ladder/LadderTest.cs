using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Ladder;

/// <summary>
/// Tests of the recovery ladder: a device and its peer, connected, and then something breaks. If one fails, it prints what the two ends
/// told their applications.
/// </summary>
public abstract class LadderTest : SimulationTest, IAsyncDisposable
{
    private readonly List<Pair> _pairs = [];

    protected const long Ms = World.Millisecond;
    protected const int Rendezvous = SpecConstants.DefaultRendezvousPort;

    public ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            _pairs.ForEach(Tell);
        }

        Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    /// <summary>A pair whose session is a second old: the handshake's probe is echoed, and both ends hold a spare key pair.</summary>
    protected Pair Connected(ulong seed, Action<PairOptions>? configure = null)
    {
        Pair s = NewPair(seed, configure);
        _pairs.Add(s);
        s.Connect();
        s.World.RunFor(World.Second);
        return s;
    }

    /// <summary>A connected pair that exchanges a message each way every 20 ms, and has done so for a second.</summary>
    protected Pair WithTraffic(ulong seed, Action<PairOptions>? configure = null, long messages = 600)
    {
        Pair s = Connected(seed, configure);
        s.Traffic(messages, 20 * Ms);
        s.World.RunFor(World.Second);
        return s;
    }

    /// <summary>Runs until a level succeeds at the device.</summary>
    protected static void AwaitSuccess(Pair s, long limit, RecoveryLevel level = RecoveryLevel.TimeSync)
    {
        s.Await(() => s.Device.Successes(level).Length > 0, limit, $"{level} did not succeed");
    }

    /// <summary>
    /// Runs until all messages of the traffic have come through, and looks whether all is well in the one session there was.
    /// </summary>
    protected static void AssertHealed(Pair s)
    {
        s.World.RunFor(20 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(0, s.Device.Link.Conditions);
        Assert.Equal(0, s.PeerLink!.Conditions);
        AssertOneSession(s);
    }

    protected static void AssertNoRung(Pair s)
    {
        Assert.Empty(s.Device.Events.Rungs());
        Assert.Empty(s.Peer.Events.Rungs());
    }

    protected static void AssertOneSession(Pair s)
    {
        Assert.Single(s.Device.Events.OfKind(LinkEventKind.Connected));
        Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Connected));
    }

    protected static RecoveryResult[] Failures(EndNode node, RecoveryLevel level)
    {
        return node.Events.OfKind(LinkEventKind.RungFailed).Where(e => e.Level == level).Select(e => e.Result).ToArray();
    }

    private static void Tell(Pair s)
    {
        var events = s.Device.Events.Select(e => (Event: e, Node: "device")).Concat(s.Peer.Events.Select(e => (Event: e, Node: "peer")));
        var lines = events.OrderBy(x => x.Event.At).TakeLast(100).Select(x => $"  {x.Event.At / 1e6:F6} {x.Node,-6} {x.Event}");
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {s.World.Seed}, events:\n{string.Join('\n', lines)}");
    }
}
