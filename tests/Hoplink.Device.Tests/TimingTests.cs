using Hoplink.Crypto;
using Hoplink.Hopping;
using Hoplink.Timing;
using nanoFramework.TestFramework;

namespace Hoplink.Device.Tests;

/// <summary>Session clock, adjustments and port schedule (protocol.md 5, 10).</summary>
[TestClass]
public class TimingTests
{
    private const long Second = 1000000;

    /// <summary>3 s are applied in six parts, one each hop interval, and add up exactly.</summary>
    [TestMethod]
    public void An_offset_is_applied_in_parts_that_add_up()
    {
        var clock = new SessionClock();
        clock.Pending.Plan((3 * Second) + 1, 0);
        Assert.IsTrue(clock.Pending.MissesPorts);
        for (int part = 1; part <= 6; part++)
        {
            clock.ApplyPending((part - 1) * (Second / 2));
            long applied = clock.OffsetAt(0);
            Assert.IsTrue(applied >= part * (Second / 2) && applied <= (part * (Second / 2)) + 1, "part " + part.ToString());
        }

        Assert.AreEqual((3 * Second) + 1, clock.Read(0));
        Assert.AreEqual(long.MaxValue, clock.Pending.NextAt);
    }

    /// <summary>A negative offset is the mirror image.</summary>
    [TestMethod]
    public void A_negative_offset_is_applied_as_well()
    {
        var clock = new SessionClock();
        clock.Pending.Plan(-1200000, 0);
        clock.ApplyPending(10 * Second);
        Assert.AreEqual(-1200000L, clock.OffsetAt(10 * Second));
    }

    /// <summary>Windows are 500 ms long from the epoch's phase on, before time 0 too.</summary>
    [TestMethod]
    public void Windows_begin_at_the_phase()
    {
        HopSchedule hops = NewSchedule();
        Assert.AreEqual(0L, hops.WindowAt(0));
        Assert.AreEqual(0L, hops.WindowAt(270999));
        Assert.AreEqual(1L, hops.WindowAt(271000));
        Assert.AreEqual(-1L, hops.WindowAt(-229001));
        Assert.AreEqual(271000L, hops.EndOf(0));
    }

    /// <summary>The port of a window does not change, lies in the range, and three windows are open.</summary>
    [TestMethod]
    public void Ports_follow_the_window()
    {
        HopSchedule hops = NewSchedule();
        for (long window = -2; window < 50; window++)
        {
            int port = hops.PortOf(window);
            Assert.IsTrue(port >= 50000 && port < 50016);
            long within = hops.EndOf(window) - 1;
            Assert.IsTrue(hops.IsOpen(port, within));
            Assert.AreEqual(port, NewSchedule().PortOf(window));
        }
    }

    private static HopSchedule NewSchedule()
    {
        byte[] key = new byte[32];
        key[0] = 1;
        return new HopSchedule(new ManagedCrypto(new FixedRandom()).CreateHmacKey(key, 0, key.Length), 229, 50000, 16);
    }
}
