using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>Which SYN_ACKs the device takes: the genuine answer to a SYN that it sent, and no other.</summary>
public sealed class SynAckTests : SimulationTest
{
    private const int Size = WireFormat.Overhead + SynAckPayload.Size;

    [Fact]
    public void No_changed_SYN_ACK_is_taken_whatever_bit_it_was() // 4.2
    {
        for (int i = 0; i < Size; i++)
        {
            var s = new Pair((ulong)i);
            int place = i;
            s.Network.Tap(p => p.Kind == DatagramKind.SynAck, 1, 1, p => Verdict.Change(p, b => b[place] ^= (byte)(1 << (place % 8))));
            long took = s.Connect();

            // The answer to the second SYN is the first to be taken.
            s.Require(took >= World.Second, "a changed answer was taken");
            s.Require(s.Device.Link.Statistics.Drops.Total == 1, "it was not counted");
        }
    }

    [Fact]
    public void An_answer_to_one_SYN_does_not_pass_for_the_answer_to_another() // 4.2
    {
        Pair s = NewPair(1);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        Packet? held = null;
        s.Network.Tap(p => p.Kind == DatagramKind.SynAck, 1, 1, p =>
        {
            held = p.Copy();
            return Verdict.Drop;
        });
        s.Device.Connect();
        s.Await(() => syns.Count == 2, World.Minute, "no second SYN");
        byte[] moved = (byte[])held!.Bytes.Clone();
        BigEndian.WriteUInt32(moved, 16, syns[1].Info.Timestamp);
        s.Network.Inject(held.Source, held.Destination, moved);
        s.World.RunFor(1);
        Assert.Equal(1, s.DeviceDrops(DropCause.BadTag));

        // As it was, it still answers the first, though late.
        s.Network.Inject(held.Source, held.Destination, held.Bytes);
        s.Await(() => s.IsConnected, World.Second, "not connected");
        Assert.Equal(held.Info.SessionId, s.Device.Link.SessionId);
    }

    [Fact]
    public void An_answer_of_an_earlier_handshake_is_not_expected() // 4.2
    {
        Pair s = NewPair(2);
        List<Packet> answers = s.Record(DatagramKind.SynAck);
        s.Down.Blackhole = true;
        s.Device.Connect();
        s.Await(() => s.Device.Events.Has(LinkEventKind.Reconnecting), World.Minute, "it did not give up");
        Packet old = answers[^1];
        s.World.RunFor(5 * World.Second);
        s.Network.Inject(old.Source, old.Destination, old.Bytes);
        s.World.RunFor(World.Second);
        Assert.Equal(1, s.DeviceDrops(DropCause.NotExpected));
        Assert.False(s.Device.IsConnected);
        s.Down.Heal();
        s.Await(() => s.IsConnected, 10 * World.Second, "not connected");
    }

    [Fact]
    public void An_answer_that_comes_again_after_the_handshake_changes_nothing() // 4.2
    {
        Pair s = NewPair(3);
        List<Packet> answers = s.Record(DatagramKind.SynAck);
        s.Connect();
        for (int i = 0; i < 5; i++)
        {
            s.Network.Inject(answers[0].Source, answers[0].Destination, answers[0].Bytes, i * World.Second);
        }

        s.Traffic(100, 50 * World.Millisecond);
        s.World.RunFor(6 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(5, s.DeviceDrops(DropCause.NotExpected));
        Assert.Equal(1, s.Sessions());
    }

    [Theory]
    [InlineData("echo", DropCause.WrongField)]
    [InlineData("iterations", DropCause.WrongField)]
    [InlineData("no ports", DropCause.WrongField)]
    [InlineData("features", DropCause.ReservedSet)]
    public void One_that_knows_the_key_but_answers_out_of_bounds_is_refused(string what, DropCause cause) // 4.2
    {
        Pair s = NewPair(4);
        ChangeFirstAnswer(s, what);
        Assert.InRange(s.Connect(), World.Second, 2 * World.Second);
        Assert.Equal(1, s.DeviceDrops(cause));
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("point")]
    public void An_agreement_that_fails_ends_the_handshake_and_the_next_begins_afresh(string what) // 4.2
    {
        Pair s = NewPair(5);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        ChangeFirstAnswer(s, what);
        s.Connect();
        Assert.Equal(2, syns.Count);
        Assert.Single(s.Device.Events.OfKind(LinkEventKind.Reconnecting));
        Assert.Equal(1, s.Sessions());
        Assert.NotEqual(syns[0].Bytes[(WireFormat.HeaderSize + 48)..], syns[1].Bytes[(WireFormat.HeaderSize + 48)..]);
    }

    [Fact]
    public void A_SYN_reflected_to_the_device_is_dropped() // 2
    {
        Pair s = NewPair(6);
        s.Network.Tap(p => p.Kind == DatagramKind.Syn, p =>
        {
            s.Network.Inject(p.Destination, p.Source, p.Bytes);
            return Verdict.Pass;
        });
        s.Connect();
        Assert.Equal(1, s.DeviceDrops(DropCause.NotExpected));
    }

    private static void ChangeFirstAnswer(Pair s, string what)
    {
        var forger = new ScriptedInitiator(s);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        s.Network.Tap(p => p.Kind == DatagramKind.SynAck, 1, 1, p => Verdict.Change(p, bytes =>
        {
            Change(bytes.AsSpan(WireFormat.HeaderSize), what);
            forger.Tag(bytes, syns[0].Bytes);
        }));
    }

    private static void Change(Span<byte> payload, string what)
    {
        switch (what)
        {
            case "echo":
                payload[1] ^= 1;
                break;
            case "iterations":
                // The device accepts one.
                payload[3] = 2;
                break;
            case "no ports":
                payload[12] = payload[13] = 0;
                break;
            case "features":
                payload[9] = 4;
                break;
            case "hash":
                payload[56] ^= 1;
                break;
            default:
                payload[88] ^= 1;
                break;
        }
    }
}
