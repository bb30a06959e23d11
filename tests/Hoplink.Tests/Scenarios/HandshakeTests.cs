using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

public sealed class HandshakeTests : SimulationTest
{
    [Theory]
    [InlineData(false, new[] { 0, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29 })]
    [InlineData(true, new[] { 0, 1, 3, 7, 15 })]
    public void A_SYN_without_answer_is_repeated_for_thirty_seconds(bool battery, int[] seconds) // 4
    {
        Pair s = NewPair(1, o => o.Device.BatteryProfile = battery);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        s.Up.Blackhole = true;
        s.Device.Connect();
        s.Await(() => s.Device.Events.Has(LinkEventKind.Reconnecting), World.Minute, "it did not give up");

        long start = syns[0].SentAt;
        Assert.Equal(seconds.Select(t => t * World.Second), syns.Select(p => p.SentAt - start));
        Assert.Equal(start + 30 * World.Second, s.World.Now);
        Assert.All(syns, p => Assert.Equal(Scenario.Rendezvous, p.Destination));

        // The same but for timestamp and tag.
        Assert.Single(syns.Select(p => Convert.ToHexString(Rest(p.Bytes))).Distinct());
        Assert.Equal(syns.Count, syns.Select(p => p.Info.Timestamp).Distinct().Count());

        s.World.RunFor(3 * World.Second);
        Assert.NotEqual(PublicKey(syns[0]), PublicKey(syns[^1]));
    }

    [Fact]
    public void What_does_not_pass_the_replay_window_completes_no_handshake() // 4
    {
        Pair s = NewPair(40);
        s.Network.Tap(p => p.From == s.Device && p.Info.IsUnderSessionKey, _ => Verdict.Drop);
        s.Device.Connect();
        s.Await(() => s.Device.IsConnected, 5 * World.Second, "not connected");
        s.OnDevice((link, now) => link.Abort(now));
        s.World.RunFor(World.Second / 2);
        Assert.Equal(3, s.PeerDrops(DropCause.NotExpected));
        Assert.Null(s.PeerLink);
    }

    [Fact]
    public void A_repeated_SYN_is_answered_by_the_same_session_with_fresh_times() // 4, 4.2
    {
        Pair s = NewPair(2, o => o.PeerJobMicros = 300 * World.Millisecond);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        List<Packet> answers = s.Record(DatagramKind.SynAck);
        s.Network.DropNext(DatagramKind.SynAck, 2);
        s.Connect();

        SynAckPayload[] payloads = answers.Select(Read).ToArray();
        Assert.Equal(3, answers.Count);
        Assert.Equal([s.Device.Link.SessionId], answers.Select(p => p.Info.SessionId).Distinct());
        Assert.Single(payloads.Select(p => Convert.ToHexString([.. p.PublicKey, .. p.VerificationHash])).Distinct());
        Assert.Equal(syns.Select(p => p.Info.Timestamp), answers.Select(p => p.Info.Acknowledgment));

        // Fresh times, and only the first answer waited for an agreement.
        Assert.Equal(0, payloads[0].T2);
        Assert.InRange(payloads[0].T3, 300 * World.Millisecond, World.Second);
        Assert.Equal([World.Second, 3 * World.Second], payloads.Skip(1).Select(p => p.T2));
        Assert.Equal([World.Second, 3 * World.Second], payloads.Skip(1).Select(p => p.T3));
    }

    [Fact]
    public void Each_answer_masks_the_reset_token_anew() // 4.2
    {
        Pair s = NewPair(3);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        List<Packet> answers = s.Record(DatagramKind.SynAck);
        s.Network.DropNext(DatagramKind.SynAck);
        s.Connect();
        SynAckPayload[] payloads = answers.Select(Read).ToArray();
        Assert.NotEqual(payloads[0].MaskedToken, payloads[1].MaskedToken);
        Assert.Equal(Token(s, syns[0], answers[0]), Token(s, syns[1], answers[1]));
    }

    [Fact]
    public void The_first_clock_is_off_by_at_most_half_the_round_trip_of_the_exchange_it_came_from() // 5.1
    {
        int crossed = 0;
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var s = new Pair(seed, o => o.KeepTrace = true);
            SimRandom delays = s.World.Random("delays");
            s.Network.Tap(p => p.Kind is DatagramKind.Syn or DatagramKind.SynAck, _ => Verdict.Delay(delays.Between(0, 3 * World.Second)));
            s.Device.Connect();
            s.Await(() => s.Device.Events.Has(LinkEventKind.Connected), World.Minute, "not connected");

            TraceEntry[] syns = Arrivals(s, DatagramKind.Syn);
            TraceEntry answer = Arrivals(s, DatagramKind.SynAck)[0];
            Packet asked = s.World.Trace.Entries.Where(e => e.Kind == TraceKind.Sent).Select(e => e.Packet!)
                .First(p => p.Kind == DatagramKind.Syn && p.Info.Timestamp == answer.Info.Acknowledgment);
            SynAckPayload times = Read(answer.Packet!);
            long roundTrip = answer.Time - asked.SentAt - (times.T3 - times.T2);

            // The session clock is the peer's time since the first SYN came.
            long error = s.Device.Link.Session.ReadClock(s.Device.Clock.Now) - (s.World.Now - syns[0].Time);
            s.Require(Math.Abs(error) <= roundTrip / 2 + 1, $"off by {error} us with a round trip of {roundTrip} us");
            crossed += asked.Number > 1 ? 1 : 0;
        }

