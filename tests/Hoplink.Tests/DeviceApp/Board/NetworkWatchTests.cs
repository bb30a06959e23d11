using Hoplink.Device.Board;

namespace Hoplink.Tests.Device.Board;

public sealed class NetworkWatchTests
{
    private readonly NetworkWatch _watch = new(40_100, 50_000, 50_099);

    [Fact]
    public void A_long_round_trip_is_told_once_a_session()
    {
        Assert.Null(_watch.CheckRtt(0));
        Assert.Null(_watch.CheckRtt(149_999));

        Assert.Contains("250 ms", _watch.CheckRtt(250_000));
        Assert.Null(_watch.CheckRtt(300_000));

        _watch.OnSession();
        Assert.Contains("power save", _watch.CheckRtt(300_000));
    }

    [Theory]
    [InlineData(40_100)]
    [InlineData(50_000)]
    [InlineData(50_099)]
    public void Ports_that_the_network_lets_through_are_not_told(int port)
    {
        Assert.Null(_watch.CheckPort(port));
    }

    [Theory]
    [InlineData(49_999)]
    [InlineData(50_100)]
    public void A_port_outside_of_the_range_is_told_once_a_session(int port)
    {
        string text = _watch.CheckPort(port);

        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), text);
        Assert.Contains("50000-50099", text);
        Assert.Null(_watch.CheckPort(port));

        _watch.OnSession();
        Assert.NotNull(_watch.CheckPort(port));
    }
}
