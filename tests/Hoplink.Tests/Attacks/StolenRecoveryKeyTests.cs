using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>
/// Somebody holds the recovery key of one session, with a session key of it. He ends that session, and takes part in its rekeys; the
/// sessions before and after are closed to him (1, 3.2, 12, 13.1).
/// </summary>
public sealed class StolenRecoveryKeyTests : SimulationTest
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void He_ends_that_session_and_no_other(bool atDevice) // 13.1
    {
        Pair s = NewPair(1);
        var thief = new Thief(s);
        s.Connect();
        s.Traffic(600, 50 * World.Millisecond);
        s.World.RunFor(World.Second);
        ulong before = s.Device.Link.SessionId;
        s.OnDevice((link, now) => link.Faults.Terminate(now));
        s.AwaitOtherSession(before, World.Minute);
        s.World.RunFor(World.Second);
        thief.Steal();
        thief.StealRecoveryKey();
        ulong stolen = s.Device.Link.SessionId;
        EndNode poseAs = atDevice ? s.Peer : s.Device;
        ForgeReset(thief, poseAs);
        s.AwaitOtherSession(stolen, World.Minute);
        s.World.RunFor(World.Second);

        // Of the other sessions he opens nothing, and ends none.
        Assert.Contains(thief.Seen, p => p.Info.SessionId == stolen && p.Info.IsUnderSessionKey && thief.Knows(p));
        Assert.DoesNotContain(thief.Seen, p => p.Info.SessionId != stolen && p.Info.IsUnderSessionKey && thief.Knows(p));
        thief.TurnToPresentSession();
        var watch = new Unharmed(s, thief);
        int drops = atDevice ? s.DeviceDrops(DropCause.BadTag) : s.PeerDrops(DropCause.BadTag);
        ForgeReset(thief, poseAs);
        s.World.RunFor(World.Second);
        Assert.Equal(drops + 1, atDevice ? s.DeviceDrops(DropCause.BadTag) : s.PeerDrops(DropCause.BadTag));
        s.World.RunFor(20 * World.Second);
        watch.Require();
    }

    [Fact]
    public void He_takes_part_in_a_rekey_and_what_he_made_is_worth_nothing_after_the_next() // 12
    {
        Pair s = NewPair(2);
        var thief = new Thief(s);
        CryptoProvider crypto = SimCrypto.Create(s.World.Random("rekey"));
        s.Connect();
        s.Traffic(600, 50 * World.Millisecond);
        s.World.RunFor(World.Second);
        thief.Steal();
        thief.StealRecoveryKey();

        // He answers the device's request in the peer's place, and the peer never sees it.
        Epoch? own = null;
        Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.RekeyRequest && p.From == s.Device, p =>
        {
            (byte[] response, Epoch epoch) = Answer(s, thief, crypto, p);
            own ??= epoch;
            thief.Inject(p.Destination, p.Source, response, World.Millisecond);
            return Verdict.Drop;
        });
        s.OnDevice((link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.Device.Link.Session.Epochs.Current.Number == 1, 5 * World.Second, "the device did not take the answer");
        s.World.RunFor(World.Second);
        Assert.Contains(thief.Seen, p => p.From == s.Device && Opens(own!, p));
        tap.Dispose();

        // The ends have different keys now: the ladder mends it, by keys that he has no part in.
        s.World.RunFor(World.Minute);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        long since = s.World.Now;
        s.Traffic(20, 50 * World.Millisecond);
        s.World.RunFor(3 * World.Second);
        Packet[] later = [.. thief.Seen.Where(p => p.SentAt >= since && p.Info.IsUnderSessionKey)];
        Assert.True(later.Length >= 40);
        Assert.DoesNotContain(later, p => Opens(own!, p) || thief.Knows(p));
    }

    private static void ForgeReset(Thief thief, EndNode poseAs)
    {
        byte[] payload = new byte[ResetPayload.Size];
        thief.Forge(thief.Last(poseAs), thief.SealForRecovery(poseAs, PacketType.Reset, 0, PacketFlags.Rst, payload), Origin.Genuine);
    }

    private static (byte[] Response, Epoch Epoch) Answer(Pair s, Thief thief, CryptoProvider crypto, Packet packet)
    {
        var request = new RekeyRequest();
        Assert.Equal(DropCause.None, request.Read(packet.Bytes, WireFormat.HeaderSize));
        KeyJob job = KeyJob.Rekey(null, request.PublicKey, ownIsRequester: false, packet.Info.SessionId, null, iterations: 1);
        job.Run(crypto);
        var response = new RekeyResponse { Nonce = request.Nonce, Epoch = request.Epoch, T1 = request.T1, T2 = request.T1, T3 = request.T1 };
        job.VerificationHash.CopyTo(response.VerificationHash, 0);
        job.Own.PublicKey.CopyTo(response.PublicKey, 0);
        byte[] payload = new byte[RekeyResponse.Size];
        response.Write(payload, 0);
        var session = new SessionParameters
        {
            SessionId = packet.Info.SessionId,
            HopFirst = s.Peer.Options.HopFirst,
            HopCount = s.Peer.Options.HopCount,
        };
        var epoch = new Epoch(crypto, request.Epoch, job.Block, session);
        return (thief.SealForRecovery(s.Peer, PacketType.Management, SubType.RekeyResponse, 0, payload), epoch);
    }

    /// <summary>Whether the device sealed it under an epoch whose other end is the thief.</summary>
    private static bool Opens(Epoch epoch, Packet packet)
    {
        byte[] tag = new byte[WireFormat.TagSize];
        epoch.MacIn.Compute(packet.Bytes, 0, packet.Bytes.Length - WireFormat.TagSize, tag, 0, tag.Length);
        return packet.Bytes.AsSpan().EndsWith(tag);
    }
}
