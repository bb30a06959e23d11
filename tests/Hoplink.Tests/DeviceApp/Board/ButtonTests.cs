using Hoplink.Device.Board;
using Hoplink.Device.Messages;

namespace Hoplink.Tests.Device.Board;

public sealed class ButtonTests
{
    private readonly ButtonGesture _gesture = new();

    [Fact]
    public void A_short_press_is_taken_once()
    {
        Press(held: false);

        Assert.Equal((true, false), (_gesture.TakeShort(), _gesture.TakeLong()));
        Assert.Equal((false, false), (_gesture.TakeShort(), _gesture.TakeLong()));
    }

    [Fact]
    public void A_long_press_is_no_short_one_when_the_button_is_let_go()
    {
        Press(held: true);

        Assert.Equal((false, true), (_gesture.TakeShort(), _gesture.TakeLong()));
    }

    [Fact]
    public void A_long_press_counts_before_the_button_is_let_go()
    {
        _gesture.OnDown();
        _gesture.OnHolding();

        Assert.True(_gesture.TakeLong());

        _gesture.OnPress();
        Assert.Equal((false, false), (_gesture.TakeShort(), _gesture.TakeLong()));
    }

    [Fact]
    public void A_short_press_after_a_long_one_is_short()
    {
        Press(held: true);
        Press(held: false);

        Assert.True(_gesture.TakeShort());
    }

    [Fact]
    public void Each_press_injects_the_next_fault_and_the_link_gets_over_all_of_them()
    {
        var cycle = new FaultCycle();
        var world = new DeviceWorld(allowFaults: true);
        world.Connect();
        List<FaultKind> kinds = [];
        for (int i = 0; i < FaultCycle.Count; i++)
        {
            kinds.Add(cycle.Kind);
            string name = cycle.Name;
            Assert.Equal(cycle.Kind.ToString(), name);
            Assert.Equal($"fault {name} injected", cycle.Inject(world.App));
            byte[] ping = [2, 1, 0, (byte)i, 0];
            Assert.Equal(SendStatus.Accepted, world.Peer!.Send(ping, 0, ping.Length, world.NowMicros));
            world.RunUntil(() => world.Delivered.Any(m => m.Length == 5 && m[0] == 3 && m[3] == i), 300_000_000);
            world.RunUntil(() => world.App.Link.State == LinkState.Connected && world.App.Link.Level == 0, 300_000_000);
        }

        Assert.Distinct(kinds);
        Assert.Equal(kinds[0], cycle.Kind);
    }

    [Fact]
    public void A_fault_that_could_not_act_stays_the_next()
    {
        var cycle = new FaultCycle();
        var world = new DeviceWorld(allowFaults: true);
        FaultKind first = cycle.Kind;

        Assert.Contains("no session", cycle.Inject(world.App));
        Assert.Equal(first, cycle.Kind);

        var careful = new DeviceWorld(allowFaults: false);
        careful.Connect();
        Assert.Contains("faults off", cycle.Inject(careful.App));
        Assert.Equal(first, cycle.Kind);
    }

    private void Press(bool held)
    {
        _gesture.OnDown();
        if (held)
        {
            _gesture.OnHolding();
        }

        _gesture.OnPress();
    }
}
