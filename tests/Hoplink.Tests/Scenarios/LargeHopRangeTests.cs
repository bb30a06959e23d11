using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Scenarios;

/// <summary>A range of more than 1024 hop ports is bound window by window (5.2).</summary>
public sealed class LargeHopRangeTests : SimulationTest
{
    private const int Count = 16384;

    [Fact]
    public void The_ports_of_three_windows_are_open_and_that_of_the_newest_datagram() // 5.2, 12.5
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o => o.Peer.HopCount = Count);
            s.Require(s.Peer.BoundPorts.SetEquals([Scenario.Rendezvous.Port]), "ports are open though there is no session");
            s.Connect();
            SimRandom times = s.World.Random("times");
            s.Traffic(100, 200 * World.Millisecond);
            for (int look = 0; look < 400; look++)
            {
                if (look % 100 == 50)
                {
                    s.OnDevice((link, now) => link.ReportKeyCompromise(now));
                }

                s.World.RunFor(times.Between(1, 200 * World.Millisecond));
                HashSet<int> expected = [Scenario.Rendezvous.Port, .. PortsOf(s.PeerLink!, s.Peer)];
                s.Require(s.Peer.BoundPorts.SetEquals(expected), $"{Join(s.Peer.BoundPorts)} are open, not {Join(expected)}");
            }

            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Device.Link.Statistics.Rekeys == 4, "not four rekeys");
            s.Require(s.Sessions() == 1, "the session did not last");
        }
    }

    [Fact]
    public void No_datagram_of_a_device_in_step_finds_its_port_closed() // 5.2
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o =>
            {
                o.Peer.HopCount = Count;
                o.KeepTrace = true;
                o.DeviceDrift = seed % 2 == 0 ? 100 : -100;
            });
            s.EachWay(lane => lane.Jitter = Jitter.Uniform(80 * World.Millisecond));
            s.Connect();
            s.Traffic(2000, 30 * World.Millisecond);
            s.World.RunFor(20 * World.Second);
            s.OnPeer((link, now) => link.ReportKeyCompromise(now));
            s.World.RunFor(41 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(!s.World.Trace.Entries.Any(e => e.Kind == TraceKind.Dropped && e.Text == "port closed"), "a port was closed");
        }
    }

    [Fact]
    public void Two_devices_share_the_ports_and_one_that_leaves_closes_none_of_the_others() // 5.2
    {
        World world = NewWorld(1);
        var peer = new PeerNode(world, "peer", Pair.PeerHost, new ResponderOptions { HopFirst = 30000, HopCount = 1025 });
        DeviceNode[] devices = Enumerable.Range(0, 4).Select(i => MakeDevice(world, peer, i)).ToArray();
        Array.ForEach(devices, d => d.Connect());
        Assert.True(world.RunUntil(() => devices.All(d => d.IsConnected && peer.Links.ContainsKey(d.Link.KeyId)), World.Minute));
        int shared = 0;
        for (int look = 0; look < 2000; look++)
        {
            if (look == 1500)
            {
                devices[0].Close();
                world.RunFor(11 * World.Second);
            }

            world.RunFor(101 * World.Millisecond);
            int[] wanted = [.. peer.Links.Values.SelectMany(link => PortsOf(link, peer)).Order()];
            shared += wanted.Length - wanted.Distinct().Count();
            Assert.Equal([.. wanted.Distinct(), Scenario.Rendezvous.Port], peer.BoundPorts.Order());
        }

        Assert.True(shared > 0, "they never had a port in common");
        Assert.Equal(3, devices.Count(d => d.IsConnected));
    }

    [Fact]
    public void An_answer_that_took_longer_than_its_port_was_open_still_leaves() // 5.2
    {
        Pair s = NewPair(2, o =>
        {
            o.Peer.HopCount = Count;
            o.PeerJobMicros = 3 * World.Second;
        });
        s.Connect(20 * World.Second);
        s.World.RunFor(5 * World.Second);
        s.Traffic(300, 50 * World.Millisecond);
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(16 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Single(s.Device.Events.OfKind(LinkEventKind.RungSucceeded));
        Assert.Empty(s.Device.Events.OfKind(LinkEventKind.RungFailed));
    }

    [Fact]
    public void The_ports_are_closed_when_the_session_is_gone() // 5.2
    {
        Pair s = NewPair(3, o => o.Peer.HopCount = Count);
        s.Connect();
        s.Cut();
        s.OnPeer((link, now) => link.Faults.ForgetSession(now));
        Assert.Equal([Scenario.Rendezvous.Port], s.Peer.BoundPorts);
        s.Heal();
        s.Checker.Up.Send(1);
        s.Await(() => s.Checker.Up.IsDone && s.IsConnected, World.Minute, "not connected again");

        // A half-open session has its ports, too, and closes them when it ends.
        var scripted = new ScriptedInitiator(s);
        s.World.RunFor(2 * World.Second);
        int before = s.Peer.BoundPorts.Count;
        scripted.Send(scripted.MakeSyn().Bytes);
        s.World.RunFor(World.Second);
        Assert.InRange(s.Peer.BoundPorts.Count, before + 1, before + 4);
        s.World.RunFor(31 * World.Second);
        Assert.InRange(s.Peer.BoundPorts.Count, 4, 5);
    }

    private static IEnumerable<int> PortsOf(Link link, PeerNode peer)
    {
        if (link.Session == null)
        {
            yield break;
        }

        // The window that began last has been seen by now: the node's timers run at the instant that they are due.
        long clock = link.Session.ReadClock(peer.Clock.Now);
        EpochTable epochs = link.Session.Epochs;
        HashSet<int> ports = [];
        for (int i = 0; i < epochs.Count; i++)
        {
            long window = epochs.Accepted(i).Hops.WindowAt(clock);
            ports.UnionWith([.. Enumerable.Range(-1, 3).Select(k => epochs.Accepted(i).Hops.PortOf(window + k))]);
        }

        int newest = link.Session.Path.Current.LocalPort;
        if (newest != peer.Options.Link.RendezvousPort)
        {
            ports.Add(newest);
        }

        foreach (int port in ports)
        {
            yield return port;
        }
    }

    private static DeviceNode MakeDevice(World world, PeerNode peer, int index)
    {
        byte[] psk = world.Random($"psk {index}").Bytes(32);
        peer.AddKey(psk);
        LinkOptions options = LinkOptions.Device();
        options.Iterations = 1;
        return new DeviceNode(world, $"device {index}", Pair.DeviceHost + (uint)index, options, psk, Pair.PeerHost) { JobMicros = 50_000 };
    }

    private static string Join(IEnumerable<int> ports) => string.Join(' ', ports.Order());
}
