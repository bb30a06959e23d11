using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>What the peer does with SYNs that it must not answer: nothing, but for counting them.</summary>
public sealed class SynCheckTests : SimulationTest
{
    [Fact]
    public void A_SYN_of_an_unknown_key_id_is_dropped_in_silence() // 4.1
    {
        Pair s = NewPair(1);
        var stranger = new ScriptedInitiator(s.World, s.World.Random("another psk").Bytes(32));
        stranger.Send(stranger.MakeSyn().Bytes);
        ExpectSilence(s, stranger, DropCause.UnknownKey);
    }

    [Fact]
    public void A_SYN_whose_tag_does_not_verify_is_dropped_in_silence() // 4.1
    {
        Pair s = NewPair(2);
        var scripted = new ScriptedInitiator(s);
        byte[] syn = scripted.MakeSyn().Bytes;
        int bits = 0;
        for (int i = WireFormat.HeaderSize + 8; i < syn.Length; i++)
        {
            byte[] bad = (byte[])syn.Clone();
            bad[i] ^= 1;
            scripted.Send(bad);
            bits++;
        }

        s.World.RunFor(World.Second);
        Assert.Empty(scripted.Received);
        Assert.Equal(bits, s.Peer.Responder.Drops.Total);

        // Reserved bytes, and a count of 0, are seen before the tag.
        Assert.Equal(18, s.PeerDrops(DropCause.ReservedSet));
        Assert.Equal(1, s.PeerDrops(DropCause.WrongField));
        Assert.Equal(bits - 19, s.PeerDrops(DropCause.BadTag));
    }

    [Fact]
    public void The_key_id_is_checked_before_the_tag_and_the_tag_before_the_public_key() // 4.1
    {
        Pair s = NewPair(3);
        s.Connect();
        s.World.RunFor(2 * World.Second);
        var scripted = new ScriptedInitiator(s);
        byte[] unknown = scripted.MakeSyn(p => p.KeyId ^= 1).Bytes;
        unknown[^1] ^= 1;
        scripted.Send(unknown);
        s.World.RunFor(World.Second);
        Assert.Equal(1, s.PeerDrops(DropCause.UnknownKey));
        Assert.Equal(0, s.PeerDrops(DropCause.BadTag));

        byte[] recorded = scripted.MakeSyn().Bytes;
        scripted.Send(recorded);
        s.World.RunFor(40 * World.Second);
        recorded[^1] ^= 1;
        scripted.Send(recorded);
        s.World.RunFor(World.Second);
        Assert.Equal(1, s.PeerDrops(DropCause.BadTag));
        Assert.Equal(0, s.PeerDrops(DropCause.RepeatedSyn));
    }

