using Hoplink.Tests.Scenarios;
using Hoplink.Tests.Simulation;

namespace Hoplink.Tests.Attacks;

/// <summary>When a datagram comes again.</summary>
public enum Moment
{
    /// <summary>Before the datagram itself arrives, right after it, and again.</summary>
    AtOnce,

    /// <summary>Three seconds later, in the same epoch if it brought about no rekey.</summary>
    ThreeSecondsLater,

    /// <summary>Right after the next rekey.</summary>
    AfterRekey,

    /// <summary>When both ends have closed and answer no more.</summary>
    AfterTheEnd,

    /// <summary>In the link's next session.</summary>
    InTheNextSession,
}

/// <summary>Each type of datagram, recorded in both directions, comes again from each address and at each moment (2, 9.4, 13).</summary>
public sealed class ReplayOfEveryTypeTests : SimulationTest
{
    private const long Ms = World.Millisecond;

    /// <summary>All of them; a FIN or RST is the end of its session, so no rekey follows it there.</summary>
    public static TheoryData<DatagramKind, Origin, Moment> Cases()
    {
        var cases = new TheoryData<DatagramKind, Origin, Moment>();
        foreach (DatagramKind kind in Enum.GetValues<DatagramKind>().Where(k => k != DatagramKind.Malformed))
        {
            foreach (Origin origin in Enum.GetValues<Origin>())
            {
                foreach (Moment moment in Enum.GetValues<Moment>().Where(m => m != Moment.AfterRekey || !EndsSession(kind)))
                {
                    cases.Add(kind, origin, moment);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_changes_nothing(DatagramKind kind, Origin origin, Moment moment) // 2, 4.1, 5.2, 9.4, 13
    {
        Pair s = NewPair(((ulong)kind << 8) + ((ulong)origin << 4) + (ulong)moment);
        var attacker = new Attacker(s);
        var watch = new Unharmed(s, attacker);
        if (moment == Moment.AtOnce)
        {
            RepeatAtOnce(s, attacker, kind, origin);
        }

        s.Connect();
        s.Traffic(120, 50 * Ms);
        s.World.RunFor(World.Second);
        Provoke(s, kind);
        Packet[] old = attacker.SeenOf(kind);
        Assert.NotEmpty(old);
        if (moment == Moment.AtOnce)
        {
            RequireWell(s, watch, kind);
            return;
        }

        GoOnTo(s, kind, moment);
        watch = new Unharmed(s, attacker);
        if (!IsOver(s))
        {
            s.Traffic(60, 50 * Ms);
        }

        int before = Dropped(s);
        int sent = Repeat(attacker, old, origin);
        s.World.RunFor(5 * World.Second);
        s.Require(Dropped(s) > before, "no replay was counted");
        s.Require(Dropped(s) - before + watch.Answers.Count + 8 >= sent, $"{sent} replays, {Dropped(s) - before} dropped");
        if (IsOver(s))
        {
            s.Require(watch.Answers.All(p => p.Info.IsStatelessReset), "an answer that is no stateless reset");
            RequireStillOver(s);
        }
        else
        {
            watch.Require();
        }
    }

    private static bool EndsSession(DatagramKind kind) => kind is DatagramKind.Fin or DatagramKind.Rst;

    private static bool IsOver(Pair s) => s.Device.Link.State == LinkState.Closed;

    private static void RepeatAtOnce(Pair s, Attacker attacker, DatagramKind kind, Origin origin)
    {
        int left = 5;
        s.Network.Tap(p => p.Kind == kind && p.From is EndNode, packet =>
        {
            if (left-- > 0)
            {
                Packet copy = packet.Copy();
                foreach (long delay in new[] { Ms, 11 * Ms, 30 * Ms, 300 * Ms })
                {
                    attacker.Replay(copy, origin, delay);
                }
            }

            return Verdict.Pass;
        });
    }

    /// <summary>Has a datagram of the kind sent, and waits until what that leads to is over.</summary>
    private static void Provoke(Pair s, DatagramKind kind)
    {
        switch (kind)
        {
            case DatagramKind.TimeSyncRequest or DatagramKind.TimeSyncResponse:
                s.OnDevice((link, now) => link.Faults.JumpClock(300 * Ms, now));
                s.World.RunFor(35 * World.Second);
                break;
            case DatagramKind.Recovery:
                s.OnDevice((link, now) => link.Faults.JumpClock(-6 * World.Second, now));
                s.World.RunFor(20 * World.Second);
                break;
            case DatagramKind.RekeyRequest or DatagramKind.RekeyResponse:
                s.OnDevice((link, now) => link.ReportKeyCompromise(now));
                break;
            case DatagramKind.RepairRequest or DatagramKind.RepairResponse:
                using (s.Network.Tap(p => p.Kind == DatagramKind.Data && p.From == s.Peer && p.Info.Message == 30, _ => Verdict.Drop))
                {
                    s.World.RunFor(5 * World.Second);
                }

                break;
            case DatagramKind.Fin:
                FinishTraffic(s);
                s.Device.Close();
                break;
            case DatagramKind.Rst:
                FinishTraffic(s);
                s.OnPeer((link, now) => link.Abort(now));
                break;
        }

        s.World.RunFor(3 * World.Second);
    }

    private static void GoOnTo(Pair s, DatagramKind kind, Moment moment)
    {
        if (kind == DatagramKind.Fin && moment != Moment.InTheNextSession)
        {
            s.World.RunFor(moment == Moment.AfterTheEnd ? 12 * World.Second : 0);
            return;
        }

        if (kind == DatagramKind.Fin)
        {
            s.Device.Restart(Ms);
            s.World.RunFor(2 * Ms);
            s.Device.Connect();
        }

        FinishTraffic(s);
        switch (moment)
        {
            case Moment.AfterRekey:
                s.OnPeer((link, now) => link.ReportKeyCompromise(now));
                s.World.RunFor(2 * World.Second);
                break;
            case Moment.AfterTheEnd:
                s.Device.Close();
                s.World.RunFor(12 * World.Second);
                break;
            case Moment.InTheNextSession when !EndsSession(kind):
                ulong session = s.Device.Link.SessionId;
                s.ForgetSessions();
                s.AwaitOtherSession(session, World.Minute);
                break;
        }
    }

    private static void FinishTraffic(Pair s)
    {
        s.World.RunFor(6 * World.Second);
        s.RunUntilQuiet();
    }

    private static int Repeat(Attacker attacker, Packet[] old, Origin origin)
    {
        Packet[] first = old[..Math.Min(old.Length, 6)];
        for (int i = 0; i < 24; i++)
        {
            attacker.Replay(first[i % first.Length], origin, (1 + (i * 100)) * Ms);
        }

        return 24;
    }

    private static int Dropped(Pair s)
    {
        return s.Device.Link.Statistics.Drops.Total + s.Peer.Responder.Drops.Total + (s.PeerLink?.Statistics.Drops.Total ?? 0);
    }

    /// <summary>Of what came again while it was new: the end that it brings about comes once, and everything else is as ever.</summary>
    private static void RequireWell(Pair s, Unharmed watch, DatagramKind kind)
    {
        s.World.RunFor(World.Second);
        if (kind == DatagramKind.Fin)
        {
            s.Require(s.Device.Events.OfKind(LinkEventKind.Closed).Length == 1, "not closed once");
            RequireStillOver(s);
            return;
        }

        s.RunUntilQuiet();
        s.Checker.AssertAllDelivered();
        s.Require(s.Sessions() == (kind == DatagramKind.Rst ? 2 : 1), $"{s.Sessions()} sessions");
        watch.RequireAgreement();
    }

    private static void RequireStillOver(Pair s)
    {
        s.Require(s.Device.Link.State == LinkState.Closed && s.PeerLink!.State == LinkState.Closed, "somebody is not closed any more");
        s.Require(s.Peer.Responder.SessionCount == 0, "a session lives");
        s.Checker.AssertAllDelivered();
    }
}
