using System.Runtime.CompilerServices;
using Hoplink.Routing;

namespace Hoplink.Tests.Scenarios;

/// <summary>
/// A link remembers until when nothing is due, and a session until when nothing but messages is, so that polls cost a device little. What
/// they remember has to be what they would find anew.
/// </summary>
public sealed class QuietLinkTests(ITestOutputHelper log)
{
    private const int Turns = 4000;

    private readonly Datagram _datagram = new(1232);

    [Fact]
    public void On_a_good_network_what_is_remembered_is_what_would_be_found()
    {
        Run(s => s.EachWay(lane => lane.Loss = 0), (_, _) => { });
    }

    [Fact]
    public void On_a_bad_network_with_every_fault_what_is_remembered_is_what_would_be_found()
    {
        Run(
            s => s.EachWay(lane =>
            {
                lane.Loss = 0.1;
                lane.Corruption = 0.02;
                lane.Duplication = 0.05;
                lane.Reordering = 0.05;
                lane.ReorderingDelay = 30 * World.Millisecond;
            }),
            Break);
    }

    private static void Break(Pair s, Random random)
    {
        if (random.Next(30) == 0)
        {
            s.Nat!.Rebind();
        }

        if (random.Next(100) != 0 || !s.IsConnected)
        {
            return;
        }

        bool device = random.Next(2) == 0;
        int fault = random.Next(8);
        s.On(device, (link, now) =>
        {
            _ = fault switch
            {
                0 => link.Faults.JumpClock(700_000, now),
                1 => link.Faults.DropReorderBuffer(),
                2 => link.Faults.DamageSessionKey(),
                3 => link.Faults.Terminate(now),
                4 => link.Faults.Mute(600_000, now),
                5 => link.Faults.Deafen(600_000, now),
                6 => link.Faults.CorruptState(now),
                _ => link.Faults.ForgetSession(now),
            };
            if (fault == 0)
            {
                link.ReportKeyCompromise(now);
            }
        });
    }

    private void Run(Action<Pair> prepare, Action<Pair, Random> disturb)
    {
        int seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var s = new Pair((ulong)seed, o => o.Nat = NatKind.PortRestricted);
        s.Connect();
        prepare(s);
        int calm = 0;
        for (int turn = 0; turn < Turns; turn++)
        {
            if (random.Next(4) == 0)
            {
                s.Traffic(random.Next(1, 4));
            }

            disturb(s, random);
            s.World.RunFor(random.Next(1, 60_000));
            calm += Compare(s, s.Device.Link, s.Device.Clock.Now, isExact: true) ? 1 : 0;
            if (s.PeerLink != null)
            {
                Compare(s, s.PeerLink, s.Peer.Clock.Now, isExact: false);
            }
        }

        // Or nothing was compared.
        s.Require(calm > Turns / 20, $"calm in {calm} turns only");
    }

    /// <summary>True if the session was calm.</summary>
    private bool Compare(Pair s, Link link, long now, bool isExact)
    {
        long quietUntil = QuietUntil(link);
        long remembered = link.NextDeadline;
        bool calm = link.Session is { IsCalm: true };
        QuietUntil(link) = 0;
        if (calm)
        {
            CalmUntil(link.Session) = 0;
            s.Require(link.PollJob() == null, "a job waits in a calm session");
        }

        long found = link.NextDeadline;

        // R hears of its peer with each datagram and looks at its silence when that was to end: it may wake too soon, never too late.
        s.Require(isExact ? remembered == found : remembered <= found, $"due at {remembered} as remembered, at {found} as found");
        s.Require(now >= quietUntil || !link.PollTransmit(_datagram, now), "a datagram waits in a quiet link");
        return calm;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_quietUntil")]
    private static extern ref long QuietUntil(Link link);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_calmUntil")]
    private static extern ref long CalmUntil(Session session);
}
