using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Tests.Ladder;

/// <summary>Level 3 when something comes in its way (protocol.md 9.2, 9.4, 12).</summary>
public sealed class RekeyFailureTests : LadderTest
{
    private const RecoveryLevel Three = RecoveryLevel.SessionRekey;
    private const int Nonce = WireFormat.HeaderSize;
    private const int EpochNumber = WireFormat.HeaderSize + 4;
    private const int VerificationHash = WireFormat.HeaderSize + 32;
    private const int AnswersKey = WireFormat.HeaderSize + 64;
    private const int RequestersKey = WireFormat.HeaderSize + 16;

    [Theory]
    [InlineData(true, AnswersKey + 63, RecoveryResult.RekeyInvalidKey)]
    [InlineData(false, AnswersKey + 63, RecoveryResult.RekeyInvalidKey)]
    [InlineData(true, VerificationHash, RecoveryResult.RekeySharedSecretMismatch)]
    [InlineData(false, VerificationHash + 31, RecoveryResult.RekeySharedSecretMismatch)]
    public void An_answer_whose_point_or_hash_is_wrong_fails_the_attempt_and_changes_no_key(bool device, int offset, RecoveryResult result)
    {
        // 12 step 3, D10: the hash is verified before anything is derived.
        Pair s = WithTraffic(1);
        EndNode end = s.End(device);
        using Tap lie = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, 1, 1, p => p.Forge(
            s.LinkOf(s.Other(end)), bytes => bytes[offset] ^= 1));
        Compromise(s, end);
        s.Await(() => end.Events.Has(LinkEventKind.RungFailed), 2 * World.Second, "the lie was believed");
        Assert.Equal([result], Failures(end, Three));
        Assert.Equal((0u, 0u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));

