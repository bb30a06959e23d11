using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink.SelfTest;

/// <summary>Every rung of the ladder, each begun by a fault (protocol.md 9 to 13).</summary>
internal static class LadderChecks
{
    private const long Second = 1000000;

    internal static void Run(Report report)
    {
        report.Run("L1 time resync, 3 s", new Check(ClockOff));
        report.Run("L1 refuses 60 s, L3 steps it", new Check(ClockFarOff));
        report.Run("L2 sequence repair", new Check(HistoryForgotten));
        report.Run("L2 without loss", new Check(HeldDropped));
        report.Run("L3 session rekey, key damaged", new Check(KeyDamaged));
        report.Run("L3 session rekey, key compromised", new Check(KeyCompromised));
        report.Run("L4 terminate and reconnect", new Check(Terminated));
    }

    // 10: six parts, 500 ms apart; no message waits longer than it takes to reach the rendezvous port.
    private static void ClockOff()
    {
        Pair pair = Flowing(41);
        pair.Device.Faults.JumpClock(3 * Second, pair.Now);
        pair.Exchange(250);
        pair.RunUntilQuiet(60);
        Ran(1, pair.Device, pair.AtDevice, RecoveryLevel.TimeSync);
        Ran(0, pair.Device, pair.AtDevice, RecoveryLevel.SessionRekey);
        Lossless(pair);
    }

    // 10, 12.4
    private static void ClockFarOff()
    {
        Pair pair = Flowing(42);
        pair.Device.Faults.JumpClock(60 * Second, pair.Now);
        pair.Exchange(100);
        pair.RunUntilQuiet(60);
        Expect.Equal(0, pair.AtDevice.Succeeded(RecoveryLevel.TimeSync), "the number of resyncs");
        Ran(1, pair.Device, pair.AtDevice, RecoveryLevel.SessionRekey);
        Lossless(pair);
    }

    // 11: what is gone is reported, what comes after it arrives.
    private static void HistoryForgotten()
    {
        Pair pair = Flowing(43);
        pair.RunUntilQuiet(5);
        pair.Up.LoseNext = 3;
        pair.SendUp();
        pair.SendUp();
        pair.SendUp();
        Expect.Equal(3, pair.Device.Faults.ForgetSendHistory(), "the number of messages forgotten");
        pair.Exchange(5);
        pair.RunUntilQuiet(60);
        Ran(1, pair.Peer, pair.AtPeer, RecoveryLevel.SequenceRepair);
        Expect.Equal(3, pair.AtPeer.MessagesLost, "the number of messages reported lost");
    }

    // 11: what the other end still holds comes again, though all that was held here is gone.
    private static void HeldDropped()
    {
        // In clear, so that the wire can tell the messages.
        Pair pair = Flowing(new Pair(44, PayloadEncryption.Off));
        pair.RunUntilQuiet(5);
        pair.Up.OpenHole(pair.NextUp);
        pair.SendUp();
        pair.SendUp();
        pair.SendUp();
        pair.RunUntilPeerRuns(RecoveryLevel.SequenceRepair, 10);
        Expect.True(pair.Peer.Faults.DropReorderBuffer(), "there is no session to drop messages of");
        pair.Up.CloseHole();
        pair.RunUntilQuiet(60);
        Ran(1, pair.Peer, pair.AtPeer, RecoveryLevel.SequenceRepair);
        Ran(0, pair.Peer, pair.AtPeer, RecoveryLevel.SessionRekey);
        Lossless(pair);
    }

    // 12, D15: L3 first, for no tag verifies any more.
    private static void KeyDamaged()
    {
        Pair pair = Flowing(45);
        pair.Device.Faults.DamageSessionKey();
        pair.Exchange(50);
        pair.RunUntilQuiet(60);
        Expect.Equal(0, pair.AtDevice.Succeeded(RecoveryLevel.TimeSync), "the number of resyncs");
        int rekeys = pair.AtDevice.Succeeded(RecoveryLevel.SessionRekey) + pair.AtPeer.Succeeded(RecoveryLevel.SessionRekey);
        Expect.True(rekeys >= 1, "no rekey succeeded");
        Lossless(pair);
    }

    // 12: make before break.
    private static void KeyCompromised()
    {
        Pair pair = Flowing(46);
        pair.Device.ReportKeyCompromise(pair.Now);
        pair.Exchange(50);
        pair.RunUntilQuiet(60);
        Ran(1, pair.Device, pair.AtDevice, RecoveryLevel.SessionRekey);
        Expect.Equal(1, pair.AtPeer.Of(LinkEventKind.Rekeyed), "the number of epochs at the peer");
        Lossless(pair);
    }

    // 13: the session ends, the link goes on where it was.
    private static void Terminated()
    {
        Pair pair = Flowing(47);
        pair.SendUp();
        pair.SendDown();
        pair.Device.Faults.CorruptState(pair.Now);
        pair.RunUntilQuiet(60);
        pair.Exchange(5);
        pair.RunUntilQuiet(60);
        Expect.Equal(1, pair.Device.Analytics.LifetimeAttemptsAt(RecoveryLevel.ConnectionTerminate), "the number of terminations on record");
        Expect.Equal(1, pair.AtDevice.Of(LinkEventKind.Terminated), "the number of ends");
        Expect.Equal(2, pair.AtDevice.Of(LinkEventKind.Connected), "the number of sessions");
        Expect.True(pair.AtDevice.Resumed, "the link began anew");
        Lossless(pair);
    }

    private static Pair Flowing(uint seed)
    {
        return Flowing(new Pair(seed));
    }

    private static Pair Flowing(Pair pair)
    {
        pair.Connect();
        pair.Exchange(5);
        return pair;
    }

    // A rung has run if its events say so, and the records of its end.
    private static void Ran(int times, Link link, EventCount events, RecoveryLevel level)
    {
        string what = " times that level " + ((int)level).ToString();
        Expect.Equal(times, events.Succeeded(level), "the number of" + what + " succeeded");
        Expect.Equal(times, link.Analytics.LifetimeSuccessesAt(level), "on record, the number of" + what + " succeeded");
    }

    private static void Lossless(Pair pair)
    {
        Expect.Equal(0, pair.AtPeer.MessagesLost + pair.AtDevice.MessagesLost, "the number of messages reported lost");
    }
}
