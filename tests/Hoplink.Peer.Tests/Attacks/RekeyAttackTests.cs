using System.Diagnostics;
using Hoplink.Peer.Tests.Support;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Peer.Tests.Attacks;

/// <summary>An attacker on the path repeats the datagrams of real rekeys around them, over real sockets.</summary>
public sealed class RekeyAttackTests
{
    private const int Rounds = 3;

    private readonly Stopwatch _since = Stopwatch.StartNew();
    private readonly List<Sighting> _recorded = [];
    private int _repeats;
    private int _repeated;

    [Fact]
    public void Requests_and_responses_that_come_again_around_a_rekey_change_nothing() // 9.4, 12.2, 12.3
    {
        using var s = new AttackedHost();
        int stranger = s.Proxy.AddStranger();
        s.Proxy.Meddle = packet => Repeat(s.Proxy, stranger, packet);
        int asked = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            // The device asks, the peer asks, both ask at once.
            if (round != 2)
            {
                s.Device.Call((link, now) => Ask(link, now));
                asked++;
            }

            if (round != 1)
            {
                s.CallPeer((link, now) => Ask(link, now));
                asked++;
            }

            int rekeys = round;
            s.Await(() => s.Device.Count(LinkEventKind.Rekeyed) >= rekeys && s.Events(LinkEventKind.Rekeyed) >= rekeys, "a rekey");
        }

        // Some are answered again, two a second: the slower the machine, the more of all.
        s.Await(() => s.AllDrops() + s.DropsAtDevice() >= _repeated / 4, "a quarter of the repeats to be counted");
        s.Proxy.Meddle = packet => packet.Bytes;
        s.Await(() => s.AgreesOn(EpochOf(s)), "the ends to rest on one epoch");
        s.RequireUnharmed(_since.Elapsed, asked);

        // An attempt fails when its 10 s are over, and not before.
        int failed = s.Events(LinkEventKind.RungFailed) + s.Device.Count(LinkEventKind.RungFailed);
        Assert.InRange(failed, 0, 2 * (int)(_since.Elapsed.TotalSeconds / 10));
        Assert.True(_repeated >= 50, $"{_repeated} repeats");
    }

    private static bool Ask(Link link, long now)
    {
        link.ReportKeyCompromise(now);
        return true;
    }

    private static uint EpochOf(AttackedHost s) => s.Device.Call((link, _) => Inside.Epochs(link).Current.Number);

    /// <summary>
    /// What belongs to a rekey comes ten times, the genuine one among them, and again with what follows: in its sender's name, and to the
    /// peer from elsewhere too.
    /// </summary>
    private byte[] Repeat(HostileProxy proxy, int stranger, Sighting packet)
    {
        if (packet.Type == (byte)PacketType.Management && packet.Bytes[2] is SubType.RekeyRequest or SubType.RekeyResponse)
        {
            _recorded.Add(packet);
            for (int i = 0; i < 9; i++)
            {
                proxy.Send(packet.ToPeer, packet.Port, packet.Bytes);
                _repeated++;
            }
        }
        else if (_recorded.Count > 0)
        {
            Sighting old = _recorded[_repeats++ % _recorded.Count];
            proxy.Send(old.ToPeer, old.Port, old.Bytes);
            _repeated++;
            if (old.ToPeer)
            {
                proxy.SendAs(stranger, old.Port, old.Bytes);
                _repeated++;
            }
        }

        return packet.Bytes;
    }
}
