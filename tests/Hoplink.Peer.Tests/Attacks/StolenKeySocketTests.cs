using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Hoplink.Peer.Chaos;
using Hoplink.Wire;

namespace Hoplink.Peer.Tests.Attacks;

/// <summary>Somebody between holds the session key of one epoch, over real sockets (1, 12).</summary>
public sealed class StolenKeySocketTests
{
    private const byte Acked = PacketFlags.Ack;

    private static readonly (PacketType Type, byte SubType, byte Flags, int Length)[] _underSessionKey =
    [
        (PacketType.Data, 0, Acked | PacketFlags.Psh, DataPayload.HeaderSize + 20),
        (PacketType.Ack, 0, Acked, AckPayload.Size),
        (PacketType.Fin, 0, Acked | PacketFlags.Fin, FinPayload.Size),
        (PacketType.Heartbeat, 0, Acked, HeartbeatPayload.Size),
        (PacketType.Control, SubType.TimeSyncRequest, Acked, TimeSyncRequest.Size),
        (PacketType.Control, SubType.TimeSyncResponse, Acked, TimeSyncResponse.Size),
        (PacketType.Management, SubType.RepairRequest, Acked, RepairRequest.Size),
    ];

    private readonly Stopwatch _since = Stopwatch.StartNew();

    [Fact]
    public void Until_the_next_rekey_he_reads_all_and_what_he_forges_is_taken() // 2, 14
    {
        using var s = new AttackedHost();
        var thief = new SocketThief(s.Device.KeyBlock);
        s.RoundTrips(20);
        Sighting[] seen = [.. s.Proxy.Seen.Where(p => p.IsWindowed)];
        Assert.All(seen, p => Assert.True(thief.Opens(p)));
        Sighting[] data = [.. seen.Where(p => p.Type == (byte)PacketType.Data)];
        foreach (bool toPeer in new[] { true, false })
        {
            IEnumerable<byte[]> messages = data.Where(p => p.ToPeer == toPeer).Select(p => thief.Read(p)[DataPayload.HeaderSize..]);
            HashSet<string> read = [.. messages.Select(Encoding.ASCII.GetString)];
            Assert.Equal(Enumerable.Range(0, s.Sent).Select(i => $"message {i}").ToHashSet(), read);
        }

        // The wire shows none of it to anybody else.
        Assert.All(data, p => Assert.True(p.Bytes.AsSpan().IndexOf("message"u8) < 0));

        // A message of his under the number of the device's next one: the application reads it, and here sends it back.
        byte[] payload = [.. new byte[DataPayload.HeaderSize], .. "forged"u8];
        BinaryPrimitives.WriteInt32BigEndian(payload, s.Sent);
        payload[5] = 60;
        Sighting last = data.Last(p => p.ToPeer);
        s.Proxy.Send(true, last.Port, thief.Forge(last, 50, PacketType.Data, 0, Acked | PacketFlags.Psh, payload));
        Assert.Equal("forged", s.Device.Receive());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Once_a_rekey_is_complete_the_key_opens_and_makes_nothing(bool byDevice) // 12
    {
        using var s = new AttackedHost();
        var random = new SplitMix(8);
        var thief = new SocketThief(s.Device.KeyBlock);
        s.RoundTrips(10);
        Sighting up = s.Proxy.Seen.Last(p => p.ToPeer && p.IsWindowed);
        Sighting down = s.Proxy.Seen.Last(p => !p.ToPeer && p.IsWindowed);
        Assert.True(thief.Opens(up) && thief.Opens(down));
        if (byDevice)
        {
            s.Device.Call(Rekey);
        }
        else
        {
            s.CallPeer(Rekey);
        }

        s.Await(() => s.IsAtRest(1), "the old key to be gone");
        int seen = s.Proxy.Seen.Length;
        long atPeer = s.Drops(DropCause.BadTag);
        long atDevice = s.DropsAtDevice();
        int forged = 0;
        foreach (uint ahead in new uint[] { 1, 5, 40, 300, 4000 })
        {
            foreach ((PacketType type, byte subType, byte flags, int length) in _underSessionKey)
            {
                byte[] payload = new byte[length];
                for (int i = 4; i < length; i++)
                {
                    payload[i] = (byte)random.Next();
                }

                // Of the new epoch by its header: a tag is computed.
                byte phase = (byte)(flags | PacketFlags.KeyPhase);
                s.Proxy.Send(true, up.Port, thief.Forge(up, ahead, type, subType, phase, payload));
                s.Proxy.Send(false, down.Port, thief.Forge(down, ahead, type, subType, phase, payload));
                forged++;
            }

            s.RoundTrips(1);
        }

        s.Await(() => s.Drops(DropCause.BadTag) - atPeer >= forged / 2, "half of the peer's to be counted");
        s.Await(() => s.DropsAtDevice() - atDevice >= forged / 2, "half of the device's to be counted");
        s.RequireUnharmed(_since.Elapsed, rekeysAskedFor: 1);
        Sighting[] later = [.. s.Proxy.Seen.Skip(seen).Where(p => p.IsWindowed)];
        Assert.True(later.Length >= 20);
        Assert.All(later, p => Assert.False(thief.Opens(p)));
    }

    private static bool Rekey(Link link, long now)
    {
        link.ReportKeyCompromise(now);
        return true;
    }
}