        s.World.RunFor(6 * World.Second);
        Assert.Equal([Three, Three], end.Events.Rungs());
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_request_whose_point_is_not_on_the_curve_is_dropped_and_its_repeat_is_served(bool device)
    {
        Pair s = WithTraffic(2);
        EndNode end = s.End(device);
        using var answers = new Recorder(s.Network, p => p.Kind == DatagramKind.RekeyResponse);
        using Tap lie = s.Network.Tap(
            p => p.Kind == DatagramKind.RekeyRequest, 1, 1, p => p.Forge(s.LinkOf(end), bytes => bytes[RequestersKey + 63] ^= 1));
        Compromise(s, end);
        s.World.RunFor(500 * Ms);
        Assert.Equal(1, s.LinkOf(s.Other(end)).Statistics.Drops.Of(DropCause.InvalidPoint));
        Assert.Empty(answers.Packets);
        s.World.RunFor(3 * World.Second);
        Assert.Single(end.Successes(Three));
        Assert.Equal([Three], end.Events.Rungs());
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_with_another_nonce_is_passed_over_and_named_when_the_attempt_runs_out_of_time(bool device)
    {
        // 9.2: 30 s, since the device is slow.
        Pair s = Connected(3);
        EndNode end = s.End(device);
        using Tap lie = s.Network.Tap(
            p => p.Kind == DatagramKind.RekeyResponse, p => p.Forge(s.LinkOf(s.Other(end)), bytes => bytes[Nonce] ^= 1));
        Compromise(s, end);
        s.World.RunFor(30 * World.Second);
        Assert.Equal([RecoveryResult.RekeyInvalidNonce], Failures(end, Three));
        Assert.Equal((0u, 0u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
    }

    [Theory]
    [InlineData(true, 30)]
    [InlineData(false, 30)]
    [InlineData(true, 10)]
    [InlineData(false, 10)]
    public void An_attempt_runs_out_of_time_after_10_s_or_30_s_where_either_end_is_slow(bool device, long seconds)
    {
        // 9.2 step 2: repeats of the request alternate between the two kinds of port (5.2).
        Pair s = Connected(4, o => o.Device.SlowKeyAgreement = seconds == 30);
        EndNode end = s.End(device);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.RekeyRequest);
        using Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        long start = s.World.Now;
        Compromise(s, end);
        s.Await(() => end.Events.Has(LinkEventKind.RungFailed), World.Minute, "no failure");
        Assert.Equal(seconds * World.Second, s.World.Now - start);
        Assert.Equal([RecoveryResult.RekeyTimeout], Failures(end, Three));
        Assert.Single(requests.Packets.Select(p => p.Info.Message).Distinct());
        if (device)
        {
            Assert.Equal([0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 2000, 2800], requests.Packets.Take(11).Select(p => (p.SentAt - start) / Ms));
            Assert.Equal(requests.Packets.Select((_, i) => i % 2 == 1), requests.Packets.Select(p => p.Destination.Port == Rendezvous));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_epoch_that_was_staged_for_an_attempt_given_up_is_replaced_by_the_next(bool device)
    {
        // 12.3. The answer to the first attempt, arriving at last, is refused by its nonce.
        Pair s = WithTraffic(5, messages: 3000);
        EndNode end = s.End(device);
        EndNode other = s.Other(end);
        using var answers = new Recorder(s.Network, p => p.Kind == DatagramKind.RekeyResponse);
        Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        Compromise(s, end);
        s.Await(() => end.Events.Has(LinkEventKind.RungFailed), World.Minute, "no failure");
        Assert.Equal(2, s.SessionOf(other).Epochs.Count);
        Hoplink.Keys.Epoch first = s.SessionOf(other).Epochs.NewestStaged();
        s.Await(() => s.SessionOf(other).Epochs.NewestStaged() != first, 10 * World.Second, "no second attempt");
        Assert.Equal(2, s.SessionOf(other).Epochs.Count);

        silence.Dispose();
        answers.Replay(0);
        s.World.RunFor(3 * World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        Assert.Single(end.Successes(Three));
        AssertHealed(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_request_numbered_one_above_a_staged_epoch_makes_that_epoch_current_first(bool device)
    {
        // 12.3: the requester has switched, but each of its proofs was lost.
        Pair s = Connected(6, o => o.Device.SlowKeyAgreement = false);
        EndNode end = s.End(device);
        EndNode other = s.Other(end);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.RekeyRequest);
        Tap mute = s.Network.Tap(p => p.From == end && p.Info.IsUnderSessionKey, _ => Verdict.Drop);
        Compromise(s, end);
        s.Await(() => requests.Packets.Exists(p => p.Bytes[EpochNumber + 3] == 2), 20 * World.Second, "no second request");
        Assert.Equal((1u, 0u), (s.EpochOf(end), s.EpochOf(other)));
        s.World.RunFor(2 * s.Up.Delay);
        Assert.Equal(1u, s.EpochOf(other));

        s.Await(() => s.EpochOf(end) == 2, 5 * World.Second, "no second epoch");
        mute.Dispose();
        s.Traffic(50);
        s.RunUntilQuiet(20 * World.Second);
        Assert.Equal(s.EpochOf(end), s.EpochOf(other));
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_that_names_no_newer_epoch_is_refused(bool device)
    {
        // 12.3.
        Pair s = WithTraffic(7);
        EndNode end = s.End(device);
        Tap lie = s.Network.Tap(
            p => p.Kind == DatagramKind.RekeyResponse, p => p.Forge(s.LinkOf(s.Other(end)), bytes => bytes[EpochNumber + 3] = 0));
        Compromise(s, end);
        s.World.RunFor(3 * World.Second);
        Assert.True(lie.Matches >= 2);
        Assert.Equal((0u, 0u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        lie.Dispose();
        s.World.RunFor(2 * World.Second);
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        Assert.Equal([Three], end.Events.Rungs());
        AssertHealed(s);
    }

    [Fact]
    public void The_device_ignores_the_peers_request_while_its_own_attempt_is_open_and_the_peer_drops_its_own()
    {
        // 12.2.
        Pair s = WithTraffic(8);
        using var answers = new Recorder(s.Network, p => p.Kind == DatagramKind.RekeyResponse);
        using var requests = new Recorder(s.Network, p => p.Kind == DatagramKind.RekeyRequest && p.From == s.Peer);
        Compromise(s, s.Device);
        Compromise(s, s.Peer);
        s.World.RunFor(2 * World.Second);
        Assert.All(answers.Packets, p => Assert.Same(s.Peer, p.From));
        Assert.Single(requests.Packets);
        Assert.Single(s.Device.Successes(Three));
        Assert.Single(s.Peer.Successes(Three));
        Assert.Equal((1u, 1u), (s.EpochOf(s.Device), s.EpochOf(s.Peer)));
        AssertHealed(s);
    }

    [Fact]
    public void New_agreements_cost_the_answerer_one_computation_a_second_at_most()
    {
        // 9.4: recorded requests are refused by their numbers, so this one is made of fresh ones.
        Pair s = Connected(9);
        int staged = 0;
        using Tap count = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ =>
        {
            staged++;
            return Verdict.Drop;
        });
        uint nonce = 1;
        using Tap vary = s.Network.Tap(
            p => p.Kind == DatagramKind.RekeyRequest, p => p.Forge(s.Device.Link, bytes => bytes[Nonce] = (byte)nonce++));
        Compromise(s, s.Device);
        s.World.RunFor(20 * World.Second);
        Assert.InRange(vary.Matches, 20, 30);
        Assert.InRange(staged, 10, 20);
    }

    private static void Compromise(Pair s, EndNode end) => s.Do(end, (link, now) => link.ReportKeyCompromise(now));
}
