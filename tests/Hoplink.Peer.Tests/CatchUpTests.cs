using Hoplink.Host;

namespace Hoplink.Peer.Tests;

public sealed class CatchUpTests
{
    private const long Due = 1_000_000;

    private readonly CatchUp _catchUp = new();
    private int _asked;
    private bool _unread;

    [Fact]
    public void A_timer_on_time_waits_for_nothing_and_no_socket_is_asked()
    {
        _unread = true;

        Assert.False(MustWait(Due));
        Assert.False(MustWait(Due + CatchUp.PauseMicros - 1));
        Assert.Equal(0, _asked);
    }

    [Fact]
    public void No_deadline_is_no_pause()
    {
        Assert.False(_catchUp.MustWait(Due, long.MaxValue, () => true));
    }

    [Fact]
    public void After_a_pause_timers_wait_until_the_sockets_were_read_and_one_round_more()
    {
        long now = Due + CatchUp.PauseMicros;
        _unread = true;
        Assert.True(MustWait(now));
        Assert.True(MustWait(now + CatchUp.RetryMicros));
        _unread = false;
        Assert.True(MustWait(now + (2 * CatchUp.RetryMicros)));
        Assert.False(MustWait(now + (3 * CatchUp.RetryMicros)));
    }

    [Fact]
    public void A_flood_does_not_stop_the_timers()
    {
        _unread = true;
        long now = Due + CatchUp.PauseMicros;
        Assert.True(MustWait(now));

        Assert.False(MustWait(now + CatchUp.BoundMicros));
    }

    [Fact]
    public void After_a_wait_timers_have_their_turn_before_the_next()
    {
        _unread = true;
        long now = Due + CatchUp.PauseMicros;
        MustWait(now);
        now += CatchUp.BoundMicros;
        Assert.False(MustWait(now));

        Assert.False(MustWait(now + CatchUp.BoundMicros - 1));
        Assert.True(MustWait(now + CatchUp.BoundMicros));
    }

    private bool MustWait(long now)
    {
        return _catchUp.MustWait(now, Due, () =>
        {
            _asked++;
            return _unread;
        });
    }
}
