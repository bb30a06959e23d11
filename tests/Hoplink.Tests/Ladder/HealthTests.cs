namespace Hoplink.Tests.Ladder;

/// <summary>On a healthy network nothing is to be healed: no condition begins, no rung runs (protocol.md 8).</summary>
public sealed class HealthTests : LadderTest
{
    public enum Use
    {
        Idle,
        Sparse,
        Busy,
        OneWayUp,
        OneWayDown,
        Bulk,
    }

    public static TheoryData<Use, long, long, int, int> HealthyNetworks()
    {
        var data = new TheoryData<Use, long, long, int, int>();
        foreach (Use use in Enum.GetValues<Use>())
        {
            data.Add(use, 15, 0, 200, 1024);
            data.Add(use, 15, 0, -200, 8192);
            data.Add(use, 750, 0, 200, 8192);
            data.Add(use, 20, 30, 40, 1024);
            data.Add(use, 100, 150, -40, 8192);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(HealthyNetworks))]
    public void A_healthy_network_starts_no_rung_whatever_its_delay_its_jitter_and_the_devices_crystal(
        Use use, long delayMs, long jitterMs, int partsPerMillion, int hopPorts)
    {
        Pair s = NewPair(1, o =>
        {
            o.Delay = delayMs * Ms;
            o.DeviceDrift = partsPerMillion;
            o.Peer.HopCount = hopPorts;
        });
        s.EachWay(lane => lane.Jitter = Jitter.Uniform(jitterMs * Ms));
        s.Connect(30 * World.Second);
        Start(s, use);
        s.World.RunFor(use is Use.Idle or Use.Sparse ? World.Hour : 10 * World.Minute);
        s.RunUntilQuiet(5 * World.Minute);
        AssertNothingBegan(s);
        s.Checker.AssertAllDelivered();
        AssertOneSession(s);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_application_that_reads_nothing_for_ten_minutes_starts_no_rung(bool atDevice)
    {
        // 6.3, 8: GapTimeout and DeliveryStalled do not hold while the window is closed.
        Pair s = Connected(2);
        EndNode reader = s.End(atDevice);
        reader.ReadsAtOnce = false;
        s.Traffic(100);
        s.World.RunFor(10 * World.Minute);
        reader.ReadsAtOnce = true;
        reader.ReadAll();
        s.RunUntilQuiet(10 * World.Second);
        AssertNothingBegan(s);
        s.Checker.AssertAllDelivered();
    }

    [Fact]
    public void An_application_that_reads_now_and_then_starts_no_rung()
    {
        Pair s = Connected(3);
        s.Device.ReadsAtOnce = false;
        s.Checker.Down.Send(500);
        s.World.Every(7 * World.Second, () =>
        {
            s.Device.ReadAll();
            return !s.Checker.AllDelivered;
        });
        s.World.RunFor(10 * World.Minute);
        AssertNothingBegan(s);
        s.Checker.AssertAllDelivered();
    }

    private static void Start(Pair s, Use use)
    {
        switch (use)
        {
            case Use.Sparse:
                s.Checker.Up.SendEvery(41 * World.Second, 87);
                s.Checker.Down.SendEvery(67 * World.Second, 53);
                break;
            case Use.Busy:
                s.Traffic(6000, 100 * Ms);
                break;
            case Use.OneWayUp:
                s.Checker.Up.SendEvery(100 * Ms, 6000);
                break;
            case Use.OneWayDown:
                s.Checker.Down.SendEvery(100 * Ms, 6000);
                break;
            case Use.Bulk:
                s.Traffic(2000);
                break;
            default:
                break;
        }
    }

    private static void AssertNothingBegan(Pair s)
    {
        Assert.Empty(s.Device.Events.OfKind(LinkEventKind.ConditionBegan));
        Assert.Empty(s.Peer.Events.OfKind(LinkEventKind.ConditionBegan));
        AssertNoRung(s);
    }
}
