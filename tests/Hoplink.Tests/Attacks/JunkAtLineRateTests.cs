using Hoplink.Parameters;
using Hoplink.Recovery;
using Hoplink.Routing;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>
/// A hundred thousand junk datagrams a second, which is what a fast sender can do to an end. In virtual time, so that it is exact: what
/// such a flood costs a real computer is not asked here.
/// </summary>
public sealed class JunkAtLineRateTests : SimulationTest
{
    private const int PerSecond = 100_000;
    private const int Seconds = 2;
    private const long Ms = World.Millisecond;
    private const long MessageInterval = 25 * Ms;

    /// <summary>Of messages that come every 25 ms: nobody waits for one more than half a second.</summary>
    private const int MostUnderWay = 20;

    /// <summary>
    /// Events that a flood brings about at one end: two conditions begin, a rekey starts, succeeds and changes the epoch, the conditions end,
    /// and begin again while D9 holds them back.
    /// </summary>
    private const int MostEvents = 16;

    private readonly Datagram _datagram = new(WireFormat.MaxDatagram);

    public static TheoryData<bool, Junk, bool> Floods()
    {
        var floods = new TheoryData<bool, Junk, bool>();
        foreach (bool atDevice in new[] { true, false })
        {
            foreach (Junk junk in Enum.GetValues<Junk>())
            {
                floods.Add(atDevice, junk, false);
                floods.Add(atDevice, junk, true);
            }
        }

        return floods;
    }

    [Theory]
    [MemberData(nameof(Floods))]
    public void The_session_goes_on_with_one_rekey_and_few_events(bool atDevice, Junk junk, bool spoofed) // 2, 8, D9
    {
        Pair s = NewPair((ulong)junk + (atDevice ? 16UL : 32UL) + (spoofed ? 8UL : 0));
        EndNode target = atDevice ? s.Device : s.Peer;
        var flooder = new Flooder(s);
        s.Connect();
        s.Traffic(400, MessageInterval);
        s.World.RunFor(World.Second);
        long start = s.World.Now;
        int before = Dropped(s, atDevice);
        int bad = BadTags(s, atDevice);
        flooder.Flood(target, junk, spoofed, PerSecond, Seconds * World.Second);

        // Well-formed junk in the peer's name uses up the device's second budget as well: what is sent meanwhile waits for the flood's end.
        bool waits = atDevice && spoofed && junk != Junk.Noise;
        long most = waits ? Seconds * World.Second / MessageInterval : MostUnderWay;
        most += MostUnderWay;
        for (int i = 0; i < Seconds * 10; i++)
        {
            s.World.RunFor(100 * Ms);
            s.Require(UnderWay(s.Checker.Up) <= most && UnderWay(s.Checker.Down) <= most, $"{UnderWay(s.Checker.Up)} and {UnderWay(s.Checker.Down)} wait");
        }

        s.World.RunFor(30 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        s.Require(s.Sessions() == 1, "the session did not last");
        s.Require(flooder.Sent >= PerSecond * Seconds, "too little junk");
        s.Require(Dropped(s, atDevice) - before >= flooder.Sent, "junk was not counted");
        foreach (EndNode end in new EndNode[] { s.Device, s.Peer })
        {
            RecoveryLevel[] rungs = end.Events.Rungs(start);
            // A device that hears nothing for two seconds may find its ports in doubt.
            int rekeys = rungs.Count(r => r == RecoveryLevel.SessionRekey);
            int others = rungs.Length - rekeys - (waits ? rungs.Count(r => r == RecoveryLevel.TimeSync) : 0);
            s.Require(rekeys <= 1 && others == 0, $"{end.Name} ran {string.Join(", ", rungs)}");
            int events = end.Events.Count(e => e.At >= start);
            s.Require(events <= MostEvents, $"{events} events at the {end.Name}");
        }

        if (atDevice)
        {
            // Two budgets a second, of which the second is for what seems to come from the peer; the flood touches one second more.
            int budgets = (spoofed ? 2 : 1) * (Seconds + 1);
            int allowed = budgets * s.Device.Options.BadTagsPerSecond;
            s.Require(BadTags(s, atDevice) - bad <= allowed, $"{BadTags(s, atDevice) - bad} tags were verified");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_junk_datagram_allocates_nothing(bool atDevice) // the house, 3
    {
        Pair s = NewPair(64);
        EndNode target = atDevice ? s.Device : s.Peer;
        var flooder = new Flooder(s);
        s.Connect();
        s.Traffic(20, MessageInterval);
        s.World.RunFor(World.Second);

        // The rekey that D9 allows, which may allocate, comes first: for a minute there is no other.
        flooder.Flood(target, Junk.Plausible, spoofed: false, 50, 2 * World.Second);
        s.World.RunFor(5 * World.Second);
        Assert.Equal(1, s.Device.Link.Statistics.Rekeys);
        s.RunUntilQuiet();
        var junk = new List<byte[]>();
        for (int i = 0; i < 300; i++)
        {
            junk.Add(flooder.Make(target, (Junk)(i % 3))!);
        }

        if (!atDevice)
        {
            // Sessions that nobody knows are answered, which must not allocate either.
            junk.AddRange(junk.Where(b => b.Length > WireFormat.StatelessResetSize).Take(50).Select(WithUnknownSession).ToArray());
        }

        var arrival = new Arrival { LocalPort = atDevice ? 0 : SpecConstants.DefaultRendezvousPort };
        long now = target.Clock.Now;
        int next = 0;
        Allocation.AssertNone(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                byte[] bytes = junk[next++ % junk.Count];
                arrival.Remote.SetIPv4((uint)(0x0A090000 + (next % 4)), 5000);
                Handle(s, atDevice, bytes, arrival, now);
                now += World.Second / PerSecond;
            }

            SendAll(s, atDevice, now);
        });
    }

    private void SendAll(Pair s, bool atDevice, long now)
    {
        while (atDevice ? s.Device.Link.PollTransmit(_datagram, now) : s.Peer.Responder.PollTransmit(_datagram, now))
        {
        }
    }

    private static byte[] WithUnknownSession(byte[] bytes)
    {
        byte[] other = (byte[])bytes.Clone();
        other[WireFormat.SessionIdOffset] ^= 0x55;
        return other;
    }

    private static void Handle(Pair s, bool atDevice, byte[] bytes, Arrival arrival, long now)
    {
        if (atDevice)
        {
            s.Device.Link.HandleDatagram(bytes, 0, bytes.Length, arrival, now);
        }
        else
        {
            s.Peer.Responder.HandleDatagram(bytes, 0, bytes.Length, arrival, now);
        }
    }

    private static long UnderWay(MessageStream stream) => stream.Accepted + stream.Backlog - stream.Expected;

    private static int BadTags(Pair s, bool atDevice) => atDevice ? s.DeviceDrops(DropCause.BadTag) : s.PeerDrops(DropCause.BadTag);

    private static int Dropped(Pair s, bool atDevice)
    {
        return atDevice ? s.Device.Link.Statistics.Drops.Total : s.Peer.Responder.Drops.Total + s.PeerLink!.Statistics.Drops.Total;
    }
}
