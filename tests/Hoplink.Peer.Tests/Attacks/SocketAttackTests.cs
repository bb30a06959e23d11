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
        foreach (Sighting old in seen)
        {
            s.Proxy.Send(old.ToPeer, old.Port, old.Bytes);
            if (old.ToPeer)
            {
                s.Proxy.SendAs(stranger, old.Port, old.Bytes);
            }
        }

        s.Await(() => s.Drops(DropCause.Replay) > 0 && s.Drops(DropCause.RepeatedSyn) > 0, "replays to be counted");
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
        long unknown = s.Drops(DropCause.UnknownSession) + s.Drops(DropCause.RateLimited);
        foreach (Sighting packet in old)
        {
            s.Proxy.Send(packet.ToPeer, packet.Port, packet.Bytes);
            if (packet.ToPeer)
            {
                s.Proxy.SendAs(stranger, packet.Port, packet.Bytes);
            }
        }

        s.Await(() => s.Drops(DropCause.UnknownSession) + s.Drops(DropCause.RateLimited) > unknown, "unknown sessions to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void What_an_end_sent_may_come_back_to_it() // 2
    {
        using var s = new AttackedHost();
        s.RoundTrips(20);
        foreach (Sighting packet in s.Proxy.Seen.Where(p => p.Type != (byte)PacketType.Syn))
        {
            s.Proxy.Send(!packet.ToPeer, packet.Port, packet.Bytes);
        }

        s.Await(() => s.Drops(DropCause.BadTag) + s.Drops(DropCause.FarSequence) > 0, "reflections to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void Spliced_and_changed_datagrams_are_none() // 2
    {
        using var s = new AttackedHost();
        var random = new SplitMix(1);
        s.RoundTrips(20);
        Sighting[] seen = [.. s.Proxy.Seen.Where(p => p.IsWindowed)];
        for (int i = 0; i < 400; i++)
        {
            Sighting header = seen[random.Next() % (ulong)seen.Length];
            Sighting tag = seen[random.Next() % (ulong)seen.Length];
            byte[] bytes = (byte[])header.Bytes.Clone();
            tag.Bytes.AsSpan(tag.Bytes.Length - WireFormat.TagSize).CopyTo(bytes.AsSpan(bytes.Length - WireFormat.TagSize));
            bytes[random.Next() % (ulong)bytes.Length] ^= 1;
            s.Proxy.Send(header.ToPeer, header.Port, bytes);
        }

        s.Await(() => s.Drops(DropCause.BadTag) > 0, "bad tags to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void Every_tenth_datagram_changed_on_the_way_costs_no_message() // 2, 6.3
    {
        using var s = new AttackedHost();
        var random = new SplitMix(2);
        int n = 0;
        s.Proxy.Meddle = packet =>
        {
            byte[] bytes = (byte[])packet.Bytes.Clone();
            bytes[random.Next() % (ulong)bytes.Length] ^= (byte)(++n % 10 == 0 ? 1 << (n / 10 % 8) : 0);
            return bytes;
        };
        s.RoundTrips(60);
        s.Proxy.Meddle = packet => packet.Bytes;
        s.Await(() => s.AllDrops() > 0, "drops to be counted");
        s.RequireUnharmed(_since.Elapsed);
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
        long counted = s.AllDrops();
        for (int i = 0; i < 120; i++)
        {
            (PacketType type, byte subType, byte flags, int length) = forged[i % forged.Length];
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

        s.Await(() => s.AllDrops() > counted, "forgeries to be counted");
        s.RequireUnharmed(_since.Elapsed);
    }

    [Fact]
    public void A_recorded_SYN_from_fifty_addresses_gets_no_answer() // 4.1
    {
        using var s = new AttackedHost();
        byte[] syn = s.Proxy.Seen.First(p => p.Type == (byte)PacketType.Syn).Bytes;
        int[] strangers = [.. Enumerable.Range(0, 50).Select(_ => s.Proxy.AddStranger())];
        for (int i = 0; i < 1000; i++)
        {
            s.Proxy.SendAs(strangers[i % strangers.Length], AttackedHost.Port, syn);
        }

        s.Await(() => s.Drops(DropCause.RepeatedSyn) > 0, "recorded SYNs to be counted");
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

            if (i % 1000 == 0)
            {
                s.RoundTrips(1);
            }
        }

        s.Await(() => s.Drops(DropCause.BadTag) > 0, "junk to be counted");
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
