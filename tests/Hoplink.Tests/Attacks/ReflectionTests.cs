using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>What an end sent comes back to it as if the other had sent it: each direction has a key of its own (2, 3.2).</summary>
public sealed class ReflectionTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    [Theory]
    [InlineData(Origin.Genuine)]
    [InlineData(Origin.Attacker)]
    public void Everything_that_an_end_sends_may_come_back_to_it(Origin origin) // 2, D9
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var s = new Pair(seed);
            var attacker = new Attacker(s);
            s.Connect();
            var watch = new Unharmed(s, attacker);
            s.Traffic(1000, 50 * Ms);
            int n = 0;
            s.Network.Tap(p => p.From is EndNode && n++ % 5 == 0, packet =>
            {
                attacker.Reflect(packet, origin, Ms);
                return Verdict.Pass;
            });
            s.World.RunFor(52 * World.Second);
            watch.Require();
            s.Require(watch.Answers.Count == 0, "a reflection was answered");
            int atDevice = s.DeviceDrops(DropCause.BadTag) + s.DeviceDrops(DropCause.FarSequence);
            int atPeer = s.PeerDrops(DropCause.BadTag) + s.PeerDrops(DropCause.FarSequence);
            s.Require(atDevice > 100 && atPeer > 100, "reflections were not counted");
        }
    }

    [Fact]
    public void Requests_notices_and_rekeys_that_come_back_are_not_served() // 2, 9.4, 9.5, 12
    {
        Pair s = NewPair(4);
        var attacker = new Attacker(s);
        s.Connect();
        s.Traffic(400, 50 * Ms);
        s.World.RunFor(World.Second);
        s.OnDevice((link, now) => link.Faults.JumpClock(-6 * World.Second, now));
        s.World.RunFor(12 * World.Second);
        s.OnPeer((link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(5 * World.Second);

        // Last a measurement under the present key, whose request no other check would stop.
        s.OnDevice((link, now) => link.Faults.JumpClock(300 * Ms, now));
        s.World.RunFor(35 * World.Second);
        s.RunUntilQuiet();
        Packet[] control = attacker.Seen.Where(p => (int)p.Kind >> 8 >= (int)PacketType.Reset).ToArray();
        Assert.True(control.Select(p => p.Kind).Distinct().Count() >= 5);
        var watch = new Unharmed(s, attacker);
        int answers = attacker.Seen.Count(IsAnswer);
        for (int i = 0; i < control.Length; i++)
        {
            attacker.Reflect(control[i], i % 2 == 0 ? Origin.Genuine : Origin.Attacker, i * 10 * Ms);
        }

        s.World.RunFor(8 * World.Second);
        watch.Require();
        Assert.Empty(watch.Answers);

        // A rekey that the reflections bring about is allowed (D9) and answered; nothing else is.
        Assert.Equal(answers, attacker.Seen.Count(IsAnswer));
    }

    private static bool IsAnswer(Packet p) => p.Kind is DatagramKind.TimeSyncResponse or DatagramKind.RepairResponse;
}
