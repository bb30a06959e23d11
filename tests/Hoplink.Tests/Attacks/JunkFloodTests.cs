using Hoplink.Parameters;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>An end that is flooded with junk goes on (2, 8, D9).</summary>
public sealed class JunkFloodTests : SimulationTest
{
    private static readonly Junk[] _allJunk = [Junk.Noise, Junk.Plausible, Junk.Corrupted];

    [Fact]
    public void Five_thousand_junk_datagrams_a_second_do_not_stop_the_peer() // 2, D9
    {
        foreach (Junk junk in _allJunk)
        {
            foreach (bool spoofed in new[] { false, true })
            {
                Pair s = Begin((ulong)junk + 1, out Flooder flooder);
                flooder.Flood(s.Peer, junk, spoofed, 5000, 4 * World.Second);
                RequireTrafficDuring(s, 4);
                s.World.RunFor(12 * World.Second);
                Finish(s, flooder, s.Peer);
            }
        }
    }

    [Fact]
    public void Two_thousand_junk_datagrams_a_second_from_elsewhere_do_not_stop_the_device() // 2, D9
    {
        foreach (Junk junk in _allJunk)
        {
            Pair s = Begin((ulong)junk + 1, out Flooder flooder);
            flooder.Flood(s.Device, junk, spoofed: false, 2000, 10 * World.Second);
            RequireTrafficDuring(s, 10);
            s.World.RunFor(6 * World.Second);
            Finish(s, flooder, s.Device);
        }
    }

    [Fact]
    public void The_device_verifies_no_more_bad_tags_a_second_than_its_budgets_allow() // 2
    {
        Pair s = Begin(4, out Flooder flooder);
        flooder.Flood(s.Device, Junk.Plausible, spoofed: false, 2000, 10 * World.Second);
        s.World.RunFor(10 * World.Second);
        int budget = s.Device.Options.BadTagsPerSecond;
        Assert.InRange(s.DeviceDrops(DropCause.BadTag), 9 * budget, 11 * budget);
        Assert.True(s.DeviceDrops(DropCause.BadTagBudget) > 15_000);

        // In the peer's own name the junk eats up the second budget, too, and no more.
        int before = s.DeviceDrops(DropCause.BadTag);
        flooder.Flood(s.Device, Junk.Plausible, spoofed: true, 2000, 10 * World.Second);
        s.World.RunFor(10 * World.Second);
        Assert.InRange(s.DeviceDrops(DropCause.BadTag) - before, 10 * budget, 22 * budget);
        s.World.RunFor(20 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(1, s.Sessions());
    }

    [Fact]
    public void Minutes_of_junk_bring_about_one_rekey_a_minute_at_most() // 8, D9
    {
        foreach (bool atDevice in new[] { true, false })
        {
            var s = new Pair(atDevice ? 5UL : 6UL);
            var flooder = new Flooder(s);
            s.Connect();
            s.Traffic(4000, 100 * World.Millisecond);
            s.World.RunFor(World.Second);
            flooder.Flood(atDevice ? s.Device : s.Peer, Junk.Plausible, spoofed: false, 20, 6 * World.Minute);
            s.World.RunFor(405 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            RequireRekeysApart(s);

            // One at first, the next after one minute, the next after two more.
            EventSnapshot[] rekeys = s.Device.Events.OfKind(LinkEventKind.Rekeyed);
            s.Require(rekeys.Length is >= 2 and <= 3, $"{rekeys.Length} rekeys");
            s.Require(s.Sessions() == 1, "the session did not last");
        }
    }

    [Fact]
    public void Junk_is_counted_by_what_was_wrong_with_it() // 2
    {
        Pair s = NewPair(7);
        var hostile = new HostileNode(s.World, "hostile", Scenario.MakeAddress(66));
        List<Packet> data = s.World.Record(p => p.Kind == DatagramKind.Data && p.From == s.Device);
        s.Connect();
        s.Checker.Up.Send(1);
        s.World.RunFor(World.Second);
        byte[] genuine = data[0].Bytes;
        var wrong = new (DropCause Cause, Func<byte[], byte[]> Change)[]
        {
            (DropCause.TooShort, b => b[..41]),
            (DropCause.TooLong, b => new byte[1233]),
            (DropCause.WrongVersion, b => With(b, 0, 2)),
            (DropCause.UnknownType, b => With(b, 1, 7)),
            (DropCause.UnknownSubType, b => With(b, 2, 1)),
            (DropCause.ReservedSet, b => With(b, 3, (byte)(b[3] | 0x80))),
            (DropCause.WrongFlags, b => With(b, 3, (byte)(b[3] | 1))),
            (DropCause.WrongLength, b => b[..^1]),
            (DropCause.UnknownSession, b => With(b, 4, (byte)(b[4] ^ 1))),
            (DropCause.BadTag, b => With(b, b.Length - 1, (byte)(b[^1] ^ 1))),
            (DropCause.FarSequence, b => With(b, 13, (byte)(b[13] + 2))),
            (DropCause.Replay, b => b),
        };
        int[] before = [.. wrong.Select(w => s.PeerDrops(w.Cause))];
        foreach ((DropCause _, Func<byte[], byte[]> change) in wrong)
        {
            hostile.Send(1, data[0].Destination, change((byte[])genuine.Clone()));
        }

        s.World.RunFor(World.Second);
        for (int i = 0; i < wrong.Length; i++)
        {
            Assert.True(s.PeerDrops(wrong[i].Cause) == before[i] + 1, $"{wrong[i].Cause} was not counted once");
        }

        // Only the unknown session is answered, by a stateless reset.
        Assert.Equal(DatagramKind.Rst, Assert.Single(hostile.Received).Kind);
        Assert.True(s.IsConnected);
    }

    private static byte[] With(byte[] bytes, int index, byte value)
    {
        bytes[index] = value;
        return bytes;
    }

    private static Pair Begin(ulong seed, out Flooder flooder)
    {
        var s = new Pair(seed);
        flooder = new Flooder(s);
        s.Connect();
        s.Traffic(600, 25 * World.Millisecond);
        s.World.RunFor(World.Second);
        return s;
    }

    /// <summary>In each second of the flood, at least half of what is sent arrives, both ways.</summary>
    private static void RequireTrafficDuring(Pair s, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            (long up, long down) = (s.Checker.Up.Read, s.Checker.Down.Read);
            s.World.RunFor(World.Second);
            s.Require(s.Checker.Up.Read >= up + 20, $"up stands still: {s.Checker.Up.Read - up} in a second");
            s.Require(s.Checker.Down.Read >= down + 20, $"down stands still: {s.Checker.Down.Read - down} in a second");
        }
    }

    private static void Finish(Pair s, Flooder flooder, EndNode target)
    {
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        s.Require(s.Sessions() == 1, "the session did not last");
        RequireRekeysApart(s);
        int dropped = target == s.Device
            ? s.Device.Link.Statistics.Drops.Total
            : s.Peer.Responder.Drops.Total + s.PeerLink!.Statistics.Drops.Total;
        s.Require(dropped >= flooder.Sent, $"{dropped} of {flooder.Sent} counted");
    }

    private static void RequireRekeysApart(Pair s)
    {
        foreach (EndNode end in new EndNode[] { s.Device, s.Peer })
        {
            EventSnapshot[] rekeys = end.Events.OfKind(LinkEventKind.Rekeyed);
            for (int i = 1; i < rekeys.Length; i++)
            {
                s.Require(rekeys[i].At - rekeys[i - 1].At >= 59 * World.Second, $"{end.Name} rekeyed twice in a minute");
            }
        }
    }
}
