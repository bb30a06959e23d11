using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>An attacker that has recorded everything sends it again (2, 9.4, D9).</summary>
public sealed class ReplayTests : SimulationTest
{
    private const int OtherPort = 4000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Everything_that_was_ever_sent_may_come_again(bool fromElsewhere) // 2, 8, D9
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            Pair s = RunWithEveryKind(seed, out List<Packet> recorded);
            var replayer = new HostileNode(s.World, "replayer", Scenario.MakeAddress(66));
            RequireEveryKind(s, recorded);
            SimRandom random = s.World.Random("replays");
            int sent = 0;
            long start = s.World.Now;
            s.Traffic(2000, 50 * World.Millisecond);
            s.World.Every(20 * World.Millisecond, () =>
            {
                sent++;
                Packet old = recorded[(int)random.Below(recorded.Count)];
                s.Network.Inject(fromElsewhere ? new SimEndpoint(replayer.Host, OtherPort) : old.Source, old.Destination, old.Bytes);
                return sent < 5000;
            });
            s.World.RunFor(110 * World.Second);
            s.RunUntilQuiet(2 * World.Minute);
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "the session did not last");
            RequireFewRungs(s, start);
            s.Require(Counted(s.Device.Link.Statistics.Drops) && Counted(s.PeerLink!.Statistics.Drops), "replays were not counted");
        }
    }

    [Fact]
    public void A_recorded_rekey_request_does_not_stop_the_peers_own_rekey() // 9.4, 12.2
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var s = new Pair(seed);
            List<Packet> requests = s.World.Record(p => p.Kind == DatagramKind.RekeyRequest && p.From == s.Device);
            s.Connect();
            s.Traffic(400, 50 * World.Millisecond);
            s.World.RunFor(World.Second);
            s.OnDevice((link, now) => link.ReportKeyCompromise(now));
            s.World.RunFor(3 * World.Second);
            s.Require(requests.Count > 0 && s.Device.Link.Statistics.Rekeys == 1, "the device did not rekey");
            Packet old = requests[^1];
            long start = s.World.Now;
            s.World.Every(90 * World.Millisecond, () =>
            {
                s.Network.Inject(old.Source, old.Destination, old.Bytes);
                return s.World.Now < start + 15 * World.Second;
            });
            s.World.RunFor((long)seed * 137 * World.Millisecond);
            s.OnPeer((link, now) => link.ReportKeyCompromise(now));
            s.World.RunFor(17 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(!s.Peer.Events.Has(LinkEventKind.RungFailed), "the peer's rekey failed");
            s.Require(s.PeerLink!.Statistics.Rekeys == 2 && s.Device.Link.Statistics.Rekeys == 2, "not two rekeys");
            s.Require(s.Sessions() == 1, "the session did not last");
        }
    }

    [Fact]
    public void A_rekey_request_that_comes_again_around_a_rekey_changes_nothing() // 9.4, 12.3
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var s = new Pair(seed);
            SimRandom random = s.World.Random("replays");
            s.Connect();
            s.Traffic(600, 20 * World.Millisecond);
            s.Network.Tap(p => p.Kind is DatagramKind.RekeyRequest or DatagramKind.RekeyResponse, p =>
            {
                for (int i = 0; i < 10; i++)
                {
                    s.Network.Inject(p.Source, p.Destination, p.Bytes, random.Between(0, 4 * World.Second));
                }

                return Verdict.Pass;
            });
            for (int i = 0; i < 3; i++)
            {
                s.World.RunFor(2 * World.Second);
                s.OnDevice((link, now) => link.ReportKeyCompromise(now));
                s.World.RunFor(random.Between(0, 2 * World.Second));
                s.OnPeer((link, now) => link.ReportKeyCompromise(now));
            }

            s.World.RunFor(10 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "the session did not last");
            s.Require(!s.Device.Events.Has(LinkEventKind.RungFailed) && !s.Peer.Events.Has(LinkEventKind.RungFailed), "a rekey failed");
            s.Require(s.Device.Link.Session.Epochs.Current.Number == s.PeerLink!.Session.Epochs.Current.Number, "different epochs");
            s.Require(s.Device.Link.Statistics.Rekeys <= 6, "more rekeys than were asked for");
        }
    }

    [Fact]
    public void A_rekey_request_whose_answer_is_kept_no_more_is_stale_and_not_served_again() // 9.4
    {
        Pair s = NewPair(3);
        List<Packet> requests = s.World.Record(p => p.Kind == DatagramKind.RekeyRequest && p.From == s.Device);
        s.Connect();
        for (int i = 0; i <= SpecConstants.CachedAnswers; i++)
        {
            s.OnDevice((link, now) => link.ReportKeyCompromise(now));
            s.World.RunFor(5 * World.Second);
        }

        Assert.Equal(SpecConstants.CachedAnswers + 1, s.PeerLink!.Statistics.Rekeys);
        Packet oldest = requests[0];
        List<Packet> answers = s.World.Record(p => p.Kind == DatagramKind.RekeyResponse);
        int agreements = 0;
        s.Peer.JobRun += job => agreements += job.Block != null ? 1 : 0;
        int before = s.PeerDrops(DropCause.StaleRequest);
        for (int i = 0; i < 5; i++)
        {
            s.Network.Inject(oldest.Source, oldest.Destination, oldest.Bytes);
            s.World.RunFor(2 * World.Second);
        }

        Assert.Equal((before + 5, 0), (s.PeerDrops(DropCause.StaleRequest), agreements));
        Assert.Empty(answers);
        s.RunUntilQuiet();
        Assert.Equal(SpecConstants.CachedAnswers + 1, s.PeerLink.Statistics.Rekeys);
    }

    [Fact]
    public void A_recorded_notice_starts_no_rung() // 9.4, 9.5
    {
        Pair s = NewPair(1);
        List<Packet> notices = s.Record(DatagramKind.Recovery);
        s.Connect();
        s.Traffic(800, 50 * World.Millisecond);
        s.World.RunFor(2 * World.Second);
        s.OnDevice((link, now) => link.Faults.JumpClock(-8 * World.Second, now));
        s.World.RunFor(15 * World.Second);
        Assert.NotEmpty(notices);
        s.Await(() => s.Device.Link.Level == RecoveryLevel.None && s.PeerLink!.Level == RecoveryLevel.None, World.Minute, "no end of it");
        s.World.RunFor(11 * World.Second);
        long start = s.World.Now;
        int before = s.DeviceDrops(DropCause.StaleRequest);
        for (int i = 0; i < 40; i++)
        {
            Packet old = notices[i % notices.Count];
            s.Network.Inject(old.Source, old.Destination, old.Bytes, i * World.Second / 4);
        }

        s.World.RunFor(12 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(before + 40, s.DeviceDrops(DropCause.StaleRequest));
        Assert.Empty(s.Device.Events.Rungs(start));
    }

    [Fact]
    public void An_answer_that_comes_again_answers_nothing() // 2
    {
        Pair s = NewPair(2);
        List<Packet> answers = s.World.Record(p => p.Kind is DatagramKind.TimeSyncResponse or DatagramKind.RekeyResponse);
        s.Connect();
        s.Traffic(200, 50 * World.Millisecond);
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(4 * World.Second);
        s.OnDevice((link, now) => link.Faults.JumpClock(300 * World.Millisecond, now));
        s.World.RunFor(40 * World.Second);
        Packet[] old = [.. answers];
        Assert.Contains(old, p => p.Kind == DatagramKind.TimeSyncResponse);
        Assert.Contains(old, p => p.Kind == DatagramKind.RekeyResponse);
        long start = s.World.Now;
        long clock = s.ClockError();
        for (int i = 0; i < old.Length * 5; i++)
        {
            Packet answer = old[i % old.Length];
            s.Network.Inject(answer.Source, answer.Destination, answer.Bytes, i * 20 * World.Millisecond);
        }

        s.World.RunFor(20 * World.Second);
        Assert.True(s.DeviceDrops(DropCause.NotExpected) >= old.Length * 5);
        Assert.Equal(clock, s.ClockError());
        Assert.Empty(s.Device.Events.Rungs(start));
    }

    /// <summary>
    /// A session in which each kind of datagram is sent at least once; a rekey is the last, so that all else is of an old key.
    /// </summary>
    private static Pair RunWithEveryKind(ulong seed, out List<Packet> recorded)
    {
        var s = new Pair(seed);
        recorded = s.World.Record(_ => true);
        s.EachWay(lane => lane.Loss = 0.05);
        s.Connect();
        s.Traffic(400, 50 * World.Millisecond);
        s.World.RunFor(3 * World.Second);

        // A message that does not get through for a while wants a repair, a clock that is far off notices of the peer and a rekey.
        using (s.Network.Tap(p => p.Kind == DatagramKind.Data && p.From == s.Peer && p.Info.Message == 70, _ => Verdict.Drop))
        {
            s.World.RunFor(4 * World.Second);
        }

        s.OnDevice((link, now) => link.Faults.JumpClock(-6 * World.Second, now));
        s.World.RunFor(30 * World.Second);
        s.OnPeer((link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(5 * World.Second);
        s.EachWay(lane => lane.Heal());
        s.RunUntilQuiet(2 * World.Minute);
        s.World.RunFor(70 * World.Second);
        return s;
    }

    private static void RequireEveryKind(Pair s, List<Packet> recorded)
    {
        DatagramKind[] kinds =
        [
            DatagramKind.Syn, DatagramKind.SynAck, DatagramKind.Ack, DatagramKind.Data, DatagramKind.Heartbeat,
            DatagramKind.TimeSyncRequest, DatagramKind.TimeSyncResponse, DatagramKind.RekeyRequest, DatagramKind.RekeyResponse,
            DatagramKind.RepairRequest, DatagramKind.RepairResponse, DatagramKind.Recovery,
        ];
        s.Require(kinds.All(kind => recorded.Exists(p => p.Kind == kind)), "a kind of datagram is missing");
    }

    /// <summary>Of the present key, of an old one, and what was answered before.</summary>
    private static bool Counted(DropCounters drops)
    {
        return drops.Of(DropCause.Replay) > 0 && drops.Of(DropCause.BadTag) > 0
            && drops.Of(DropCause.StaleRequest) + drops.Of(DropCause.Duplicate) + drops.Of(DropCause.NotExpected) > 0;
    }

    private static void RequireFewRungs(Pair s, long since)
    {
        foreach (EndNode end in new EndNode[] { s.Device, s.Peer })
        {
            RecoveryLevel[] rungs = end.Events.Rungs(since);
            s.Require(rungs.All(r => r == RecoveryLevel.SessionRekey), $"{end.Name} ran {string.Join(", ", rungs)}");
            EventSnapshot[] started = end.Events.OfKind(LinkEventKind.RungStarted, since);
            for (int i = 1; i < started.Length; i++)
            {
                s.Require(started[i].At - started[i - 1].At >= 59 * World.Second, $"{end.Name} ran two L3 in a minute");
            }
        }
    }
}
