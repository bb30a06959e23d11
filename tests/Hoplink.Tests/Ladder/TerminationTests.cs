using System.Buffers.Binary;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Tests.Ladder;

/// <summary>Level 4 and what follows (protocol.md 9.2, 13.1, 13.2, 13.4).</summary>
public sealed class TerminationTests : LadderTest
{
    private const RecoveryLevel Three = RecoveryLevel.SessionRekey;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void L3_that_fails_three_times_leads_to_L4_once_and_the_link_goes_on_in_a_new_session(bool device)
    {
        // 9.2 steps 4 and 5: attempts of 10 s, pauses of 4 s and 8 s, +-10 %. Messages flow all the while under the old key.
        Pair s = WithTraffic(1, o => o.Device.SlowKeyAgreement = false, 3000);
        EndNode end = s.End(device);
        using Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        var gaps = new GapWatch(s);
        long start = s.World.Now;
        s.Do(end, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => end.Events.Has(LinkEventKind.Terminated), World.Minute, "no L4");

        Assert.InRange(s.World.Now - start, (30 + 11) * World.Second, (30 + 13) * World.Second);
        Assert.Equal([Three, Three, Three], end.Events.Rungs());
        EventSnapshot up = Assert.Single(end.Events.OfKind(LinkEventKind.RungEscalated));
        Assert.Equal((Three, RecoveryLevel.ConnectionTerminate), (up.FromLevel, up.Level));
        Assert.InRange(gaps.Longest, 1, 20 * Ms);

        s.World.RunFor(30 * World.Second);
        Assert.Single(end.Events.OfKind(LinkEventKind.Terminated));
        Assert.True(s.Device.Events.OfKind(LinkEventKind.Connected)[1].Resumed);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void The_failure_analysis_says_what_failed_how_often_and_in_which_circumstances()
    {
        Pair s = WithTraffic(2, o => o.Device.SlowKeyAgreement = false, 3000);
        using Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        s.JumpClock(s.Device, 800 * Ms);
        s.Do(s.Device, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.Device.Events.Has(LinkEventKind.Terminated), 2 * World.Minute, "no L4");

        FailureAnalysis analysis = s.Device.Events.OfKind(LinkEventKind.Terminated).Single().Analysis!;
        Assert.Equal(TerminationReason.RecoveryExhausted, analysis.Reason);
        Assert.Equal(RecoveryLevel.ConnectionTerminate, analysis.LevelReached);
        Assert.Equal(RecoveryResult.RekeyTimeout, analysis.LastError);
        Assert.True(ConditionSet.Has(analysis.ConditionsAtEnd, FailureCondition.KeyCompromise));
        Assert.Equal((3, 0), (analysis.AttemptsAt(Three), analysis.SuccessesAt(Three)));
        Assert.Equal((1, 0), (analysis.AttemptsAt(RecoveryLevel.ConnectionTerminate), analysis.SuccessesAt(RecoveryLevel.ConnectionTerminate)));
        Assert.Equal(s.Device.Successes(RecoveryLevel.TimeSync).Length, analysis.SuccessesAt(RecoveryLevel.TimeSync));
        Assert.InRange(analysis.CountOf(FailureCondition.KeyCompromise), 1, 1);
        Assert.InRange(analysis.RttMicros, 15_000, 70_000);
        long connected = s.Device.Events.OfKind(LinkEventKind.Connected).Single().At;
        Assert.Equal(s.World.Now - connected, analysis.SessionAgeMicros);
        Assert.Contains("Session ended", analysis.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bookkeeping_that_contradicts_itself_ends_the_session_at_once_and_the_link_loses_nothing(bool device)
    {
        // 8, StateCorrupt: "an internal check failed".
        Pair s = WithTraffic(4);
        EndNode end = s.End(device);
        s.Do(end, (link, now) => Assert.True(link.Faults.CorruptState(now)));

        EventSnapshot ended = Assert.Single(end.Events.OfKind(LinkEventKind.Terminated));
        Assert.Equal(TerminationReason.StateCorrupt, ended.Reason);
        Assert.True(ConditionSet.Has(ended.Conditions, FailureCondition.StateCorrupt));
        Assert.Empty(end.Events.Rungs());
        s.World.RunFor(10 * World.Second);
        Assert.True(s.Device.Events.OfKind(LinkEventKind.Connected)[1].Resumed);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Single(end.Events.OfKind(LinkEventKind.Terminated));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_other_end_is_told_by_three_RSTs_100_ms_apart_which_nobody_answers(bool device)
    {
        // 13.1.
        Pair s = WithTraffic(3);
        EndNode end = s.End(device);
        EndNode other = s.Other(end);
        using var resets = new Recorder(s.Network, p => p.Kind == DatagramKind.Rst && p.Info.IsUnderRecoveryKey);
        s.Do(end, (link, now) => Assert.True(link.Faults.Terminate(now)));
        long start = s.World.Now;
        s.World.RunFor(500 * Ms);
        Assert.Equal([0, 100, 200], resets.Packets.Select(p => (p.SentAt - start) / Ms));
        Assert.All(resets.Packets, p => Assert.Same(end, p.From));
        Assert.All(resets.Packets, p => Assert.Equal((byte)TerminationReason.ApplicationAbort, p.Bytes[WireFormat.HeaderSize]));
        Assert.Equal(TerminationReason.PeerReset, other.Events.OfKind(LinkEventKind.Terminated).Single().Reason);
        Assert.Equal((0ul, 0ul), (s.Device.Link.SessionId, s.PeerLink!.SessionId));

        // 13.2: after 1 s, +-20 %.
        Assert.InRange(s.Device.Events.OfKind(LinkEventKind.Reconnecting).Single().DelayMicros, 800 * Ms, 1200 * Ms);
        s.World.RunFor(20 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_RST_carries_what_led_to_it(bool device)
    {
        // 13.1: reason, level reached, last error; and the other end's application is told the error.
        Pair s = Connected(4, o => o.Device.SlowKeyAgreement = false);
        EndNode end = s.End(device);
        using Tap silence = s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
        using var resets = new Recorder(s.Network, p => p.Kind == DatagramKind.Rst && p.Info.IsUnderRecoveryKey);
        s.Do(end, (link, now) => link.ReportKeyCompromise(now));
        s.Await(() => s.Other(end).Events.Has(LinkEventKind.Terminated), World.Minute, "no L4");
        ReadOnlySpan<byte> payload = resets.Packets[0].Bytes.AsSpan(WireFormat.HeaderSize, 4);
        Assert.Equal((byte)TerminationReason.RecoveryExhausted, payload[0]);
        Assert.Equal((byte)RecoveryLevel.ConnectionTerminate, payload[1]);
        Assert.Equal((ushort)RecoveryResult.RekeyTimeout, BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        EventSnapshot told = s.Other(end).Events.OfKind(LinkEventKind.Terminated).Single();
        Assert.Equal((TerminationReason.PeerReset, RecoveryResult.RekeyTimeout), (told.Reason, told.Result));
        Assert.Equal(RecoveryLevel.ConnectionTerminate, told.Level);
        Assert.Equal(TerminationReason.RecoveryExhausted, told.Analysis!.PeerReason);
        Assert.Contains("The peer's reason: RecoveryExhausted", told.Analysis.ToString(), StringComparison.Ordinal);
        EventSnapshot own = end.Events.OfKind(LinkEventKind.Terminated).Single();
        Assert.Equal(TerminationReason.None, own.Analysis!.PeerReason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Every_secret_is_overwritten_when_a_session_ends(bool device)
    {
        Pair s = Connected(5);
        EndNode end = s.End(device);
        Session session = s.SessionOf(end);
        Hoplink.Keys.Epoch epoch = session.Epochs.Current;
        s.Do(end, (link, now) => Assert.True(link.Faults.Terminate(now)));
        Assert.True(session.HasEnded);
        Assert.ThrowsAny<Exception>(() => epoch.MacIn.Compute(new byte[1], 0, 1, new byte[32], 0, 16));
        Assert.ThrowsAny<Exception>(() => epoch.MacOut.Compute(new byte[1], 0, 1, new byte[32], 0, 16));
        Assert.ThrowsAny<Exception>(() => epoch.ConfirmRepair(1, 1, 1, new byte[8], 0));
        Assert.ThrowsAny<Exception>(() => epoch.Hops.PortOf(123_456));
    }

    [Theory]
    [InlineData(true, 2, false)]
    [InlineData(true, 3, true)]
    [InlineData(false, 2, false)]
    [InlineData(false, 3, true)]
    public void Three_acknowledgments_in_10_s_of_what_was_never_sent_end_the_session(bool atDevice, int lies, bool ends)
    {
        // 8, StateCorrupt; 2: each such datagram is dropped and counted.
        Pair s = WithTraffic(6);
        EndNode victim = s.End(atDevice);
        EndNode liar = s.Other(victim);
        using Tap tap = s.Network.Tap(p => p.Kind == DatagramKind.Data && p.From == liar, 1, lies, p => p.Forge(
            s.LinkOf(liar), bytes => BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), p.Info.Acknowledgment + 1000)));
        s.World.RunFor(500 * Ms);
        Assert.Equal(lies, s.LinkOf(victim).Statistics.Drops.Of(DropCause.AckOfUnsent));
        EventSnapshot[] ended = victim.Events.OfKind(LinkEventKind.Terminated);
        Assert.Equal(ends ? [TerminationReason.StateCorrupt] : [], ended.Select(e => e.Reason));
        Assert.Equal(ends, victim.Began(FailureCondition.StateCorrupt));
        Assert.Empty(victim.Events.Rungs());
        s.World.RunFor(20 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void A_peer_whose_RSTs_are_all_lost_is_found_out_by_stateless_reset()
    {
        // 13.3: the device's next datagram tells.
        Pair s = WithTraffic(7);
        using Tap lost = s.Network.Tap(p => p.Kind == DatagramKind.Rst && p.Info.IsUnderRecoveryKey, _ => Verdict.Drop);
        s.Do(s.Peer, (link, now) => Assert.True(link.Faults.Terminate(now)));
        s.World.RunFor(World.Second);
        Assert.Equal(TerminationReason.StatelessReset, s.Device.Events.OfKind(LinkEventKind.Terminated).Single().Reason);
        Assert.True(s.IsConnected);
        s.World.RunFor(20 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
    }
}
