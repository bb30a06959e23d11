using Hoplink.Simulation.Campaigns;
using Hoplink.Tests.Scenarios;

namespace Hoplink.Tests.Simulation.Campaigns;

/// <summary>
/// Every check of a run fires by itself, and says what it found: <see cref="InvariantTests"/> is content with one for each invariant.
/// </summary>
public sealed class EachCheckTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    [Fact]
    public void Messages_that_were_lost_though_nobody_restarted_are_found_at_rest_be_they_reported()
    {
        Pair s = Watched(out Invariants invariants);
        s.Up.Blackhole = true;
        s.Checker.Up.Send(3);
        s.World.RunFor(100 * Ms);
        s.OnDevice((link, now) => link.Faults.ForgetSendHistory());
        s.Up.Heal();
        s.Checker.Up.Send(3);
        s.RunUntilQuiet();
        AssertFires(Invariant.Delivery, "3 messages were reported lost", invariants.CheckRest);
    }

    [Fact]
    public void Ends_that_are_never_quiet_do_not_pass_for_ends_that_agree()
    {
        Pair s = Watched(out Invariants invariants);
        invariants.CheckRest();
        s.Checker.Up.Send(1);
        s.World.Every(5 * Ms, () =>
        {
            s.Checker.Up.Send(1);
            return true;
        });
        AssertFires(Invariant.Epochs, "the device rests on epoch 0, the peer on 0", invariants.CheckRest);
    }

    [Fact]
    public void An_idle_link_that_talks_is_found_and_one_that_only_probes_is_not()
    {
        Pair s = Watched(out Invariants invariants);
        invariants.Idle(10 * World.Minute);
        s.World.Every(World.Second, () =>
        {
            s.Checker.Up.Send(1);
            return true;
        });
        AssertFires(Invariant.Health, "an idle link sent", () => invariants.Idle(10 * World.Minute));
    }

    // Held to less than its library was made with, an end is over its limits.
    [Theory]
    [InlineData("reorder limit", "holds 3 messages beyond a hole and 0 unread ones")]
    [InlineData("receive window", "holds 0 messages beyond a hole and 3 unread ones")]
    [InlineData("send capacity", "holds 3 messages, its limit is 2")]
    [InlineData("datagram", "bytes, the limit is 60")]
    public void A_buffer_over_its_limit_is_found(string limit, string found)
    {
        Pair s = Watched(out _);
        switch (limit)
        {
            case "reorder limit":
                s.Device.Options.ReorderLimit = 2;
                s.Network.Tap(p => p.From == s.Peer && p.Kind == DatagramKind.Data && p.Info.Message == 0, _ => Verdict.Drop);
                break;
            case "receive window":
                s.Device.Options.ReceiveWindow = 2;
                s.Device.ReadsAtOnce = false;
                break;
            case "send capacity":
                s.Peer.Options.Link.SendCapacity = 2;
                break;
            default:
                s.Device.Options.MaxDatagram = 60;
                break;
        }

        AssertFires(Invariant.Buffers, found, () =>
        {
            for (int i = 0; i < 4; i++)
            {
                s.Checker.Down.Send(1);
                s.World.RunFor(limit == "send capacity" ? 0 : 20 * Ms);
            }
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_event_that_found_no_room_is_found(bool atDevice)
    {
        Pair s = Watched(out _);
        EndNode node = atDevice ? s.Device : s.Peer;
        AssertFires(Invariant.Buffers, node.Name + " found no room for an event", () => s.On(atDevice, (link, now) =>
        {
            for (int i = 0; i < link.Options.EventCapacity; i++)
            {
                link.AddEvent(LinkEventKind.ConditionEnded, now);
            }
        }));
    }

    [Fact]
    public void An_end_that_does_not_come_back_is_found()
    {
        AssertFinds(
            "loss-2", "an end that restarted does not come back", pair => pair.World.After(World.Second, () => pair.Device.Restart(World.Hour)));
    }

    [Fact]
    public void Messages_that_flow_late_are_found_though_they_flow()
    {
        AssertFinds("loss-2", "messages flow both ways only", pair =>
        {
            long first = long.MaxValue;
            pair.Network.Tap(p => p.From == pair.Peer && p.Kind == DatagramKind.Data, p =>
            {
                first = Math.Min(first, p.SentAt);
                return p.SentAt < first + (9 * World.Second) ? Verdict.Drop : Verdict.Pass;
            });
        });
    }

    [Fact]
    public void Messages_that_do_not_flow_at_all_are_found()
    {
        AssertFinds("loss-2", "messages do not flow both ways within 180 s", pair =>
        {
            pair.Network.Tap(p => p.From == pair.Peer && p.Kind == DatagramKind.Data, _ => Verdict.Drop);
        });
    }

    [Fact]
    public void A_link_that_does_not_come_to_rest_is_found()
    {
        AssertFinds("loss-2", "the link does not come to rest", pair => pair.World.Every(5 * Ms, () =>
        {
            pair.Checker.Up.Send(pair.IsConnected ? 1 : 0);
            return true;
        }));
    }

    [Fact]
    public void An_idle_link_that_does_not_deliver_is_found()
    {
        // Without echoes nothing shows what is lost before its RTO runs out, so that it does not count as stalled.
        AssertFinds("loss-2", "an idle link on a healthy network does not deliver within 5 s", pair =>
        {
            bool began = false;
            pair.Network.Tap(p => p.From == pair.Peer, p =>
            {
                bool isLater = p.Kind == DatagramKind.Data && p.Info.Message > 0;
                began |= isLater;
                return isLater || (began && p.Kind == DatagramKind.Heartbeat) ? Verdict.Drop : Verdict.Pass;
            });
        });
    }

    // From the moment on at which its messages of that time have been read, but not yet acknowledged.
    [Fact]
    public void An_idle_link_that_does_not_come_to_rest_is_found()
    {
        AssertFinds("loss-2", "an idle link does not come to rest", pair =>
        {
            bool began = false;
            pair.World.Every(5 * Ms, () =>
            {
                began |= pair.Checker.Up.Accepted > 1 && pair.Checker.AllDelivered;
                pair.Checker.Up.Send(began ? 1 : 0);
                return true;
            });
        });
    }

    private static void AssertFires(Invariant invariant, string what, Action action)
    {
        var e = Assert.Throws<SimulationException>(action);
        Assert.Contains(what, e.What, StringComparison.Ordinal);
        Assert.Equal(invariant, e.Broken);
    }

    /// <summary>A run of one episode in which only the check of liveness sends messages.</summary>
    private static void AssertFinds(string preset, string what, Action<Pair> tamper)
    {
        Narrowing one = Narrowing.None with { Episodes = [0], Messages = 0, IdleMicros = 3 * World.Minute };
        RunReport report = new SimulatedRun(Preset.Find(preset)!, 1, World.Hour, one, tamper).Play();
        Failure failure = Assert.IsType<Failure>(report.Failure);
        Assert.Contains(what, failure.What, StringComparison.Ordinal);
        Assert.Equal(Invariant.Liveness, failure.Invariant);
    }

    private Pair Watched(out Invariants invariants)
    {
        Pair s = NewPair(1);
        invariants = new Invariants(s);
        s.Connect();
        s.World.RunFor(World.Second);
        return s;
    }
}