        Assert.InRange(crossed, 1, 19);
    }

    [Fact]
    public void SYNs_and_answers_that_come_late_again_and_out_of_order_make_one_session() // 4
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var s = new Pair(seed);
            SimRandom random = s.World.Random("mischief");
            s.Network.Tap(
                p => p.Kind is DatagramKind.Syn or DatagramKind.SynAck,
                _ => Verdict.Duplicate((int)random.Between(0, 3), random.Between(0, 2 * World.Second)));
            s.Network.Tap(
                p => p.Kind is DatagramKind.Syn or DatagramKind.SynAck,
                _ => Verdict.Delay(random.Between(0, 6 * World.Second)));
            s.Connect(30 * World.Second);
            s.Traffic(200, 100 * World.Millisecond);
            s.World.RunFor(25 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1 && s.Peer.Events.OfKind(LinkEventKind.Connected).Length == 1, "there was another session");
        }
    }

    [Theory]
    [InlineData(false, 30)]
    [InlineData(true, 90)]
    public void A_half_open_session_lives_30_s_and_90_where_the_initiator_is_slow(bool slow, int seconds) // 4
    {
        foreach (long late in new[] { -World.Millisecond, World.Millisecond })
        {
            Pair s = NewPair(6);
            var scripted = new ScriptedInitiator(s);
            ScriptedSyn syn = scripted.MakeSyn(p => p.Features = slow ? WireFormat.FeatureSlow : 0);
            scripted.Send(syn.Bytes);
            s.World.RunFor(World.Second);
            byte[] probe = ScriptedInitiator.MakeProbe(scripted.Agree(syn, scripted.Answers[0]));
            s.World.RunFor((seconds - 1) * World.Second + late);
            scripted.Send(probe);
            s.World.RunFor(World.Second);
            Assert.Equal(late < 0, s.PeerLink != null);
            Assert.Equal(late < 0 ? 0 : 1, s.PeerDrops(DropCause.UnknownSession));
        }
    }

    [Fact]
    public void A_half_open_session_leaves_the_live_session_and_its_link_alone() // 4, 13.4
    {
        Pair s = NewPair(7);
        s.Connect();
        s.Traffic(600, 50 * World.Millisecond);
        s.World.RunFor(5 * World.Second);
        ulong session = s.Device.Link.SessionId;
        var scripted = new ScriptedInitiator(s);
        scripted.Send(scripted.MakeSyn(p =>
        {
            p.LinkId = s.Device.Link.LinkId;
            p.NextExpected = 1000;
        }).Bytes);
        s.World.RunFor(World.Second);
        Assert.Single(scripted.Answers);
        s.World.RunFor(35 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(session, s.Device.Link.SessionId);
        Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Connected));
        s.RequireNoRung();
    }

    [Fact]
    public void Only_the_newest_half_open_session_of_a_key_id_can_complete() // 4
    {
        Pair s = NewPair(8);
        var scripted = new ScriptedInitiator(s);
        ScriptedSyn older = scripted.MakeSyn();
        ScriptedSyn newer = scripted.MakeSyn();
        scripted.Send(older.Bytes);
        s.World.RunFor(World.Second);
        scripted.Send(newer.Bytes);
        s.World.RunFor(World.Second);
        Assert.Equal(2, scripted.Answers.Length);

        scripted.Send(ScriptedInitiator.MakeProbe(scripted.Agree(older, scripted.Answers[0])));
        s.World.RunFor(World.Second);
        Assert.Null(s.PeerLink);
        scripted.Send(ScriptedInitiator.MakeProbe(scripted.Agree(newer, scripted.Answers[1])));
        s.World.RunFor(World.Second);
        Assert.Equal(scripted.Answers[1].Info.SessionId, s.PeerLink!.SessionId);
    }

    [Fact]
    public void A_live_session_ends_when_a_newer_handshake_of_its_key_id_completes() // 4
    {
        Pair s = NewPair(9);
        s.Connect();
        ulong session = s.Device.Link.SessionId;
        s.World.RunFor(2 * World.Second);
        var scripted = new ScriptedInitiator(s);
        ScriptedSyn syn = scripted.MakeSyn();
        scripted.Send(syn.Bytes);
        s.World.RunFor(World.Second);
        Assert.Equal(session, s.PeerLink!.SessionId);
        scripted.Send(ScriptedInitiator.MakeProbe(scripted.Agree(syn, scripted.Answers[0])));
        s.World.RunFor(100 * World.Millisecond);
        Assert.Equal(scripted.Answers[0].Info.SessionId, s.PeerLink!.SessionId);
        Assert.Single(s.Peer.Events.OfKind(LinkEventKind.Terminated));
    }

    internal static SynAckPayload Read(Packet packet)
    {
        var payload = new SynAckPayload();
        Assert.Equal(DropCause.None, payload.Read(packet.Bytes, WireFormat.HeaderSize));
        return payload;
    }

    private static TraceEntry[] Arrivals(Pair s, DatagramKind kind)
    {
        return s.World.Trace.Entries.Where(e => e.Kind == TraceKind.Delivered && e.Info.Kind == kind).ToArray();
    }

    private static byte[] Rest(byte[] syn) => [.. syn[..20], .. syn[24..^WireFormat.TagSize]];

    private static byte[] PublicKey(Packet syn) => syn.Bytes[(WireFormat.HeaderSize + 48)..^WireFormat.TagSize];

    private static byte[] Token(Pair s, Packet syn, Packet answer)
    {
        CryptoProvider crypto = SimCrypto.Create(s.World.Random("token"));
        byte[] hash = new byte[CryptoProvider.HashSize];
        crypto.Sha256(syn.Bytes, 0, syn.Bytes.Length, hash, 0);
        SynAckPayload payload = Read(answer);
        byte[] token = new byte[WireFormat.ResetTokenSize];
        ResetToken.Mask(
            new PskKeys(crypto, s.Psk()).Authentication, hash, answer.Info.SessionId, payload.PublicKey, payload.MaskedToken, token);
        return token;
    }
}
