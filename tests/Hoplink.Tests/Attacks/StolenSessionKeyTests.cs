using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>
/// Somebody holds the session key of one epoch. Until the next rekey he reads and forges what is under that key; from then on it is worth
/// nothing. What is under the recovery key he can never make (1, 3.2, 12).
/// </summary>
public sealed class StolenSessionKeyTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    private static readonly (PacketType Type, byte SubType, byte Flags, int Length)[] _underSessionKey =
    [
        (PacketType.Data, 0, PacketFlags.Ack | PacketFlags.Psh, DataPayload.HeaderSize + 20),
        (PacketType.Ack, 0, PacketFlags.Ack, AckPayload.Size),
        (PacketType.Fin, 0, PacketFlags.Ack | PacketFlags.Fin, FinPayload.Size),
        (PacketType.Heartbeat, 0, PacketFlags.Ack, HeartbeatPayload.Size),
        (PacketType.Control, SubType.TimeSyncRequest, PacketFlags.Ack, TimeSyncRequest.Size),
        (PacketType.Control, SubType.TimeSyncResponse, PacketFlags.Ack, TimeSyncResponse.Size),
        (PacketType.Management, SubType.RepairRequest, PacketFlags.Ack, RepairRequest.Size),
        (PacketType.Management, SubType.RepairResponse, PacketFlags.Ack, RepairResponse.Size),
    ];

    private static readonly (PacketType Type, byte SubType, byte Flags, int Length)[] _underRecoveryKey =
    [
        (PacketType.Reset, 0, PacketFlags.Rst, ResetPayload.Size),
        (PacketType.Control, SubType.Recovery, 0, RecoveryNotice.Size),
        (PacketType.Management, SubType.RekeyRequest, 0, RekeyRequest.Size),
        (PacketType.Management, SubType.RekeyResponse, 0, RekeyResponse.Size),
    ];

    [Fact]
    public void Until_the_next_rekey_he_reads_all_and_what_he_forges_is_taken() // 2
    {
        Pair s = Robbed(1, out Thief thief);
        s.Traffic(20, 50 * Ms);
        s.World.RunFor(2 * World.Second);
        Assert.All(thief.Seen.Where(p => p.Info.IsUnderSessionKey), p => Assert.True(thief.Knows(p)));
        Assert.All(thief.Seen.Where(p => p.Info.IsUnderRecoveryKey), p => Assert.False(thief.Knows(p)));

        // A message of his under the number of the device's next one.
        s.Peer.ReadsAtOnce = false;
        byte[] payload = new byte[DataPayload.HeaderSize + 3];
        BigEndian.WriteUInt32(payload, 0, (uint)s.Checker.Up.Accepted);
        BigEndian.WriteUInt16(payload, 4, 10);
        thief.Forge(thief.Last(s.Device), thief.SealNext(s.Device, PacketType.Data, 0, PacketFlags.Ack | PacketFlags.Psh, payload), Origin.Attacker);
        s.World.RunFor(100 * Ms);
        Assert.Equal(3, s.PeerLink!.NextMessageLength);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void From_two_seconds_after_a_rekey_on_the_key_opens_and_makes_nothing(bool byDevice, bool fromElsewhere) // 12
    {
        Pair s = Robbed(2, out Thief thief);
        s.Traffic(500, 50 * Ms);
        s.World.RunFor(World.Second);
        Packet up = thief.Last(s.Device);
        Packet down = thief.Last(s.Peer);
        s.On(byDevice, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.Device.Link.Statistics.Rekeys == 1 && s.PeerLink!.Statistics.Rekeys == 1, 10 * World.Second, "no rekey");
        s.World.RunFor((SpecConstants.EpochRetireMs * Ms) + (2 * s.Up.Delay) + Ms);
        long since = s.World.Now;
        var watch = new Unharmed(s, thief);
        (int atDevice, int atPeer) = (Unopened(s.Device.Link), Unopened(s.PeerLink!));
        int forged = 0;
        foreach (uint ahead in new uint[] { 1, 2, 40, 300, 70_000 })
        {
            foreach ((PacketType type, byte subType, byte flags, int length) in _underSessionKey)
            {
                byte[] payload = Payload(s, length);
                Origin origin = fromElsewhere ? Origin.Attacker : Origin.Genuine;
                thief.Forge(up, thief.SealNext(s.Device, type, subType, flags, payload, ahead), origin, forged * 30 * Ms);
                thief.Forge(down, thief.SealNext(s.Peer, type, subType, flags, payload, ahead), origin, forged * 30 * Ms);
                forged++;
            }
        }

        s.World.RunFor(15 * World.Second);
        Assert.Equal(forged, Unopened(s.Device.Link) - atDevice);
        Assert.Equal(forged, Unopened(s.PeerLink!) - atPeer);
        Assert.DoesNotContain(thief.Seen, p => p.SentAt >= since && p.Info.IsUnderSessionKey && thief.Knows(p));
        s.World.RunFor(12 * World.Second);
        watch.Require();
        Assert.Empty(watch.Answers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_old_key_is_taken_for_two_seconds_after_the_switch_and_not_a_moment_longer(bool atDevice) // 12
    {
        foreach ((long after, bool taken) in new[] { (SpecConstants.EpochRetireMs * Ms - Ms, true), (SpecConstants.EpochRetireMs * Ms + Ms, false) })
        {
            Pair s = Robbed(3, out Thief thief);
            EndNode target = atDevice ? s.Device : s.Peer;
            EndNode other = atDevice ? s.Peer : s.Device;
            s.World.RunFor(World.Second);
            Packet last = thief.Last(other);

            // Where the target answers a rekey, its switch is complete at once.
            s.On(!atDevice, (link, now) => link.ReportKeyCompromise(now));
            s.Await(() => target.Events.Has(LinkEventKind.Rekeyed), 10 * World.Second, "no rekey");
            long switched = target.Events.OfKind(LinkEventKind.Rekeyed)[0].At;
            Link link = atDevice ? s.Device.Link : s.PeerLink!;
            byte[] forged = thief.Seal(
                other, PacketType.Ack, 0, PacketFlags.Ack, new byte[AckPayload.Size], last.Info.Sequence + 100, last.Info.Acknowledgment,
                last.Info.Timestamp);
            int before = Unopened(link);
            thief.Forge(last, forged, Origin.Genuine, switched + after - s.World.Now);
            s.World.RunFor(switched + after + Ms - s.World.Now);
            Assert.Equal(taken ? 0 : 1, Unopened(link) - before);
        }
    }

    [Fact]
    public void He_can_neither_reset_nor_ask_for_a_rung_nor_begin_or_answer_a_rekey() // 1, 9.5, 12, 13.1
    {
        Pair s = Robbed(4, out Thief thief);
        s.Traffic(500, 50 * Ms);
        s.World.RunFor(World.Second);
        var watch = new Unharmed(s, thief);

        // Also as the answer to a rekey that is under way: the genuine response comes later.
        thief.HoldUp(s.Peer, p => p.Kind == DatagramKind.RekeyResponse, _ => 300 * Ms);
        int rekeyed = 0;
        s.Network.Tap(p => p.Kind == DatagramKind.RekeyRequest && p.From == s.Device, p =>
        {
            rekeyed++;
            byte[] payload = Payload(s, RekeyResponse.Size);
            BigEndian.WriteUInt32(payload, 0, p.Info.Message);
            BigEndian.WriteUInt32(payload, 4, 1);
            thief.Reflect(p, Origin.Genuine);
            thief.Inject(p.Destination, p.Source, thief.SealNext(s.Peer, PacketType.Management, SubType.RekeyResponse, 0, payload), Ms);
            return Verdict.Pass;
        });
        foreach ((PacketType type, byte subType, byte flags, int length) in _underRecoveryKey)
        {
            foreach (EndNode poseAs in new EndNode[] { s.Device, s.Peer })
            {
                byte[] payload = Payload(s, length);
                payload[0] = type == PacketType.Control ? (byte)RecoveryLevel.SequenceRepair : payload[0];
                for (int i = 0; i < 5; i++)
                {
                    thief.Forge(thief.Last(poseAs), thief.SealNext(poseAs, type, subType, flags, payload), Origin.Genuine, i * World.Second);
                }
            }
        }

        s.World.RunFor(6 * World.Second);
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(20 * World.Second);
        watch.Require(rekeysAtEachEnd: 2);
        Assert.True(rekeyed > 0);
        Assert.DoesNotContain(thief.Seen.TakeLast(20), p => p.Info.IsUnderSessionKey && thief.Knows(p));
        Assert.DoesNotContain(FailureCondition.PeerAsks, s.Device.Events.Concat(s.Peer.Events).Select(e => e.Condition));
    }

    [Fact]
    public void Traffic_that_he_has_sent_to_himself_comes_back_with_the_next_rekey() // 5.2, 12
    {
        Pair s = Robbed(5, out Thief thief);
        s.Traffic(600, 50 * Ms);
        s.World.RunFor(World.Second);

        // A number far ahead makes his address the newest, and he echoes the probe that goes there.
        s.Network.Tap(p => p.From == s.Peer && p.Destination.Host == thief.Host && IsProbe(p), p =>
        {
            byte[] echo = thief.Read(p);
            echo[4] = 1;
            BigEndian.WriteInt64(echo, 16, BigEndian.ReadInt64(echo, 8));
            BigEndian.WriteInt64(echo, 24, BigEndian.ReadInt64(echo, 8));
            thief.Send(Attacker.Port, p.Source, thief.SealNext(s.Device, PacketType.Heartbeat, 0, PacketFlags.Ack, echo, ahead: 600));
            return Verdict.Pass;
        });
        byte[] probe = new byte[HeartbeatPayload.Size];
        probe[3] = 7;
        probe[7] = 10;
        thief.Forge(thief.Last(s.Device), thief.SealNext(s.Device, PacketType.Heartbeat, 0, PacketFlags.Ack, probe, ahead: 500), Origin.Attacker);
        s.World.RunFor(3 * World.Second);
        Assert.Contains(thief.Received, p => p.Kind == DatagramKind.Data);
        Assert.Equal(thief.Host, (uint)s.PeerLink!.Session.Path.Current.Remote.Low);

        ulong session = s.Device.Link.SessionId;
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.PeerLink!.Statistics.Rekeys == 1, 10 * World.Second, "no rekey");
        s.World.RunFor((2 * s.Up.Delay) + Ms);
        int received = thief.Received.Count;
        s.World.RunFor(30 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(received, thief.Received.Count);
        Assert.Equal(session, s.Device.Link.SessionId);
    }

    [Fact]
    public void A_clock_that_he_has_pulled_is_right_again_after_the_next_rekey() // 10, 12.4
    {
        foreach (bool byDevice in new[] { true, false })
        {
            Pair s = Robbed(6, out Thief thief);
            s.Traffic(1500, 100 * Ms);

            // Every answer that names the peer's time says two seconds more.
            s.Network.Tap(p => p.From == s.Peer && p.Info.KeyPhase == 0 && NamesTime(p), p => thief.Change(p, payload =>
            {
                foreach (int at in new[] { 16, 24 })
                {
                    BigEndian.WriteInt64(payload, at, BigEndian.ReadInt64(payload, at) + (2 * World.Second));
                }
            }));
            s.World.RunFor(45 * World.Second);
            s.Require(Math.Abs(s.ClockError()) > World.Second, $"he has pulled it by {s.ClockError()} us only");
            s.On(byDevice, (link, now) => link.ReportKeyCompromise(now));
            s.World.RunFor(100 * World.Second);
            s.RunUntilQuiet(2 * World.Minute);
            s.Checker.AssertAllDelivered();
            s.Require(Math.Abs(s.ClockError()) <= 10 * Ms, $"{s.ClockError()} us off");
            s.Require(s.Sessions() == 1, "the session did not last");
        }
    }

    [Fact]
    public void He_can_close_the_link_by_a_FIN_and_end_the_session_by_false_acknowledgments_but_not_follow_into_the_next() // 6.4, 8
    {
        Pair closed = Robbed(7, out Thief thief);
        byte[] payload = new byte[FinPayload.Size];
        closed.World.RunFor(World.Second);
        thief.Forge(thief.Last(closed.Device), thief.SealNext(closed.Device, PacketType.Fin, 0, PacketFlags.Ack | PacketFlags.Fin, payload), Origin.Genuine);
        closed.World.RunFor(World.Second);
        Assert.True(closed.Peer.Events.Has(LinkEventKind.PeerClosing));

        Pair ended = Robbed(8, out thief);
        ended.Traffic(300, 50 * Ms);
        ended.World.RunFor(World.Second);
        ulong session = ended.Device.Link.SessionId;
        for (uint i = 1; i <= 3; i++)
        {
            DatagramInfo last = thief.Last(ended.Device).Info;
            thief.Forge(thief.Last(ended.Device), thief.Seal(
                ended.Device, PacketType.Ack, 0, PacketFlags.Ack, new byte[AckPayload.Size], last.Sequence + i, last.Acknowledgment + 1000,
                last.Timestamp), Origin.Genuine);
        }

        ended.AwaitOtherSession(session, World.Minute);
        ended.World.RunFor(20 * World.Second);
        ended.RunUntilQuiet();
        ended.Checker.AssertAllDelivered();
        Assert.DoesNotContain(thief.Seen, p => p.Info.SessionId != session && p.Info.IsUnderSessionKey && thief.Knows(p));
    }

    private static bool IsProbe(Packet p) => p.Kind == DatagramKind.Heartbeat && p.Payload[4] == 0;

    private static bool NamesTime(Packet p)
    {
        return p.Kind == DatagramKind.TimeSyncResponse || (p.Kind == DatagramKind.Heartbeat && !IsProbe(p));
    }

    private static byte[] Payload(Pair s, int length)
    {
        byte[] payload = s.World.Random("payload").Bytes(length);
        payload.AsSpan(Math.Min(length, 4)).Clear();
        return payload;
    }

    /// <summary>What no key opened.</summary>
    private static int Unopened(Link link)
    {
        return link.Statistics.Drops.Of(DropCause.BadTag) + link.Statistics.Drops.Of(DropCause.FarSequence)
            + link.Statistics.Drops.Of(DropCause.BadTagBudget);
    }

    private Pair Robbed(ulong seed, out Thief thief)
    {
        Pair s = NewPair(seed);
        thief = new Thief(s);
        s.Connect();
        s.World.RunFor(World.Second);
        thief.Steal();
        return s;
    }
}
