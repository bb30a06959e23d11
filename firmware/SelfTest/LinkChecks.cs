using Hoplink.Recovery;

namespace Hoplink.SelfTest;

/// <summary>A link over its life: handshake, messages, resumption, reset, close.</summary>
internal static class LinkChecks
{
    internal static void Run(Report report)
    {
        report.Run("handshake", new Check(Handshake));
        report.Run("100 messages each way", new Check(Messages));
        report.Run("messages over loss", new Check(Loss));
        report.Run("link resumed over three sessions", new Check(Resumption));
        report.Run("stateless reset after the peer restarted", new Check(Reset));
        report.Run("close", new Check(Close));
    }

    // 4: SYN, SYN_ACK, and a probe and its echo.
    private static void Handshake()
    {
        var pair = new Pair(31);
        pair.Connect();
        pair.RunFor(100000);
        Expect.Equal((long)pair.Peer.SessionId, (long)pair.Device.SessionId, "the device's session");
        Expect.Equal(1, pair.Responder.SessionCount, "the number of sessions");
        Expect.True(pair.Device.IsEncrypted && pair.Peer.IsEncrypted, "the session is not encrypted");
        Expect.Equal(2, pair.Up.Sent, "the number of datagrams of the device");
        Expect.Equal(2, pair.Down.Sent, "the number of datagrams of the peer");
        Healthy(pair);
    }

    private static void Messages()
    {
        var pair = new Pair(32);
        pair.Connect();
        pair.Exchange(100);
        pair.RunUntilQuiet(5);
        Expect.Equal(100, pair.NextUp, "the number of messages up");
        Expect.Equal(100, pair.NextDown, "the number of messages down");
        Healthy(pair);
    }

    // 6.3
    private static void Loss()
    {
        var pair = new Pair(33);
        pair.Connect();
        for (int i = 0; i < 10; i++)
        {
            pair.Up.LoseNext = 1;
            pair.Exchange(2);
            pair.Down.LoseNext = 1;
            pair.Exchange(3);
        }

        pair.RunUntilQuiet(10);
        Expect.Equal(50, pair.NextUp, "the number of messages up");
        Expect.Equal(50, pair.NextDown, "the number of messages down");
    }

    // 13.4: the device forgets its session; what was under way is sent again in the next, exactly once.
    private static void Resumption()
    {
        var pair = new Pair(34);
        pair.Connect();
        for (int session = 2; session <= 3; session++)
        {
            pair.Exchange(3);
            pair.SendUp();
            pair.SendDown();
            Expect.True(pair.Device.Faults.ForgetSession(pair.Now), "there is no session to forget");
            pair.RunUntilQuiet(10);
            Expect.Equal(session, pair.AtDevice.Of(LinkEventKind.Connected), "the number of sessions");
            Expect.True(pair.AtDevice.Resumed, "the link began anew");
        }

        Expect.Equal(0, pair.AtDevice.Of(LinkEventKind.LinkRestarted), "the number of restarts");
    }

    // 13.3
    private static void Reset()
    {
        var pair = new Pair(35);
        pair.Connect();
        pair.Exchange(3);
        pair.RunUntilQuiet(5);
        pair.RestartPeer();
        pair.SendUp();
        Expect.True(!pair.IsConnected, "the new peer knows the session");
        Expect.True(pair.RunUntilConnected(10), "no session with the restarted peer within 10 s");
        pair.RunUntilQuiet(5);
        Expect.Equal(1, pair.AtDevice.Of(LinkEventKind.LinkRestarted), "the number of restarts");
        Expect.Equal(1, pair.AtDevice.Of(LinkEventKind.Terminated), "the number of ends");
        Expect.Equal(0, pair.AtDevice.Of(LinkEventKind.RungStarted), "the number of rungs");
    }

    // 6.4
    private static void Close()
    {
        var pair = new Pair(36);
        pair.Connect();
        pair.SendUp();
        pair.SendDown();
        pair.Device.Close(pair.Now);
        pair.Drain();
        pair.RunFor(1000000);
        Expect.True(pair.Device.State == LinkState.Closed, "the device's link is not closed");
        Expect.True(pair.Peer.State == LinkState.Closed, "the peer's link is not closed");
        Expect.Equal(1, pair.NextUp, "the number of messages up");
        Expect.Equal(1, pair.NextDown, "the number of messages down");
    }

    // 8: on a healthy network no condition begins and no rung runs.
    private static void Healthy(Pair pair)
    {
        Expect.Equal(0, pair.AtDevice.Of(LinkEventKind.ConditionBegan), "the number of conditions at the device");
        Expect.Equal(0, pair.AtPeer.Of(LinkEventKind.ConditionBegan), "the number of conditions at the peer");
        Expect.Equal(0, pair.AtDevice.Of(LinkEventKind.RungStarted), "the number of rungs at the device");
        Expect.Equal(0, pair.AtPeer.Of(LinkEventKind.RungStarted), "the number of rungs at the peer");
    }
}
