using Hoplink.Hopping;
using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Scenarios;
using Hoplink.Wire;

namespace Hoplink.Tests.Ladder.Decisions;

/// <summary>Keys, where protocol.md 15 decides otherwise than the document, seen on whole links.</summary>
public sealed class KeyDecisionsTests : LadderTest
{
    private const RecoveryLevel Three = RecoveryLevel.SessionRekey;
    private const int VerificationHash = WireFormat.HeaderSize + 32;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D6_the_answerer_of_a_rekey_switches_on_proof_that_its_answer_arrived(bool deviceAsks)
    {
        Pair s = WithTraffic(6);
        EndNode end = s.End(deviceAsks);
        var gaps = new GapWatch(s);
        Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        s.Do(end, (link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(3 * World.Second);
        Assert.True(silence.Matches >= 2);
        Assert.Equal((0u, 0u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));

        silence.Dispose();
        s.World.RunFor(3 * World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        Assert.InRange(gaps.Longest, 1, 20 * Ms);
        Assert.Equal(0, s.DeviceDrops(DropCause.BadTag) + s.PeerDrops(DropCause.BadTag));
        AssertHealed(s);
    }

    [Fact]
    public void D7_a_rekey_is_authenticated_where_no_two_session_keys_are_alike()
    {
        // Somebody on the path puts his own key into the first answer, which its tag tells; the repeat heals both ends.
        Pair s = WithTraffic(7);
        DatagramKind[] kinds = [DatagramKind.RekeyRequest, DatagramKind.RekeyResponse, DatagramKind.Syn];
        using var exchange = new Recorder(s.Network, p => kinds.Contains(p.Kind));
        using Tap tamper = s.Network.Tap(
            p => p.Kind == DatagramKind.RekeyResponse, 1, 1, p => Verdict.Change(p, bytes => bytes[VerificationHash + 32] ^= 1));
        foreach (EndNode end in new EndNode[] { s.Device, s.Peer })
        {
            Assert.True(s.Do(end, link => link.Faults.DamageSessionKey()));
        }

        s.Await(() => s.EpochOf(s.Device) == 1 && s.EpochOf(s.Peer) == 1, 3 * World.Second, "not healed");
        Assert.True(tamper.Matches >= 2, "the changed answer was believed");
        Assert.All(exchange.Packets, p => Assert.True(p.Info.IsUnderRecoveryKey));
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D8_both_ends_take_the_new_epochs_hop_phase_whoever_asked(bool deviceAsks)
    {
        Pair s = WithTraffic(8, o => o.Peer.HopCount = 8192);
        HopSchedule old = s.SessionOf(s.Device).Epochs.Current.Hops;
        s.Do(s.End(deviceAsks), (link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        HopSchedule hops = s.SessionOf(s.Peer).Epochs.Current.Hops;
        Assert.Equal(s.SessionOf(s.Device).Epochs.Current.Hops.EndOf(0), hops.EndOf(0));
        Assert.NotEqual(old.EndOf(0), hops.EndOf(0));

        // What the device sends comes to the port of the window at the peer; but for the margin of half a round trip at a window's end.
        int sent = 0;
        int matching = 0;
        s.Network.Sent += p =>
        {
            long arrival = s.SessionOf(s.Peer).ReadClock(s.Peer.Clock.Now + s.Up.Delay);
            sent += p.From == s.Device ? 1 : 0;
            matching += p.From == s.Device && p.Destination.Port == hops.PortOf(hops.WindowAt(arrival)) ? 1 : 0;
        };
        s.World.RunFor(5 * World.Second);
        Assert.InRange(matching, sent * 0.95, sent);
        AssertHealed(s);
    }

    [Fact]
    public void D9_bad_tags_between_valid_datagrams_start_nothing()
    {
        Pair s = WithTraffic(9, messages: 3000);
        Inject(s, badTags: 2, seconds: 50);
        s.World.RunFor(51 * World.Second);
        Assert.Equal(100, s.DeviceDrops(DropCause.BadTag));
        AssertNoRung(s);
        AssertHealed(s);
    }

    [Fact]
    public void D9_bad_tags_from_anybody_start_a_rekey_a_minute_whose_failure_ends_no_session()
    {
        // Three each second, and no rekey succeeds: one at once, one after 60 s, and the next would come 120 s later.
        Pair s = WithTraffic(9, messages: 10_000);
        Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        Inject(s, badTags: 3, seconds: 170);
        s.World.RunFor(170 * World.Second);
        EventSnapshot[] rungs = s.Device.Events.OfKind(LinkEventKind.RungStarted);
        Assert.Equal([Three, Three], rungs.Select(e => e.Level));
        Assert.InRange(rungs[1].At - rungs[0].At, 60 * World.Second, 62 * World.Second);
        Assert.Equal([RecoveryResult.RekeyTimeout, RecoveryResult.RekeyTimeout], Failures(s.Device, Three));
        silence.Dispose();
        s.World.RunFor(20 * World.Second);
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void D10_nothing_is_derived_from_an_answer_whose_hash_is_wrong(bool deviceAsks)
    {
        Pair s = WithTraffic(10);
        EndNode end = s.End(deviceAsks);
        using var sent = new Recorder(s.Network, p => p.Info.IsUnderSessionKey);
        using Tap lie = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, 1, 1, p => p.Forge(
            s.LinkOf(s.Other(end)), bytes => bytes[VerificationHash] ^= 1));
        s.Do(end, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => end.Events.Rungs().Length == 2, 6 * World.Second, "no second attempt");
        Assert.Equal([RecoveryResult.RekeySharedSecretMismatch], Failures(end, Three));
        Assert.All(sent.Packets, p => Assert.Equal(0, p.Info.KeyPhase));

        // The secret of a genuine answer is still there when its hash is verified.
        s.World.RunFor(World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        AssertHealed(s);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(1)]
    public void D11_4096_iterations_are_the_rule_and_a_device_that_offers_fewer_gets_its_way(int offered)
    {
        Assert.Equal((4096, 4096), (LinkOptions.Device().Iterations, LinkOptions.Desktop().Iterations));
        Pair s = NewPair(11, o =>
        {
            o.Device.Iterations = offered;
            o.Peer.Link.Iterations = LinkOptions.Desktop().Iterations;
        });
        List<Packet> answers = s.Record(DatagramKind.SynAck);
        s.Connect();
        Assert.Equal(offered, HandshakeTests.Read(answers[0]).Iterations);

        // Handshake and rekey use the count alike.
        s.World.RunFor(World.Second);
        s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        s.Traffic(50, 20 * Ms);
        s.World.RunFor(2 * World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    /// <summary>Somebody sends the device its newest datagram with so many different tags at once, each second.</summary>
    private static void Inject(Pair s, int badTags, int seconds)
    {
        Packet? newest = null;
        s.Network.Sent += p => newest = p.From == s.Peer && p.Kind == DatagramKind.Data ? p.Copy() : newest;
        s.World.Every(World.Second, () =>
        {
            for (int i = 0; i < badTags && newest != null; i++)
            {
                byte[] bytes = (byte[])newest.Bytes.Clone();
                bytes[^1] ^= (byte)(i + 1);
                s.Network.Inject(newest.Source, newest.Destination, bytes);
            }

            return --seconds > 0;
        });
    }
}
