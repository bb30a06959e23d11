using Hoplink.Recovery;

namespace Hoplink.Tests.Scenarios;

public sealed class HandshakeLossTests
{
    /// <summary>Datagrams of each direction of which any may be lost. The pattern of the losses is the seed, too.</summary>
    private const int First = 5;

    /// <summary>Session datagrams lost in a row before the time group may take the ports for missed (8, PortMismatch).</summary>
    private const int LossesOfThreeWindows = 3;

    [Fact]
    public void Whatever_is_lost_of_the_first_datagrams_the_ends_come_to_one_session_that_works() // 4
    {
        for (int pattern = 0; pattern < 1 << (2 * First); pattern++)
        {
            ConnectUnder(pattern);
        }
    }

    private static void ConnectUnder(int pattern)
    {
        var s = new Pair((ulong)pattern, o => o.DeviceJobMicros = 50 * World.Millisecond);
        int ups = 0;
        int downs = 0;
        int lostInSession = 0;
        s.Network.Tap(packet =>
        {
            int index = packet.From == s.Device ? ups++ : First + downs++;
            bool isEarly = packet.From == s.Device ? ups <= First : downs <= First;
            bool isLost = isEarly && ((pattern >> index) & 1) != 0;
            lostInSession += isLost && packet.Info.IsUnderSessionKey ? 1 : 0;
            return isLost ? Verdict.Drop : Verdict.Pass;
        });
        s.Device.Connect();
        s.Traffic(3);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        s.Require(s.Sessions() == 1, "the device had more than one session");
        s.Require(s.Peer.Events.OfKind(LinkEventKind.Connected).Length == 1, "the peer had more than one session");

        RecoveryLevel[] rungs = [.. s.Device.Events.Rungs(), .. s.Peer.Events.Rungs()];
        bool mayResync = lostInSession >= LossesOfThreeWindows;
        s.Require(rungs.All(r => mayResync && r == RecoveryLevel.TimeSync), "rungs ran: " + string.Join(", ", rungs));
    }
}
