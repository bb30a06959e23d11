using Hoplink.Parameters;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>Payload encryption as it is agreed on (4.1, 4.2) and used (14), between a device and a peer.</summary>
public sealed class EncryptionTests : SimulationTest
{
    private const PayloadEncryption Off = PayloadEncryption.Off;
    private const PayloadEncryption Offered = PayloadEncryption.Offered;
    private const PayloadEncryption Required = PayloadEncryption.Required;
    private const int Features = WireFormat.HeaderSize + 16;
    private const int FeaturesChosen = WireFormat.HeaderSize + 8;

    [Fact]
    public void It_is_on_unless_told_otherwise()
    {
        Assert.Equal(Offered, LinkOptions.Device().Encryption);
        Assert.Equal(Offered, LinkOptions.Desktop().Encryption);
        Pair s = NewPair(1);
        s.Connect();
        Assert.True(s.Device.Link.IsEncrypted && s.PeerLink!.IsEncrypted);
        Assert.True(s.Device.Events.OfKind(LinkEventKind.Connected).Single().Encrypted);
        Assert.True(s.Peer.Events.OfKind(LinkEventKind.Connected).Single().Encrypted);
    }

    [Theory]
    [InlineData(Off, Off, false)]
    [InlineData(Off, Offered, false)]
    [InlineData(Offered, Off, false)]
    [InlineData(Offered, Offered, true)]
    [InlineData(Offered, Required, true)]
    [InlineData(Required, Offered, true)]
    [InlineData(Required, Required, true)]
    public void It_is_used_where_both_ends_offer_it(PayloadEncryption device, PayloadEncryption peer, bool used) // 4.2
    {
        Pair s = NewPair(2, device, peer);
        s.Connect();
        s.Traffic(50, 20 * World.Millisecond);
        s.World.RunFor(2 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal((used, used), (s.Device.Link.IsEncrypted, s.PeerLink!.IsEncrypted));
        Assert.Equal(used, s.Device.Events.OfKind(LinkEventKind.Connected).Single().Encrypted);
        Assert.InRange(s.Rules.Encrypted, used ? 101 : 0, used ? int.MaxValue : 0);
        s.RequireNoRung();
    }

    [Fact]
    public void A_device_that_requires_it_refuses_a_peer_without_and_says_so() // 4.2
    {
        Pair s = NewPair(3, Required, Off);
        s.Device.Connect();
        s.World.RunFor(10 * World.Second);
        Assert.Equal(0, s.Sessions());
        Assert.Equal(LinkState.Connecting, s.Device.Link.State);
        int refused = s.Device.Events.OfKind(LinkEventKind.EncryptionRefused).Length;
        Assert.InRange(refused, 3, 7);
        Assert.Equal(refused, s.DeviceDrops(DropCause.NotEncrypted));
        Assert.Equal(refused, s.Device.Events.OfKind(LinkEventKind.Reconnecting).Length);
        Assert.Equal(0, s.Peer.Responder.SessionCount);
    }

    [Fact]
    public void A_peer_that_requires_it_is_silent_to_a_device_without_and_counts_it() // 4.1, 4.2
    {
        Pair s = NewPair(4, Off, Required);
        List<Packet> answers = s.World.Record(p => p.From == s.Peer);
        s.Device.Connect();
        s.World.RunFor(10 * World.Second);
        Assert.Empty(answers);
        Assert.Equal(6, s.PeerDrops(DropCause.NotEncrypted));
        Assert.Equal(0, s.Sessions());
    }

    // The bits are under the tag of the pre-shared key: nobody on the way can take them out.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nobody_between_can_talk_the_ends_out_of_it(bool inTheSyn)
    {
        Pair s = NewPair(5);
        DatagramKind kind = inTheSyn ? DatagramKind.Syn : DatagramKind.SynAck;
        int at = inTheSyn ? Features : FeaturesChosen;
        Tap tap = s.Network.Tap(p => p.Kind == kind, p => Verdict.Change(p, bytes => bytes[at + 1] &= 0xfe));
        s.Device.Connect();
        s.World.RunFor(10 * World.Second);
        Assert.Equal(0, s.Sessions());
        Assert.Equal(tap.Matches, inTheSyn ? s.PeerDrops(DropCause.BadTag) : s.DeviceDrops(DropCause.BadTag));
        Assert.True(tap.Matches > 2);
        tap.Dispose();
        s.Await(() => s.IsConnected, 5 * World.Second, "not connected");
        Assert.True(s.Device.Link.IsEncrypted);
    }

    [Fact]
    public void An_answer_that_chooses_what_was_not_offered_is_dropped() // 4.2
    {
        Pair s = NewPair(6, Off, Offered);
        var forger = new ScriptedInitiator(s);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        s.Network.Tap(p => p.Kind == DatagramKind.SynAck, 1, 1, p => Verdict.Change(p, bytes =>
        {
            bytes[FeaturesChosen + 1] |= WireFormat.FeatureEncryption;
            forger.Tag(bytes, syns[0].Bytes);
        }));
        s.Connect();
        Assert.Equal(1, s.DeviceDrops(DropCause.WrongField));
        Assert.False(s.Device.Link.IsEncrypted);
    }

    // What the applications say is on the wire nowhere, whatever happens meanwhile.
    [Fact]
    public void No_message_is_seen_on_the_wire_over_rekeys_sessions_and_losses()
    {
        Pair s = NewPair(7, Required, Required);
        s.EachWay(lane => lane.Loss = 0.1);
        List<Packet> sent = s.World.Record(_ => true);
        var read = new HashSet<string>();
        s.Peer.MessageRead += (_, message) => read.Add(Convert.ToHexString(message));
        s.Device.MessageRead += (_, message) => read.Add(Convert.ToHexString(message));
        s.Connect(World.Minute);
        s.Traffic(300, 20 * World.Millisecond);
        s.World.RunFor(2 * World.Second);
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.World.RunFor(2 * World.Second);
        s.OnDevice((link, now) => link.Faults.Terminate(now));
        s.World.RunFor(10 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal((2, 600), (s.Sessions(), read.Count));
        Packet[] data = [.. sent.Where(p => p.Kind == DatagramKind.Data)];
        Assert.All(data, p => Assert.Contains(Convert.ToHexString(MessageOf(p)), read));
        Assert.All(data, p => Assert.True(p.Bytes.AsSpan().IndexOf(MessageOf(p)) < 0, "a message is in clear"));
    }

    private static byte[] MessageOf(Packet data) => data.Payload[DataPayload.HeaderSize..];

    private Pair NewPair(ulong seed, PayloadEncryption device, PayloadEncryption peer)
    {
        return NewPair(seed, options =>
        {
            options.Device.Encryption = device;
            options.Peer.Link.Encryption = peer;
        });
    }
}
