using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink.Tests.Ladder;

/// <summary>
/// Level 3 whatever becomes of its datagrams (protocol.md 12.1): a rekey costs no message and stalls none, and the two ends never come to
/// rest on different epochs.
/// </summary>
public sealed class RekeyExchangeTests : LadderTest
{
    private const int Fates = 4;

    public enum Asks
    {
        Device,
        Peer,
        BothAtOnce,
    }

    private enum Fate
    {
        Arrives,
        IsLost,
        ArrivesTwice,
        ArrivesLate,
    }

    /// <summary>All fates of the first datagrams: what is late comes after the next repeat, or after the old epoch is wiped.</summary>
    [Theory]
    [InlineData(Asks.Device, 6, 450, false)]
    [InlineData(Asks.Peer, 6, 450, false)]
    [InlineData(Asks.BothAtOnce, 5, 450, false)]
    [InlineData(Asks.Device, 4, 450, true)]
    [InlineData(Asks.Peer, 4, 450, true)]
    [InlineData(Asks.BothAtOnce, 4, 450, true)]
    [InlineData(Asks.Device, 4, 2500, false)]
    [InlineData(Asks.Peer, 4, 2500, false)]
    [InlineData(Asks.BothAtOnce, 4, 2500, true)]
    [InlineData(Asks.Device, 3, 12000, true)]
    [InlineData(Asks.Peer, 3, 12000, true)]
    [InlineData(Asks.BothAtOnce, 3, 12000, true)]
    public void Whatever_becomes_of_its_first_datagrams_a_rekey_leaves_both_ends_on_one_epoch(Asks asks, int datagrams, long late, bool busy)
    {
        Pair s = Connected(1);
        for (int pattern = 0; pattern < Power(datagrams);)
        {
            Fate[] fates = Enumerable.Range(1, datagrams).Select(i => (Fate)(pattern / Power(datagrams - i) % Fates)).ToArray();
            int sent = 0;
            using Tap tap = s.Network.Tap(p => IsOfExchange(p.Kind), 1, datagrams, _ => VerdictOf(fates[sent++], late));
            uint before = s.EpochOf(s.Device);
            Ask(s, asks);
            Settle(s, before, busy, $"fates {string.Join(", ", fates)}");

            // An exchange of fewer datagrams does not tell apart what would become of more.
            int same = Power(Math.Max(0, datagrams - tap.Matches));
            pattern = (pattern / same + 1) * same;
        }

        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Whenever_the_other_end_asks_as_well_both_come_to_rest_on_one_epoch(bool deviceFirst, bool busy)
    {
        // 12.2, 12.3: before the request arrives, while either end computes, while the answer or the proof is under way, and after it.
        Pair s = Connected(2);
        for (long gap = 0; gap <= 600 * Ms; gap += 4 * Ms)
        {
            uint before = s.EpochOf(s.Device);
            Ask(s, deviceFirst ? Asks.Device : Asks.Peer);
            s.World.After(gap, () => Ask(s, deviceFirst ? Asks.Peer : Asks.Device));
            s.World.RunFor(gap);
            Settle(s, before, busy, $"gap {gap} us");
        }

        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Fact]
    public void A_peer_that_begins_to_ask_when_it_has_just_answered_needs_no_second_rekey()
    {
        // 12.2: its attempt succeeds with the device's. A second one would cost each end another agreement. It asks because its key is worn out:
        // one that may have leaked would want another, since the new key is there already.
        Pair s = Connected(3);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.RekeyRequest && p.From == s.Peer);
        using Tap answered = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, 1, 1, _ =>
        {
            s.World.After(Ms, () => s.SessionOf(s.Peer).Epochs.Current.Sealed = SpecConstants.KeyWornOutDatagrams);
            return Verdict.Pass;
        });
        Ask(s, Asks.Device);
        Settle(s, 0, busy: true, "the peer asked late");
        Assert.NotEmpty(requests.Packets);
        Assert.Single(s.Peer.Successes(RecoveryLevel.SessionRekey));
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
    }

    [Theory]
    [InlineData(1, 11)]
    [InlineData(2, 13)]
    [InlineData(3, 30)]
    public void A_peer_whose_new_epoch_reaches_nobody_goes_on_hearing_the_old_one_wherever_the_device_moves(ulong seed, int seconds)
    {
        // 12.1: what the peer sends under the new epoch goes to an address that the device has left, and only a datagram of the device's,
        // which knows of no switch, says where it is.
        Pair s = NewPair(seed, o => o.Nat = NatKind.PortRestricted);
        s.Connect();
        s.World.RunFor(World.Second);
        using (s.Network.Tap(p => p.From == s.Peer && p.Info.IsUnderSessionKey && p.Info.KeyPhase == 1, _ => Verdict.Drop))
        {
            AskByForgeries(s);
            s.Checker.Up.SendEvery(300 * Ms, seconds * 3);
            s.World.RunFor(seconds * World.Second);
            Assert.Equal((0u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
            s.Nat!.Rebind();
        }

        s.Traffic(1);
        s.RunUntilQuiet(5 * World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_key_that_leaked_is_given_up_12_s_after_the_switch_at_the_latest(bool device)
    {
        // 12, step 4: whoever has it must not be able to keep it in use by holding up the new one.
        Pair s = Connected(4);
        EndNode asker = s.End(device);
        using Tap tap = s.Network.Tap(p => p.From == asker && p.Info.IsUnderSessionKey && p.Info.KeyPhase == 1, _ => Verdict.Drop);
        Ask(s, device ? Asks.Device : Asks.Peer);
        s.World.RunFor(World.Second);
        Assert.Equal(2, s.AcceptedBy(asker));
        s.World.RunFor(13 * World.Second);
        Assert.Equal(1, s.AcceptedBy(asker));
    }

    /// <summary>
    /// Three datagrams that do not verify: the peer asks for a rekey, for the key may be damaged and not because it leaked.
    /// </summary>
    private static void AskByForgeries(Pair s)
    {
        using var recorder = new Recorder(s.Network, p => p.From == s.Device && p.Info.IsUnderSessionKey);
        s.Checker.Up.Send(1);
        s.World.RunFor(World.Second);
        Packet packet = recorder.Packets[^1];
        for (int i = 0; i < 3; i++)
        {
            byte[] forged = [.. packet.Bytes];
            forged[^1]++;
            s.Network.Inject(packet.Source, packet.Destination, forged, i);
        }
    }

    private static void Ask(Pair s, Asks asks)
    {
        if (asks != Asks.Peer)
        {
            s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        }

        if (asks != Asks.Device)
        {
            s.Do(s.Peer, (link, now) => link.ReportKeyCompromise(now));
        }
    }

    private static void Settle(Pair s, uint before, bool busy, string what)
    {
        s.Traffic(busy ? 20 : 1, busy ? 15 * Ms : 0);
        s.World.RunFor(300 * Ms);
        s.Await(() => s.IsQuiet && s.EpochOf(s.Device) > before, 15 * World.Second, $"{what}: did not heal");
        s.World.RunFor(3 * World.Second);
        Assert.True(s.EpochOf(s.Device) == s.EpochOf(s.Peer), $"{what}: epochs {s.EpochOf(s.Device)} and {s.EpochOf(s.Peer)}");
        Assert.True(s.AcceptedBy(s.Device) == 1 && s.AcceptedBy(s.Peer) == 1, $"{what}: an old epoch was not wiped");
    }

    private static int Power(int exponent) => (int)Math.Pow(Fates, exponent);

    private static bool IsOfExchange(DatagramKind kind)
    {
        return kind is DatagramKind.RekeyRequest or DatagramKind.RekeyResponse or DatagramKind.Heartbeat;
    }

    private static Verdict VerdictOf(Fate fate, long lateMs) => fate switch
    {
        Fate.IsLost => Verdict.Drop,
        Fate.ArrivesTwice => Verdict.Duplicate(1, 30 * Ms),
        Fate.ArrivesLate => Verdict.Delay(lateMs * Ms),
        _ => Verdict.Pass,
    };
}
