using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Hoplink.Peer.Chaos;
using Hoplink.Peer.Tests.Support;
using Hoplink.Wire;

namespace Hoplink.Peer.Tests.Attacks;

/// <summary>
/// The attacks of Hoplink.Tests.Attacks over real sockets. How fast they come depends on the machine, so only what must hold at any speed is
/// asked: counters, messages, and the session that lasts.
/// </summary>
public sealed class SocketAttackTests
{
    private readonly Stopwatch _since = Stopwatch.StartNew();

    [Fact]
    public void Everything_may_come_again_in_anybodys_name() // 2, 9.4, D9
    {
        using var s = new AttackedHost();
        int stranger = s.Proxy.AddStranger();
        s.RoundTrips(50);
        Sighting[] seen = s.Proxy.Seen;
        int windowed = seen.Count(p => p.ToPeer && p.IsWindowed);
        long atPeer = s.AllDrops();
        long atDevice = s.DropsAtDevice();
        foreach (Sighting old in seen)
        {
            s.Proxy.Send(old.ToPeer, old.Port, old.Bytes);
            if (old.ToPeer)
            {
                s.Proxy.SendAs(stranger, old.Port, old.Bytes);
            }
        }

        // Twice to the peer. What comes after a rekey that they start (D9) is of an old key, and no replay any more.
        s.Await(() => s.Drops(DropCause.Replay) > 0 && s.Drops(DropCause.RepeatedSyn) > 0, "replays to be counted");
        s.Await(() => s.AllDrops() - atPeer >= windowed, "half of the peer's to be counted");
        s.Await(() => s.DropsAtDevice() - atDevice >= seen.Count(p => !p.ToPeer) / 2, "half of the device's to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void What_was_recorded_means_nothing_to_a_later_session() // 2, 4.1, 13
    {
        using var s = new AttackedHost();
        int stranger = s.Proxy.AddStranger();
        s.RoundTrips(30);
        Sighting[] old = s.Proxy.Seen;
        s.ReplaceDevice();
        long unknown = s.Drops(DropCause.UnknownSession, DropCause.RateLimited);
        foreach (Sighting packet in old)
        {
            s.Proxy.Send(packet.ToPeer, packet.Port, packet.Bytes);
            if (packet.ToPeer)
            {
                s.Proxy.SendAs(stranger, packet.Port, packet.Bytes);
            }
        }

        // Twice each, so this is half.
        int sent = old.Count(p => p.ToPeer && p.IsWindowed);
        s.Await(() => s.Drops(DropCause.UnknownSession, DropCause.RateLimited) >= unknown + sent, "unknown sessions to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void What_an_end_sent_may_come_back_to_it() // 2
    {
        using var s = new AttackedHost();
        s.RoundTrips(20);
        Sighting[] seen = [.. s.Proxy.Seen.Where(p => p.Type != (byte)PacketType.Syn)];
        long atDevice = s.DropsAtDevice();
        foreach (Sighting packet in seen)
        {
            s.Proxy.Send(!packet.ToPeer, packet.Port, packet.Bytes);
        }

        int fromPeer = seen.Count(p => !p.ToPeer);
        s.Await(() => s.Drops(DropCause.BadTag, DropCause.FarSequence) >= fromPeer / 2, "half of the reflections to be counted");
        s.Await(() => s.DropsAtDevice() - atDevice >= (seen.Length - fromPeer) / 2, "half of the device's to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void Spliced_and_changed_datagrams_are_none() // 2
    {
        using var s = new AttackedHost();
        var random = new SplitMix(1);
        s.RoundTrips(20);
        Sighting[] seen = [.. s.Proxy.Seen.Where(p => p.IsWindowed)];
        long atPeer = s.AllDrops();
        long atDevice = s.DropsAtDevice();
        int toPeer = 0;
        const int Count = 400;
        for (int i = 0; i < Count; i++)
        {
            Sighting header = seen[random.Next() % (ulong)seen.Length];
            Sighting tag = seen[random.Next() % (ulong)seen.Length];
            byte[] bytes = (byte[])header.Bytes.Clone();
            tag.Bytes.AsSpan(tag.Bytes.Length - WireFormat.TagSize).CopyTo(bytes.AsSpan(bytes.Length - WireFormat.TagSize));
            bytes[random.Next() % (ulong)bytes.Length] ^= 1;
            s.Proxy.Send(header.ToPeer, header.Port, bytes);
            toPeer += header.ToPeer ? 1 : 0;
        }

        // Some are dropped by their headers alone.
        s.Await(() => s.AllDrops() - atPeer >= toPeer / 2, "half of the peer's to be counted");
        s.Await(() => s.Drops(DropCause.BadTag) >= toPeer / 4, "bad tags to be counted");
        s.Await(() => s.DropsAtDevice() - atDevice >= (Count - toPeer) / 2, "half of the device's to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void Every_tenth_datagram_changed_on_the_way_costs_no_message() // 2, 6.3
    {
        using var s = new AttackedHost();
        var random = new SplitMix(2);
        int n = 0;
        long before = s.AllDrops() + s.DropsAtDevice();
        s.Proxy.Meddle = packet =>
        {
            byte[] bytes = (byte[])packet.Bytes.Clone();
            bytes[random.Next() % (ulong)bytes.Length] ^= (byte)(++n % 10 == 0 ? 1 << (n / 10 % 8) : 0);
            return bytes;
        };
        s.RoundTrips(60);
        s.Proxy.Meddle = packet => packet.Bytes;
        Assert.True(n >= 120);
        s.Await(() => s.AllDrops() + s.DropsAtDevice() - before >= n / 20, "half of what was changed to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void What_is_dropped_held_up_and_repeated_between_costs_no_message() // 5.2, 6.3
    {
        using var s = new AttackedHost();
        var random = new SplitMix(6);
        var fates = new int[4];
        s.Proxy.Meddle = packet =>
        {
            ulong fate = random.Next() % 10;
            fates[fate is 0 or 2 ? fate : 3]++;
            if (fate == 2)
            {
                s.Proxy.Send(packet.ToPeer, packet.Port, packet.Bytes);
            }

            return fate == 0 ? null : packet.Bytes;
        };
        s.Proxy.HoldUp = _ =>
        {
            ulong fate = random.Next() % 10;
            fates[1] += fate == 1 ? 1 : 0;
            return TimeSpan.FromMilliseconds(fate == 1 ? 5 + (random.Next() % 200) : 0);
        };
        s.RoundTrips(80);
        s.Proxy.Meddle = packet => packet.Bytes;
        s.Proxy.HoldUp = _ => TimeSpan.Zero;
        Assert.All(fates, count => Assert.True(count >= 4, $"of a kind {count} only"));
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void What_comes_first_from_the_attackers_own_address_moves_nothing_for_good() // 5.2
    {
        using var s = new AttackedHost();
        int stranger = s.Proxy.AddStranger();
        int n = 0;
        int first = 0;
        s.Proxy.Meddle = packet =>
        {
            if (packet.ToPeer && packet.IsWindowed && ++n % 4 == 0)
            {
                // Well before the genuine one.
                first++;
                s.Proxy.SendAs(stranger, packet.Port, packet.Bytes);
            }

            return packet.Bytes;
        };
        s.Proxy.HoldUp = packet => TimeSpan.FromMilliseconds(packet.ToPeer && packet.IsWindowed && n % 4 == 0 ? 20 : 0);
        s.RoundTrips(60);
        s.Proxy.Meddle = packet => packet.Bytes;
        s.Proxy.HoldUp = _ => TimeSpan.Zero;
        Assert.True(first >= 10, $"{first} came first");
        s.Await(() => s.Drops(DropCause.Replay) >= first / 2, "the genuine ones to come too late");
        s.RequireUnharmed(_since.Elapsed);
        Assert.True(s.Proxy.BytesToStrangers > 0, "nothing went astray");

        // What was under way may still come.
        s.Await(
            () =>
            {
                long received = s.Proxy.BytesToStrangers;
                s.RoundTrips(20);
                return s.Proxy.BytesToStrangers == received;
            },
            "the last that went astray");
    }

    [Fact]
    public void Forged_ends_and_requests_in_either_name_end_nothing() // 9.5, 13
    {
        using var s = new AttackedHost();
        var random = new SplitMix(3);
        s.RoundTrips(5);
        (PacketType Type, byte SubType, byte Flags, int Length)[] forged =
        [
            (PacketType.Reset, 0, PacketFlags.Rst, ResetPayload.Size),
            (PacketType.Reset, 0, PacketFlags.Rst, WireFormat.ResetTokenSize),
            (PacketType.Control, SubType.Recovery, 0, RecoveryNotice.Size),
            (PacketType.Management, SubType.RekeyRequest, 0, RekeyRequest.Size),
            (PacketType.Management, SubType.RekeyResponse, 0, RekeyResponse.Size),
            (PacketType.Control, SubType.TimeSyncResponse, PacketFlags.Ack, TimeSyncResponse.Size),
        ];
        const int Count = 60;
        long atPeer = s.AllDrops();
        long atDevice = s.DropsAtDevice();
        for (int i = 0; i < 2 * Count; i++)
        {
            (PacketType type, byte subType, byte flags, int length) = forged[i / 2 % forged.Length];
            byte[] bytes = new byte[WireFormat.Overhead + length];
            for (int b = 0; b < bytes.Length; b++)
            {
                bytes[b] = (byte)random.Next();
            }

            bool isReset = length == WireFormat.ResetTokenSize;
            var header = new Header
            {
                Type = type,
                SubType = subType,
                Flags = flags,
                SessionId = s.Session,
                Sequence = isReset ? 0 : (uint)random.Next(),
                PayloadLength = length,
            };
            header.Write(bytes, 0);
            s.Proxy.Send(i % 2 == 0, AttackedHost.Port, bytes);
        }

        s.Await(() => s.AllDrops() - atPeer >= Count / 2, "half of the peer's to be counted");
        s.Await(() => s.DropsAtDevice() - atDevice >= Count / 2, "half of the device's to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void A_recorded_SYN_from_fifty_addresses_gets_no_answer() // 4.1
    {
        using var s = new AttackedHost();
        byte[] syn = s.Proxy.Seen.First(p => p.Type == (byte)PacketType.Syn).Bytes;
        int[] strangers = [.. Enumerable.Range(0, 50).Select(_ => s.Proxy.AddStranger())];
        const int Count = 1000;
        for (int i = 0; i < Count; i++)
        {
            s.Proxy.SendAs(strangers[i % strangers.Length], AttackedHost.Port, syn);
            if (i % 100 == 0)
            {
                s.RoundTrips(1);
            }
        }

        s.Await(() => s.Drops(DropCause.RepeatedSyn) >= Count / 2, "half of the recorded SYNs to be counted");
        s.RequireUnharmed(_since.Elapsed);
        Assert.Equal(0, s.Proxy.BytesToStrangers);
    }

    [Fact]
    public void A_hundred_thousand_junk_datagrams_as_fast_as_they_go_do_not_end_the_session() // 2, 8, D9
    {
        const int Count = 100_000;
        using var s = new AttackedHost();
        var random = new SplitMix(4);
        int stranger = s.Proxy.AddStranger();
        int events = s.Events();
        for (int i = 0; i < Count; i++)
        {
            byte[] junk = s.Proxy.MakeJunk(toPeer: true, random, out int port)!;
            if (i % 2 == 0)
            {
                s.Proxy.Send(true, port, junk);
            }
            else
            {
                s.Proxy.SendAs(stranger, port, junk);
            }

            // No more at once than a port's buffer holds, or how many arrive would be the machine's affair.
            if (i % 250 == 0)
            {
                s.RoundTrips(1);
            }
        }

        s.Await(() => s.Drops(DropCause.BadTag, DropCause.FarSequence) >= Count / 2, "half of the junk to be counted");
        s.RequireUnharmed(_since.Elapsed);
        Assert.Equal(0, s.Proxy.BytesToStrangers);

        // In 10 s each of three conditions begins and ends once, and a rekey has events of its own.
        Assert.InRange(s.Events() - events, 0, 20 * (1 + (int)(_since.Elapsed.TotalSeconds / 10)));
    }

    [Fact]
    public async Task Listen_prints_no_flood_of_lines_for_a_flood_of_junk() // D9
    {
        await using var peer = new Support.Peer(1, "--echo");
        IPAddress address = LoopbackAddress.Next();
        using var proxy = new HostileProxy(address, peer.Address, Support.Peer.Port, AttackedHost.HopPorts + 1);
        using var device = new TestDevice(address, Support.Peer.Port, peer.Keys[0]);
        device.Send("before");
        Assert.Equal("before", device.Receive());
        var random = new SplitMix(5);
        int lines = peer.Command.Output.Lines.Length;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] junk = proxy.MakeJunk(toPeer: true, random, out int port)!;
            proxy.Send(true, port, junk);
            if (i % 200 == 0)
            {
                device.Send($"{i}");
                Assert.Equal($"{i}", device.Receive());
            }
        }

        int printed = peer.Command.Output.Lines.Length - lines;
        Assert.InRange(printed, 0, 20 * (1 + (int)(_since.Elapsed.TotalSeconds / 10)));
        Assert.DoesNotContain(peer.Command.Output.Lines, line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString() == "terminated");
    }
}
