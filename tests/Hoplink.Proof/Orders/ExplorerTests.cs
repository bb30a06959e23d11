using Hoplink.Keys;

namespace Hoplink.Proof.Orders;

/// <summary>What the explorer finds, and that it plays what it says.</summary>
public sealed class ExplorerTests
{
    [Fact]
    public void A_peer_that_switches_keys_before_proof_is_found() // D6
    {
        var explorer = new OrderExplorer(new RekeyBy(device: true), SwitchBeforeProof);
        OrderException found = Assert.Throws<OrderException>(() => explorer.Explore(TestContext.Current.CancellationToken));
        Assert.Contains("tags did not verify", found.Message);
        Assert.Contains("RekeyResponse", found.Message);
        Assert.StartsWith($"L3 by the device, {found.Word}: ", found.Message);

        // The same again, and nothing if the rule is kept.
        var again = Assert.Throws<OrderException>(() => new OrderExplorer(new RekeyBy(device: true), SwitchBeforeProof).Play(
            Combination.Parse(found.Word)));
        Assert.Equal(found.Message, again.Message);
        new OrderExplorer(new RekeyBy(device: true)).Play(Combination.Parse(found.Word));
    }

    [Fact]
    public void An_exchange_that_never_ends_is_found()
    {
        var explorer = new OrderExplorer(
            new FirstHandshake(), s => s.Network.Tap(p => p.Kind == DatagramKind.SynAck, _ => Verdict.Drop));
        OrderException found = Assert.Throws<OrderException>(() => explorer.Play(new Combination(0)));
        Assert.Contains("not at rest", found.Message);
    }

    [Fact]
    public void A_message_that_arrives_twice_is_found()
    {
        // The device reads each message again a little later.
        var explorer = new OrderExplorer(new RekeyBy(device: true), s =>
            s.Device.MessageRead += (_, message) => s.World.After(World.Millisecond, () => s.Checker.Down.OnRead(message)));
        OrderException found = Assert.Throws<OrderException>(() => explorer.Play(new Combination(0)));
        Assert.Contains("was read twice", found.Message);
    }

    [Fact]
    public void A_key_that_is_used_after_it_was_wiped_is_found()
    {
        // The peer's current epoch, as if it retired when the rekey begins; the same keys were used before, in a run that went well.
        var memory = new MemoCrypto.Memory();
        new OrderRun(new RekeyBy(device: true), new Combination(0), memory.Create).Play();
        var run = new OrderRun(new RekeyBy(device: true), new Combination(0), memory.Create, tamper: s => s.Network.Sent += packet =>
        {
            if (packet.Kind == DatagramKind.RekeyRequest)
            {
                s.PeerLink!.Session.Epochs.Current.Wipe();
            }
        });
        Assert.Throws<ObjectDisposedException>(run.Play);
    }

    [Theory]
    [InlineData("DDDDDDD", new[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData("LDDDDDD", new[] { 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData("RDDDDDD", new[] { 1, 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData("XDDDDDD", new[] { 2, 3, 1, 4, 5, 6, 7, 8 })]
    [InlineData("XXDDDDD", new[] { 3, 1, 4, 2, 5, 6, 7, 8 })]
    [InlineData("DDDDDDX", new[] { 1, 2, 3, 4, 5, 6, 8, 7 })]
    public void Fates_come_about_in_the_order_of_sending(string word, int[] arrivals)
    {
        var s = new Pair(1);
        var far = new HostileNode(s.World, "far", SimEndpoint.Address(203, 0, 113, 9));
        s.EachWay(lane => lane.Delay = 10 * World.Millisecond);
        var disorder = new Disorder(s, Combination.Parse(word));
        disorder.Begin();
        for (byte i = 1; i <= 8; i++)
        {
            far.Send(1, new SimEndpoint(Pair.DeviceHost, s.Device.LocalPort), [i]);
            s.World.RunFor(20 * World.Millisecond);
        }

        s.World.RunFor(2 * Disorder.HoldLimit);
        var arrived = s.World.Trace.Entries.Where(e => e.Node == "device" && e.Kind == TraceKind.Delivered).Select(e => (int)e.Packet!.Bytes[0]);
        Assert.Equal(arrivals, arrived);
        Assert.Equal(Combination.Length, disorder.Sent);
    }

    [Fact]
    public void A_corrupted_datagram_has_one_other_bit_and_header_payload_and_tag_have_their_turns()
    {
        var changed = new HashSet<int>();
        byte[] sent = new byte[100];
        for (int number = 4; number < Combination.Count; number += 5)
        {
            byte[] bytes = (byte[])sent.Clone();
            Disorder.Flip(bytes, number);
            int at = Array.FindIndex(bytes, b => b != 0);
            Assert.Equal(1, bytes.Sum(b => int.PopCount(b)));
            changed.Add(at);
        }

        Assert.Equal(sent.Length, changed.Count);
    }

    [Theory]
    [InlineData("DDDDDDD")]
    [InlineData("LRXCDLX")]
    public void What_is_remembered_changes_nothing(string word)
    {
        var memory = new MemoCrypto.Memory();
        ulong first = Digest(word, memory.Create);
        Assert.Equal(first, Digest(word, memory.Create));
        Assert.Equal(first, Digest(word, SimCrypto.Create));
        Assert.NotEqual(first, Digest("LLLLLLL", memory.Create));
    }

    [Fact]
    public void A_word_is_read_as_it_is_written()
    {
        for (int i = 0; i < Combination.Count; i += 7)
        {
            Assert.Equal(i, Combination.Parse(new Combination(i).ToString()).Number);
        }

        Assert.Equal("DLRXC..", Combination.Parse("DLRXCDD").ToString(5));
        Assert.Throws<ArgumentException>(() => Combination.Parse("DLRXCZD"));
    }

    private static ulong Digest(string word, Func<SimRandom, Crypto.CryptoProvider> crypto)
    {
        var run = new OrderRun(new RekeyByBoth(), Combination.Parse(word), crypto, trace: true);
        run.Play();
        return run.Pair.World.Trace.Digest;
    }

    // What a staged epoch is for (12): here the peer uses it as soon as its answer is on its way.
    private static void SwitchBeforeProof(Pair s)
    {
        s.Network.Sent += packet =>
        {
            if (packet.Kind == DatagramKind.RekeyResponse && packet.From == s.Peer)
            {
                s.World.After(1, () =>
                {
                    EpochTable epochs = s.PeerLink!.Session.Epochs;
                    if (epochs.NewestStaged() is { } staged)
                    {
                        epochs.Confirm(staged, s.Peer.Clock.Now);
                    }
                });
            }
        };
    }
}
