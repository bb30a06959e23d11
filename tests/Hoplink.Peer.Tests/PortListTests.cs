namespace Hoplink.Peer.Tests;

public sealed class PortListTests
{
    [Fact]
    public void Ports_and_ranges_keep_their_order()
    {
        Assert.Equal([40100, 49152, 49153, 49154, 7], PortList.ParseList("40100,49152-49154,7"));
    }

    [Fact]
    public void As_many_ports_as_a_process_can_well_open_are_a_list_and_one_more_is_refused()
    {
        Assert.Equal(16_384, PortList.ParseList("1-16384").Count);
        Assert.Contains(
            "16384 at most", Assert.Throws<FormatException>(() => PortList.ParseList("1-16385")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("1,")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("99999999999")]
    [InlineData("-5")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("1-")]
    [InlineData("1-2-3")]
    [InlineData("5-4")]
    [InlineData("1;2")]
    [InlineData("http")]
    [InlineData("5,5")]
    [InlineData("1-10,7")]
    public void What_is_no_list_is_refused(string text)
    {
        Assert.Throws<FormatException>(() => PortList.ParseList(text));
    }

    [Fact]
    public void A_port_named_twice_is_told()
    {
        Assert.Contains(
            "port 7 ", Assert.Throws<FormatException>(() => PortList.ParseList("1-10,7")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_of_one_port_is_a_range()
    {
        Assert.Equal(new PortRange(5, 5), PortList.ParseRange("5-5"));
    }
}
