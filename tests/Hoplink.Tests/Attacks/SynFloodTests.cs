using Hoplink.Keys;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>SYNs that were recorded come again from many addresses (4.1). They verify, so only their public keys give them away.</summary>
public sealed class SynFloodTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    [Fact]
    public void Recorded_SYNs_from_many_addresses_cost_a_live_session_nothing_and_get_no_answer() // 4.1
    {
        Pair s = NewPair(1);
        var attacker = new Attacker(s);
        Packet[] syns = RecordSyns(s, attacker, sessions: 5);
        Crowd crowd = new(s);
        var watch = new Unharmed(s, attacker);
        int agreements = 0;
        s.Peer.JobRun += job => agreements += job.Block != null ? 1 : 0;
        s.Traffic(200, 50 * Ms);
        int dropped = s.PeerDrops(DropCause.RepeatedSyn);
        crowd.Flood(syns, perSecond: 5000, 10 * World.Second);
        s.World.RunFor(12 * World.Second);
        watch.Require(rekeysAtEachEnd: 0);
        Assert.Equal(crowd.Sent, s.PeerDrops(DropCause.RepeatedSyn) - dropped);
        Assert.Equal(0, agreements);
        Assert.Equal(0, crowd.BytesBack);
    }

    [Fact]
    public void A_SYN_that_comes_again_while_it_is_answered_does_not_hold_up_the_handshake_and_is_one_agreement() // 4, 4.1, 5.2
    {
        foreach (long delay in new[] { 10 * Ms, 100 * Ms, 700 * Ms })
        {
            Pair s = NewPair((ulong)delay, o => o.Delay = delay);
            Crowd crowd = new(s);
            var attacker = new Attacker(s);
            int agreements = 0;
            s.Peer.JobRun += job => agreements += job.Block != null ? 1 : 0;
            s.Network.Tap(p => p.Kind == DatagramKind.Syn && p.From == s.Device, 1, 1, p =>
            {
                crowd.Flood([p.Copy()], perSecond: 2000, 5 * World.Second);
                return Verdict.Pass;
            });
            long took = s.Connect(10 * World.Second);
            s.Require(took <= World.Second + (5 * delay) + s.Device.JobMicros + s.Peer.JobMicros, $"{took} us");
            s.World.RunFor(5 * World.Second);
            Assert.Equal(1, agreements);
            Assert.Single(attacker.SeenOf(DatagramKind.SynAck).Select(p => p.Info.SessionId).Distinct());
            s.Traffic(40, 50 * Ms);
            s.World.RunFor(3 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(crowd.BytesBack <= 3 * crowd.BytesSent, $"{crowd.BytesBack} for {crowd.BytesSent}");
            Assert.Equal(1, s.Sessions());
        }
    }

    [Fact]
    public void After_a_restart_that_forgot_them_each_recorded_SYN_holds_up_a_handshake_for_a_second_at_most() // 4.1
    {
        const int Recorded = 6;
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Pair s = NewPair(seed);
            var attacker = new Attacker(s);
            Packet[] syns = RecordSyns(s, attacker, Recorded);
            Crowd crowd = new(s);
            ulong session = s.Device.Link.SessionId;
            s.Peer.Restart(100 * Ms);
            s.World.RunFor(101 * Ms);
            int agreements = 0;
            s.Peer.JobRun += job => agreements += job.Block != null ? 1 : 0;
            crowd.Flood(syns, perSecond: 500, 2 * World.Minute);
            long began = s.World.Now;
            s.Checker.Up.SendEvery(50 * Ms, 100);
            s.AwaitOtherSession(session, World.Minute);

            // A second for each; the device's next SYN is at most 2 s away then.
            s.Require(s.World.Now - began <= (Recorded + 4) * World.Second, $"{s.World.Now - began} us");
            s.World.RunFor(10 * World.Second);
            s.Require(agreements <= Recorded + 1, $"{agreements} agreements");
            s.Require(crowd.BytesBack <= 3 * crowd.BytesSent, $"{crowd.BytesBack} for {crowd.BytesSent}");
            s.RunUntilQuiet();
        }
    }

    /// <summary>The SYNs of so many sessions, the present one's last.</summary>
    private static Packet[] RecordSyns(Pair s, Attacker attacker, int sessions)
    {
        s.Connect();
        for (int i = 1; i < sessions; i++)
        {
            s.World.RunFor(2 * World.Second);
            ulong session = s.Device.Link.SessionId;
            s.ForgetSessions();
            s.AwaitOtherSession(session, World.Minute);
        }

        s.World.RunFor(2 * World.Second);
        Packet[] syns = attacker.SeenOf(DatagramKind.Syn);
        Assert.True(syns.Length >= sessions);
        return syns;
    }

    /// <summary>Two hundred addresses that all do as one attacker says, and what the peer sends to them.</summary>
    private sealed class Crowd
    {
        private const int Addresses = 200;
        private readonly Pair _pair;

        public Crowd(Pair pair)
        {
            _pair = pair;
            pair.Network.Sent += p => BytesBack += IsMember(p.Destination.Host) ? p.Bytes.Length : 0;
        }

        public int Sent { get; private set; }

        public long BytesSent { get; private set; }

        public long BytesBack { get; private set; }

        public void Flood(Packet[] packets, int perSecond, long micros)
        {
            long until = _pair.World.Now + micros;
            _pair.World.Every(World.Second / perSecond, () =>
            {
                Packet packet = packets[Sent % packets.Length];
                var source = new SimEndpoint(SimEndpoint.Address(100, 64, 0, (byte)(1 + (Sent % Addresses))), 1024 + (Sent % 50_000));
                _pair.Network.Inject(source, packet.Destination, packet.Bytes);
                Sent++;
                BytesSent += packet.Bytes.Length;
                return _pair.World.Now < until;
            });
        }

        private static bool IsMember(uint host) => host >> 8 == SimEndpoint.Address(100, 64, 0, 0) >> 8;
    }
}
