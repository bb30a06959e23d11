using Hoplink.Tests.Simulation;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>Where the peer sends to (5.2).</summary>
public sealed class PathTests : SimulationTest
{
    private static readonly uint _newHost = SimEndpoint.Address(192, 0, 2, 9);

    [Theory]
    [InlineData(NatKind.FullCone)]
    [InlineData(NatKind.PortRestricted)]
    [InlineData(NatKind.Symmetric)]
    public void A_NAT_that_rebinds_every_few_seconds_costs_neither_a_message_nor_a_rung(NatKind kind) // 5.2
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o => o.Nat = kind);
            s.Connect();
            s.Nat!.RebindEvery(3 * World.Second);
            s.Traffic(1500, 20 * World.Millisecond);
            s.World.RunFor(31 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1 && s.Nat.Mappings >= 10, "the session did not last");
            s.RequireNoRung();
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(240)]
    [InlineData(260)]
    [InlineData(750)]
    public void An_idle_link_behind_a_NAT_that_gives_each_hop_port_an_address_of_its_own_does_not_probe_without_end(long delayMs) // 5.2, 7
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o =>
            {
                o.Nat = NatKind.Symmetric;
                o.Delay = delayMs * World.Millisecond;
            });
            s.Connect();
            s.Traffic(5, 100 * World.Millisecond);
            s.World.RunFor(10 * World.Second);
            int sent = 0;
            s.Network.Sent += _ => sent++;
            s.World.RunFor(10 * World.Minute);

            // Every 30 s a probe and its echo, and a probe of the new address with its echo.
            s.Require(sent <= 20 * 4 + 4, $"an idle link sent {sent} datagrams in 10 minutes");
        }
    }

    [Fact]
    public void A_large_message_to_an_address_that_only_an_echo_came_from_is_not_held_up_by_the_limit() // 5.2
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o =>
            {
                o.Nat = NatKind.Symmetric;
                o.Delay = 400 * World.Millisecond;
                o.Device.MaxDatagram = 640;
            });
            s.Connect();
            s.World.RunFor(35 * World.Second);
            s.Checker.Down.Sizes = (590, 590);
            s.Checker.Down.Send(4);
            s.RunUntilQuiet(10 * World.Second);
            s.Checker.AssertAllDelivered();
        }
    }

    [Fact]
    public void An_echo_from_another_address_than_was_probed_proves_nothing_of_it() // 5.2
    {
        // Somebody on the way has the echo of a probe come from an address of his choice, which never got the probe.
        Pair s = NewPair(1);
        s.Connect();
        s.World.RunFor(World.Second);
        s.Network.Attach(s.Device, _newHost);
        s.Network.Tap(p => p.From == s.Device && p.Kind == DatagramKind.Heartbeat && p.Payload[4] == 1, packet =>
        {
            s.Network.Inject(packet.Source with { Port = 7 }, packet.Destination, packet.Bytes, 10 * World.Millisecond);
            return Verdict.Drop;
        });
        s.Checker.Up.Send(1);
        s.World.RunFor(World.Second);
        s.Require(!s.PeerLink!.Session.Path.IsValidated, "an address that never got a probe counts as proven");
    }

    [Fact]
    public void The_devices_probes_keep_a_NAT_binding_of_half_a_minute() // 7
    {
        Pair s = NewPair(1, o => o.Nat = NatKind.PortRestricted);
        s.Nat!.IdleTimeout = 31 * World.Second;
        s.Connect();
        s.World.RunFor(10 * World.Minute);
        s.Checker.Down.Send(1);
        s.RunUntilQuiet(100 * World.Millisecond);
    }

    [Fact]
    public void A_new_address_is_probed_at_once_and_gets_three_times_what_came_from_it_until_it_echoes() // 5.2
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o =>
            {
                o.Delay = 50 * World.Millisecond;
                o.KeepTrace = true;
                o.Device.MaxDatagram = 640;
            });
            s.Connect();
            s.Checker.Down.Sizes = (500, 500);
            s.Checker.Down.Send(1000);
            s.World.RunFor(2 * World.Second);
            s.Network.Attach(s.Device, _newHost);
            Tap silence = s.Network.Tap(p => p.From == s.Device && p.Kind == DatagramKind.Heartbeat, _ => Verdict.Drop);
            s.Checker.Up.SendEvery(100 * World.Millisecond, 40);
            s.World.RunFor(2 * World.Second);
            silence.Dispose();
            s.World.RunFor(3 * World.Second);

            TraceEntry[] way = s.World.Trace.Entries.Where(e => IsBetweenPeerAnd(e, _newHost)).ToArray();
            long moved = way[0].Time;
            s.Require(way.Any(e => e.Time == moved && e.Kind == TraceKind.Sent && IsProbe(e)), "the address was not probed at once");
            int echo = Array.FindIndex(way, e => e.Kind == TraceKind.Delivered && IsEcho(e));
            RequireThreeTimes(s, way[..echo]);
            s.Require(way[echo].Time > moved + World.Second, "there was an echo before");

            // From then on there is no limit: in a second the peer sends more than three times what it gets.
            TraceEntry[] after = [.. way.Skip(echo).Where(e => e.Time < way[echo].Time + World.Second)];
            long sent = after.Where(e => e.Kind == TraceKind.Sent).Sum(e => (long)e.Info.Length);
            long received = after.Where(e => e.Kind == TraceKind.Delivered).Sum(e => (long)e.Info.Length);
            s.Require(sent > 3 * received, $"sent {sent} bytes and got {received}");
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "the session did not last");
        }
    }

    [Fact]
    public void A_datagram_that_an_attacker_delivers_first_does_not_take_the_session_away() // 5.2
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o => o.KeepTrace = true);
            var thief = new Forwarder(s);
            s.Connect();
            s.Traffic(600, 50 * World.Millisecond);
            s.World.RunFor(2 * World.Second);
            thief.Forward(count: 1);
            s.World.RunFor(200 * World.Millisecond);
            s.Require(SimEndpoint.From(s.PeerLink!.Session.Path.Current.Remote).Host == Pair.DeviceHost, "the session stays away");

            thief.Forward(count: int.MaxValue);
            s.World.RunFor(5 * World.Second);
            thief.Forward(count: 0);
            long down = s.Checker.Down.Read;
            s.World.RunFor(2 * World.Second);
            s.Require(s.Checker.Down.Read >= down + 20, "traffic does not come back");
            s.World.RunFor(25 * World.Second);
            s.RunUntilQuiet();
            s.Checker.AssertAllDelivered();
            s.Require(s.Sessions() == 1, "the session did not last");
            RequireThreeTimes(s, s.World.Trace.Entries.Where(e => IsBetweenPeerAnd(e, thief.Host)).ToArray());
        }
    }

    [Fact]
    public void A_replayed_datagram_moves_nothing_to_the_address_that_it_comes_from() // 2, 5.2
    {
        Pair s = NewPair(2);
        var replayer = new HostileNode(s.World, "replayer", Scenario.MakeAddress(66));
        List<Packet> recorded = s.World.Record(p => p.From == s.Device && p.Info.IsUnderSessionKey);
        s.Connect();
        s.Traffic(300, 20 * World.Millisecond);
        s.World.Every(10 * World.Millisecond, () =>
        {
            Packet old = recorded[^Math.Min(recorded.Count, 30)];
            replayer.Send(7, old.Destination, old.Bytes);
            return s.World.Now < 8 * World.Second;
        });
        s.World.RunFor(10 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Assert.Empty(replayer.Received);
        Assert.Equal(1, s.Sessions());
    }

    [Fact]
    public void An_address_that_only_repeated_the_SYN_has_proven_nothing() // 5.2
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var s = new Pair(seed, o =>
            {
                o.KeepTrace = true;
                o.Device.MaxDatagram = 640;
            });
            var thief = new Forwarder(s);
            s.Network.Tap(p => p.Kind == DatagramKind.Syn, p =>
            {
                s.Network.Inject(new SimEndpoint(thief.Host, 7), p.Destination, p.Bytes, s.Up.Delay + 2 * World.Millisecond);
                return Verdict.Pass;
            });
            s.Connect();
            s.World.RunFor(World.Second);
            s.Require(thief.Received.Count == 1, "the copy was not answered");
            thief.Received.Clear();

            // The device is quiet, but for one datagram; the peer has much to send.
            s.Checker.Down.Sizes = (500, 500);
            long start = s.World.Now;
            thief.Forward(count: 1);
            s.Checker.Up.Send(1);
            s.Checker.Down.Send(40);
            s.World.RunFor(5 * World.Second);
            RequireThreeTimes(s, s.World.Trace.Entries.Where(e => e.Time > start && IsBetweenPeerAnd(e, thief.Host)).ToArray());
        }
    }

    [Fact]
    public void What_others_overtook_on_the_way_from_a_new_address_counts_too() // 5.2
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Pair s = BehindANat(seed);
            s.Checker.Up.Sizes = (500, 500);
            s.Checker.Down.Sizes = (500, 500);
            s.World.RunFor(5 * World.Second);
            s.Nat!.Rebind();
            var held = new List<Packet>();
            s.Network.Tap(p => p.From == s.Device, p =>
            {
                if (p.Kind == DatagramKind.Data && held.Count < 4)
                {
                    held.Add(p.Copy());
                }

                return Verdict.Drop;
            });
            s.Checker.Up.Send(4);
            s.Require(held.Count == 4, "the device did not send its first window");
            for (int i = 0; i < held.Count; i++)
            {
                // The last comes first. Nothing else comes from there, no echo either.
                s.Network.Inject(held[i].Source, held[i].Destination, held[i].Bytes, (10 - i) * World.Millisecond);
            }

            s.World.RunFor(20 * World.Millisecond);
            s.Checker.Down.Send(10);
            s.World.RunFor(20 * World.Millisecond);
            s.Require(s.Checker.Down.Read == 10, $"{s.Checker.Down.Read} of 10 messages came, though four as long had come from there");
            RequireThreeTimes(s, SinceTheNatForgot(s));
        }
    }

    [Fact]
    public void Requests_from_a_new_address_count_for_more_than_their_answers() // 5.2
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Pair s = BehindANat(seed);
            s.Checker.Down.Sizes = (150, 150);
            s.World.RunFor(5 * World.Second);
            s.Nat!.Rebind();

            // One short message says where the device is now. Nothing but requests comes after it, and their answers are lost.
            int messages = 0;
            s.Network.Tap(
                p => p.From == s.Device,
                p => p.Kind == DatagramKind.RekeyRequest || (p.Kind == DatagramKind.Data && messages++ == 0) ? Verdict.Pass : Verdict.Drop);
            s.Network.Tap(p => p.Kind == DatagramKind.RekeyResponse, _ => Verdict.Drop);
            s.Checker.Up.Sizes = (MessageStream.ShortestMessage, MessageStream.ShortestMessage);
            s.Checker.Up.Send(1);
            s.World.RunFor(World.Second);
            s.Checker.Down.Send(1);
            s.World.RunFor(World.Second);
            s.Require(s.Checker.Down.Read == 0, "the message fits what one short one allows: this test shows nothing");
            s.OnDevice((link, now) => link.ReportKeyCompromise(now));
            s.World.RunFor(5 * World.Second);
            s.Require(s.Checker.Down.Read == 1, "the message is held up");
            TraceEntry[] way = SinceTheNatForgot(s);
            s.Require(way.Any(e => e.Kind == TraceKind.Sent && e.Info.Kind == DatagramKind.RekeyResponse), "no request was answered");
            RequireThreeTimes(s, way);
        }
    }

    [Fact]
    public void The_end_of_a_session_sends_no_more_to_a_new_address_than_the_limit_leaves() // 5.2, 13.1
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Pair s = BehindANat(seed);
            s.World.RunFor(5 * World.Second);
            s.Nat!.Rebind();
            s.Network.Tap(p => p.From == s.Device && p.Kind != DatagramKind.Data, _ => Verdict.Drop);
            s.Checker.Up.Sizes = (MessageStream.ShortestMessage, MessageStream.ShortestMessage);
            s.Checker.Up.Send(1);
            s.World.RunFor(100 * World.Millisecond);
            s.OnPeer((link, now) => link.Abort(now));
            s.World.RunFor(World.Second);
            RequireThreeTimes(s, SinceTheNatForgot(s));
        }
    }

    [Theory]
    [InlineData((int)DatagramKind.TimeSyncRequest, (int)DatagramKind.TimeSyncResponse)]
    [InlineData((int)DatagramKind.RekeyRequest, (int)DatagramKind.RekeyResponse)]
    public void An_answer_goes_where_its_request_came_from_and_moves_nothing_else(int request, int response) // 2, 5.2
    {
        Pair s = NewPair(3);
        var elsewhere = new HostileNode(s.World, "elsewhere", Scenario.MakeAddress(66));
        s.Connect();
        s.Traffic(200, 20 * World.Millisecond);
        s.World.RunFor(World.Second);
        Packet? asked = null;
        s.Network.Tap(p => (int)p.Kind == request && p.From == s.Device, 1, 1, p =>
        {
            asked = p.Copy();
            s.Network.Inject(new SimEndpoint(elsewhere.Host, 99), p.Destination, p.Bytes, s.Up.Delay);
            return Verdict.Drop;
        });
        s.OnDevice((link, now) =>
        {
            if (request == (int)DatagramKind.RekeyRequest)
            {
                link.ReportKeyCompromise(now);
            }
            else
            {
                link.Faults.JumpClock(400 * World.Millisecond, now);
            }
        });
        s.Await(() => elsewhere.Received.Count > 0, World.Minute, "no answer");
        s.World.RunFor(5 * World.Second);
        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        Packet answer = Assert.Single(elsewhere.Received);
        Assert.Equal(response, (int)answer.Kind);
        Assert.Equal(asked!.Destination, answer.Source);
        Assert.Equal(new SimEndpoint(elsewhere.Host, 99), answer.Destination);
    }

    private static Pair BehindANat(ulong seed)
    {
        var s = new Pair(seed, o =>
        {
            o.Nat = NatKind.FullCone;
            o.KeepTrace = true;
            o.Device.MaxDatagram = 640;
        });
        s.Connect();
        return s;
    }

    /// <summary>What went between the peer and the NAT's newest port.</summary>
    private static TraceEntry[] SinceTheNatForgot(Pair s)
    {
        TraceEntry[] way = s.World.Trace.Entries.Where(e => IsBetweenPeerAnd(e, Pair.NatHost)).ToArray();
        int port = way.Last(e => e.Kind == TraceKind.Delivered).Packet!.Source.Port;
        return [.. way.Where(e => e.Packet!.Source.Port == port || e.Packet.Destination.Port == port)];
    }

    private static bool IsBetweenPeerAnd(TraceEntry e, uint host)
    {
        return e.Packet != null && ((e.Kind == TraceKind.Delivered && e.Node == "peer" && e.Packet.Source.Host == host)
            || (e.Kind == TraceKind.Sent && e.Node == "peer" && e.Packet.Destination.Host == host));
    }

    private static bool IsProbe(TraceEntry e) => e.Info.Kind == DatagramKind.Heartbeat && e.Packet!.Payload[4] == 0;

    private static bool IsEcho(TraceEntry e) => e.Info.Kind == DatagramKind.Heartbeat && e.Packet!.Payload[4] == 1;

    /// <summary>At no moment has the peer sent more than three times what it got.</summary>
    private static void RequireThreeTimes(Pair s, TraceEntry[] way)
    {
        long received = 0;
        long sent = 0;
        foreach (TraceEntry e in way)
        {
            received += e.Kind == TraceKind.Delivered ? e.Info.Length : 0;
            sent += e.Kind == TraceKind.Sent ? e.Info.Length : 0;
            s.Require(sent <= 3 * received, $"sent {sent} bytes where {received} came from, at {e.Time}");
        }
    }

    /// <summary>Copies the device's datagrams and delivers them first, from its own address.</summary>
    private sealed class Forwarder(Pair s) : HostileNode(s.World, "thief", Scenario.MakeAddress(66))
    {
        private int _left;

        public void Forward(int count) => _left = count;

        protected override Verdict Watch(Packet packet)
        {
            if (packet.From == s.Device && packet.Info.IsUnderSessionKey && _left > 0)
            {
                _left--;
                Inject(new SimEndpoint(Host, 7), packet.Destination, packet.Bytes, World.Millisecond);
            }

            return Verdict.Pass;
        }
    }
}
