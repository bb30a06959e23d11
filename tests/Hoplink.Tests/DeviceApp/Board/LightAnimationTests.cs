using Hoplink.Device.Board;
using Hoplink.Recovery;

namespace Hoplink.Tests.Device.Board;

public sealed class LightAnimationTests
{
    private const int White = 0x181818;

    private readonly LightAnimation _light = new() { HasNetwork = true };

    [Theory]
    [InlineData(LinkState.Idle, RecoveryLevel.None, LightMode.Connecting)]
    [InlineData(LinkState.Connecting, RecoveryLevel.None, LightMode.Connecting)]
    [InlineData(LinkState.Reconnecting, RecoveryLevel.None, LightMode.Connecting)]
    [InlineData(LinkState.Connected, RecoveryLevel.None, LightMode.Healthy)]
    [InlineData(LinkState.Closing, RecoveryLevel.None, LightMode.Healthy)]
    [InlineData(LinkState.Connected, RecoveryLevel.TimeSync, LightMode.TimeSync)]
    [InlineData(LinkState.Connected, RecoveryLevel.SequenceRepair, LightMode.SequenceRepair)]
    [InlineData(LinkState.Connected, RecoveryLevel.SessionRekey, LightMode.SessionRekey)]
    [InlineData(LinkState.Reconnecting, RecoveryLevel.ConnectionTerminate, LightMode.ConnectionTerminate)]
    [InlineData(LinkState.Connected, RecoveryLevel.Failed, LightMode.Terminated)]
    [InlineData(LinkState.Closed, RecoveryLevel.None, LightMode.Terminated)]
    public void A_link_is_shown_by_state_and_level(LinkState state, RecoveryLevel level, LightMode mode)
    {
        Assert.Equal(mode, LightAnimation.ModeOf(state, level));
    }

    [Fact]
    public void Each_level_has_a_colour_of_its_own_and_the_end_is_red()
    {
        LightMode[] modes =
        [
            LightMode.Healthy, LightMode.Connecting, LightMode.TimeSync, LightMode.SequenceRepair, LightMode.SessionRekey,
            LightMode.ConnectionTerminate, LightMode.Terminated,
        ];

        int[] colours = [.. modes.Select(mode => Over(mode, 2000).Distinct().Single())];

        Assert.Distinct(colours);
        Assert.Equal(0x180000, colours[^1]);
        Assert.DoesNotContain(0, colours);
        Assert.DoesNotContain(White, colours);
    }

    [Theory]
    [InlineData(LightMode.Provisioning, 1000)]
    [InlineData(LightMode.JoiningNetwork, 1000)]
    [InlineData(LightMode.Crashed, 200)]
    public void What_waits_blinks(LightMode mode, int period)
    {
        int[] colours = Over(mode, 2 * period);

        Assert.Equal(period, colours.Count(colour => colour == 0));
        Assert.Equal(colours[..period], colours[period..]);
        Assert.Equal(2, colours.Distinct().Count());
        Assert.NotEqual(colours[0], colours[period - 1]);
    }

    [Theory]
    [InlineData(LightMode.Connecting, LightMode.JoiningNetwork)]
    [InlineData(LightMode.Healthy, LightMode.JoiningNetwork)]
    [InlineData(LightMode.ConnectionTerminate, LightMode.JoiningNetwork)]
    [InlineData(LightMode.Terminated, LightMode.Terminated)]
    [InlineData(LightMode.Provisioning, LightMode.Provisioning)]
    [InlineData(LightMode.Crashed, LightMode.Crashed)]
    public void Without_a_network_a_link_is_not_shown_but_all_else_is(LightMode mode, LightMode shown)
    {
        int[] expected = Over(shown, 2000);

        _light.HasNetwork = false;

        Assert.Equal(expected, Over(mode, 2000));
    }

    [Fact]
    public void Traffic_is_a_white_pulse_of_40_ms()
    {
        Over(LightMode.Healthy, 100);
        _light.NoteTraffic();

        int[] colours = Over(LightMode.Healthy, 1000, from: 100);

        Assert.All(colours[..LightAnimation.PulseMillis], colour => Assert.Equal(White, colour));
        Assert.DoesNotContain(White, colours[LightAnimation.PulseMillis..]);
    }

    [Fact]
    public void Steady_traffic_leaves_the_colour_to_be_seen()
    {
        _light.Mode = LightMode.Healthy;
        int white = 0;
        for (int now = 0; now < 10_000; now++)
        {
            _light.NoteTraffic();
            white += _light.ColorAt(now) == White ? 1 : 0;
        }

        Assert.Equal(10_000 / LightAnimation.PulseEveryMillis * LightAnimation.PulseMillis, white);
    }

    [Fact]
    public void A_recovery_level_is_not_outshone_by_traffic_nor_followed_by_a_pulse()
    {
        _light.NoteTraffic();

        Assert.DoesNotContain(White, Over(LightMode.TimeSync, 100));
        Assert.DoesNotContain(White, Over(LightMode.Healthy, 100, from: 100));
    }

    private int[] Over(LightMode mode, int millis, int from = 0)
    {
        _light.Mode = mode;
        return [.. Enumerable.Range(from, millis).Select(now => _light.ColorAt(now))];
    }
}
