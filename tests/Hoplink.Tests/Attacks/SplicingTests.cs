using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>Genuine parts do not make a genuine datagram: the tag is over all of it (2).</summary>
public sealed class SplicingTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    [Theory]
    [InlineData(Origin.Attacker)]
    [InlineData(Origin.Genuine)]
    public void Header_payload_and_tag_of_different_datagrams_are_no_datagram(Origin origin) // 2, D9
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var s = new Pair(seed);
            var attacker = new Attacker(s);
            SimRandom random = s.World.Random("splices");
            s.Connect();
            s.Traffic(500, 50 * Ms);
            s.World.RunFor(World.Second);
            s.OnDevice((link, now) => link.ReportKeyCompromise(now));
            s.World.RunFor(4 * World.Second);
            var watch = new Unharmed(s, attacker);
            int accepted = Accepted(s);
            int spliced = 0;
            s.World.Every(10 * Ms, () =>
            {
                Packet header = Draw(attacker, random);
                Packet payload = Draw(attacker, random);
                Packet tag = Draw(attacker, random);
                byte[] bytes = Attacker.Splice(header, payload, tag);
                if (!attacker.Seen.Any(p => p.Bytes.AsSpan().SequenceEqual(bytes)))
                {
                    spliced++;
                    attacker.Forge(header, bytes, origin);
                }

                return s.World.Now < 25 * World.Second;
            });
            s.World.RunFor(26 * World.Second);
            watch.Require();
            s.Require(spliced > 1000, "too few splices");
            s.Require(Dropped(s) >= spliced, $"{spliced} splices and {Dropped(s)} drops");
            s.Require(watch.Answers.Count == 0, "a splice was answered");
            s.Require(Accepted(s) > accepted, "nothing was delivered meanwhile");
        }
    }

    [Fact]
    public void Any_bit_of_any_type_that_is_changed_on_the_way_loses_the_datagram_and_no_more() // 2
    {
        Pair s = NewPair(4);
        var attacker = new Attacker(s);
        SimRandom random = s.World.Random("flips");
        s.Connect();
        var watch = new Unharmed(s, attacker);
        s.Traffic(600, 50 * Ms);

        // Every twentieth is changed and the rest goes through; the changed one arrives instead of the genuine one.
        int n = 0;
        s.Network.Tap(p => p.From is EndNode && n++ % 20 == 0, p =>
        {
            return Verdict.Replace(Attacker.Flip(p.Bytes, (int)random.Below(p.Bytes.Length * 8L)));
        });
        s.World.RunFor(32 * World.Second);
        watch.Require();
        s.Require(Dropped(s) >= n / 25, $"{n / 20} were changed and {Dropped(s)} dropped");
    }

    [Fact]
    public void Under_another_session_id_a_genuine_datagram_is_nothing() // 2, 13.3
    {
        Pair s = NewPair(5);
        var attacker = new Attacker(s);
        s.Connect();
        s.Traffic(200, 50 * Ms);
        s.World.RunFor(World.Second);
        ulong first = s.Device.Link.SessionId;
        s.ForgetSessions();
        s.AwaitOtherSession(first, World.Minute);
        s.World.RunFor(World.Second);
        var watch = new Unharmed(s, attacker);
        Packet[] old = attacker.Seen.Where(p => p.Info.SessionId == first && p.Kind != DatagramKind.SynAck).Take(200).ToArray();
        int bad = s.DeviceDrops(DropCause.BadTag) + s.PeerDrops(DropCause.BadTag) + s.DeviceDrops(DropCause.FarSequence) + s.PeerDrops(DropCause.FarSequence);
        foreach (Packet packet in old)
        {
            byte[] bytes = (byte[])packet.Bytes.Clone();
            BigEndian.WriteUInt64(bytes, WireFormat.SessionIdOffset, s.Device.Link.SessionId);
            attacker.Forge(packet, bytes, Origin.Genuine, attacker.Sent * Ms);
        }

        s.World.RunFor(World.Second);
        int now = s.DeviceDrops(DropCause.BadTag) + s.PeerDrops(DropCause.BadTag) + s.DeviceDrops(DropCause.FarSequence) + s.PeerDrops(DropCause.FarSequence);
        Assert.Equal(old.Length, now - bad);
        s.World.RunFor(10 * World.Second);
        watch.Require();
    }

    private static Packet Draw(Attacker attacker, SimRandom random) => attacker.Seen[(int)random.Below(attacker.Seen.Count)];

    private static int Accepted(Pair s) => (int)(s.Checker.Up.Read + s.Checker.Down.Read);

    private static int Dropped(Pair s)
    {
        return s.Device.Link.Statistics.Drops.Total + s.Peer.Responder.Drops.Total + s.PeerLink!.Statistics.Drops.Total;
    }
}