    [Fact]
    public void A_recorded_SYN_is_dropped_and_charged_to_nobody() // 4.1
    {
        Pair s = NewPair(4, o => o.Peer.HandshakesPerSecond = 1);
        List<Packet> syns = s.Record(DatagramKind.Syn);
        s.Connect();
        s.Traffic(100, 50 * World.Millisecond);
        s.World.RunFor(2 * World.Second);
        var scripted = new ScriptedInitiator(s);
        for (int i = 0; i < 500; i++)
        {
            scripted.Send(syns[0].Bytes);
            s.World.RunFor(World.Millisecond);
        }

        s.World.RunFor(20 * World.Millisecond);
        Assert.Equal(500, s.PeerDrops(DropCause.RepeatedSyn));
        Assert.Empty(scripted.Received);

        // Neither this key id's one handshake a second nor everybody's is used up.
        scripted.Send(scripted.MakeSyn().Bytes);
        s.World.RunFor(100 * World.Millisecond);
        Assert.Single(scripted.Answers);
        s.World.RunFor(5 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Equal(1, s.Sessions());
    }

    [Fact]
    public void The_last_256_public_keys_of_a_key_id_are_remembered() // 4.1
    {
        Pair s = NewPair(5);
        var scripted = new ScriptedInitiator(s);
        byte[] first = scripted.MakeSyn().Bytes;
        scripted.Send(first);
        for (int i = 1; i < 256; i++)
        {
            s.World.RunFor(World.Second);
            scripted.Send(scripted.MakeSyn().Bytes);
        }

        s.World.RunFor(World.Second);
        Assert.Equal(256, scripted.Answers.Length);
        scripted.Send(first);
        s.World.RunFor(World.Second);
        Assert.Equal(256, scripted.Answers.Length);
        Assert.Equal(1, s.PeerDrops(DropCause.RepeatedSyn));
    }

    [Fact]
    public void One_key_id_gets_one_new_handshake_a_second() // 4.1
    {
        Pair s = NewPair(6);
        var scripted = new ScriptedInitiator(s);
        byte[] second = scripted.MakeSyn().Bytes;
        scripted.Send(scripted.MakeSyn().Bytes);
        s.World.RunFor(World.Second - 1);
        scripted.Send(second);
        s.World.RunFor(1);
        scripted.Send(second);
        s.World.RunFor(World.Second);
        Assert.Equal(1, s.PeerDrops(DropCause.RateLimited));
        Assert.Equal(2, scripted.Answers.Length);
    }

    [Fact]
    public void All_key_ids_together_get_as_many_new_handshakes_a_second_as_the_host_allows() // 4.1
    {
        Pair s = NewPair(7, o => o.Peer.HandshakesPerSecond = 3);
        ScriptedInitiator[] devices = Enumerable.Range(0, 5).Select(i => MakeServed(s, i)).ToArray();

        // One that asks too often is held back by its own limit, and uses up nothing of the others'.
        for (int i = 0; i < 10; i++)
        {
            devices[0].Send(devices[0].MakeSyn().Bytes);
        }

        foreach (ScriptedInitiator device in devices.Skip(1))
        {
            device.Send(device.MakeSyn().Bytes);
        }

        s.World.RunFor(World.Second);
        Assert.Equal([1, 1, 1, 0, 0], devices.Select(d => d.Answers.Length));
        Assert.Equal(9 + 2, s.PeerDrops(DropCause.RateLimited));
        devices[4].Send(devices[4].MakeSyn().Bytes);
        s.World.RunFor(World.Second);
        Assert.Single(devices[4].Answers);
    }

    [Fact]
    public void A_SYN_with_a_point_that_is_not_on_the_curve_is_dropped_in_silence() // 3.2, 4.1
    {
        Pair s = NewPair(8);
        var scripted = new ScriptedInitiator(s);
        byte[] above = [.. Enumerable.Repeat((byte)0xFF, 64)];
        foreach (byte[] point in new[] { new byte[64], above, [.. scripted.MakeSyn().KeyPair.PublicKey[..63], 0x5A] })
        {
            scripted.Send(scripted.MakeSyn(p => point.CopyTo(p.PublicKey, 0)).Bytes);
            s.World.RunFor(2 * World.Second);
        }

        Assert.Empty(scripted.Received);
        Assert.Equal(3, s.PeerDrops(DropCause.InvalidPoint));
        s.Connect();
    }

    [Fact]
    public void A_forged_SYN_between_two_of_the_devices_does_not_disturb_its_handshake() // 4.1
    {
        Pair s = NewPair(9);
        s.Network.DropNext(DatagramKind.SynAck, 2);
        var stranger = new ScriptedInitiator(s.World, s.World.Random("another psk").Bytes(32));
        s.World.Every(50 * World.Millisecond, () =>
        {
            stranger.Send(stranger.MakeSyn(p => p.KeyId = s.KeyId).Bytes);
            return s.World.Now < 3 * World.Second;
        });
        Assert.InRange(s.Connect(), 3 * World.Second, 4 * World.Second);
        Assert.InRange(s.PeerDrops(DropCause.BadTag), 50, 60);
        Assert.Empty(stranger.Received);
    }

    private static ScriptedInitiator MakeServed(Pair s, int index)
    {
        byte[] psk = s.World.Random($"psk of {index}").Bytes(32);
        s.Peer.AddKey(psk);
        return new ScriptedInitiator(s.World, psk, "scripted " + index, 80 + index);
    }

    private static void ExpectSilence(Pair s, ScriptedInitiator scripted, DropCause cause)
    {
        s.World.RunFor(World.Second);
        Assert.Empty(scripted.Received);
        Assert.Equal(1, s.PeerDrops(cause));
        Assert.Equal(1, s.Peer.Responder.Drops.Total);
    }
}
