using Hoplink.Routing;
using Path = Hoplink.Routing.Path;

namespace Hoplink.Tests.Routing;

/// <summary>Where the peer is, and what may be sent there before it has proven itself (5.2).</summary>
public sealed class PathTests
{
    private static readonly Arrival _home = At(1, 5000);
    private static readonly Arrival _elsewhere = At(2, 5000);
    private static readonly Arrival _samePlaceOtherPort = At(1, 5001);

    // 5.2: the newest, by epoch, then sequence.
    [Theory]
    [InlineData(3, 100, 3, 101, true)]
    [InlineData(3, 100, 3, 100, false)]
    [InlineData(3, 100, 3, 99, false)]
    [InlineData(3, 100, 4, 1, true)]
    [InlineData(3, 100, 2, 5000, false)]
    [InlineData(3, 0xFFFFFFFF, 3, 0, true)]
    public void The_newest_datagram_is_the_one_of_the_highest_epoch_and_then_number(
        uint epoch, uint sequence, uint otherEpoch, uint otherSequence, bool newer)
    {
        var path = new Path();
        Assert.True(path.IsNewest(epoch, sequence)); // the first
        path.Update(_home, epoch, sequence);
        Assert.Equal(newer, path.IsNewest(otherEpoch, otherSequence));
    }

    [Fact]
    public void A_datagram_that_says_nothing_of_where_the_peer_is_only_counts_as_the_newest()
    {
        var path = new Path();
        path.Update(_home, 3, 100);
        path.Pass(3, 105);
        Assert.False(path.IsNewest(3, 105));
        Assert.True(path.IsNewest(3, 106));
        Assert.True(path.Current.Remote.SameAs(_home.Remote));
    }

    [Fact]
    public void The_local_port_of_the_newest_datagram_is_the_one_to_send_from()
    {
        var path = new Path();
        var arrival = new Arrival { LocalPort = 50001 };
        arrival.Remote.CopyFrom(_home.Remote);
        path.Update(arrival, 0, 1);
        Assert.Equal(50001, path.Current.LocalPort);
        arrival.LocalPort = 50002;
        Assert.False(path.Update(arrival, 0, 2)); // no new address
        Assert.Equal(50002, path.Current.LocalPort);
    }

    // 5.2: at most three times the bytes it got from there, until its echo comes from there.
    [Fact]
    public void An_address_that_is_new_gets_three_times_its_bytes_until_it_has_echoed()
    {
        var path = new Path();
        Assert.True(path.Update(_elsewhere, 0, 1)); // to be probed
        Assert.False(path.IsValidated);
        Assert.False(path.MaySend(1));
        path.OnReceived(_elsewhere, 100);
        Assert.True(path.MaySend(300));
        Assert.False(path.MaySend(301));
        path.OnSent(250);
        Assert.True(path.MaySend(50));
        Assert.False(path.MaySend(51));
        Assert.False(path.Update(_elsewhere, 0, 2)); // no second probe
        path.OnReceived(_elsewhere, 10); // newest or not
        path.OnReceived(_home, 1000); // from somewhere else
        Assert.True(path.MaySend(80));
        Assert.False(path.MaySend(81));

        path.OnEcho(_home);
        Assert.False(path.IsValidated); // an echo from somewhere else proves nothing
        path.OnEcho(_elsewhere);
        Assert.True(path.IsValidated);
        Assert.True(path.MaySend(1_000_000));
    }

    [Fact]
    public void The_address_of_the_handshake_needs_no_proof()
    {
        var path = new Path();
        path.Trust(_home.Remote);
        Assert.False(path.Update(_home, 0, 1));
        Assert.True(path.IsValidated);
        Assert.True(path.MaySend(5000));
    }

    [Fact]
    public void Another_port_of_a_trusted_address_is_a_new_address()
    {
        var path = new Path();
        path.Trust(_home.Remote);
        Assert.True(path.Update(_samePlaceOtherPort, 0, 1));
        path.OnReceived(_samePlaceOtherPort, 50);
        Assert.True(path.MaySend(150));
        Assert.False(path.MaySend(151));
    }

    [Fact]
    public void Moving_away_counts_afresh_and_coming_back_to_what_was_proven_needs_no_proof()
    {
        var path = new Path();
        path.Trust(_home.Remote);
        path.Update(_home, 0, 1);
        path.OnReceived(_home, 1000);
        Assert.True(path.Update(_elsewhere, 0, 2));
        path.OnReceived(_elsewhere, 40);
        Assert.False(path.IsValidated);
        Assert.True(path.MaySend(120));
        Assert.False(path.MaySend(121));
        path.OnSent(120);
        Assert.False(path.Update(_home, 0, 3));
        Assert.True(path.IsValidated);
        Assert.True(path.Update(_elsewhere, 0, 4));
        path.OnReceived(_elsewhere, 40);
        Assert.True(path.MaySend(120)); // neither what it got before counts any more
        Assert.False(path.MaySend(121)); // nor what came from there
    }

    // 2: on the second budget, from the newest address, with a number at most 256 above the newest.
    [Fact]
    public void The_next_256_numbers_from_the_newest_address_are_likely()
    {
        var path = new Path();
        Assert.False(path.IsLikely(_home, 1));
        path.Update(_home, 0, 0xFFFFFF80);
        Assert.False(path.IsLikely(_home, 0xFFFFFF80));
        Assert.True(path.IsLikely(_home, 0xFFFFFF81));
        Assert.True(path.IsLikely(_home, 0x80));
        Assert.False(path.IsLikely(_home, 0x81));
        Assert.False(path.IsLikely(_elsewhere, 0xFFFFFF81));
        Assert.True(path.IsLikely(_samePlaceOtherPort, 0xFFFFFF81));
    }

    [Theory]
    [InlineData(0UL, 0xFFFF0A000001UL, 0U, true)]
    [InlineData(0UL, 0xFFFE0A000001UL, 0U, false)]
    [InlineData(0xFE80000000000000UL, 1UL, 3U, false)]
    public void An_address_in_the_mapped_range_is_ipv4(ulong high, ulong low, uint scope, bool isIPv4)
    {
        var endpoint = new Endpoint { High = high, Low = low, Scope = scope, Port = 7 };
        Assert.Equal(isIPv4, endpoint.IsIPv4);
        var copy = new Endpoint();
        copy.CopyFrom(endpoint);
        Assert.True(copy.SameAs(endpoint));
        copy.Scope++;
        Assert.False(copy.SameAddress(endpoint));
    }

    private static Arrival At(uint address, int port)
    {
        var arrival = new Arrival { LocalPort = 49152 };
        arrival.Remote.SetIPv4(address, port);
        return arrival;
    }
}
