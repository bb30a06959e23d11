using Hoplink.Keys;
using Hoplink.Recovery;
using Hoplink.Wire;

namespace Hoplink.Tests.Scenarios;

/// <summary>What several scenarios do with a pair, or ask of it.</summary>
internal static class Scenario
{
    public static readonly SimEndpoint Rendezvous = new(Pair.PeerHost, Parameters.SpecConstants.DefaultRendezvousPort);

    /// <summary>The pre-shared key that the pair made from its seed.</summary>
    public static byte[] Psk(this Pair s) => s.World.Random("psk").Bytes(PskKeys.PskSize);

    /// <summary>Throws, with seed and trace, unless something holds: for runs over many seeds.</summary>
    public static void Require(this Pair s, bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new SimulationException(s.World, otherwise);
        }
    }

    /// <summary>Copies of what is sent from now on, as its sender sent it.</summary>
    public static List<Packet> Record(this World world, Func<Packet, bool> filter)
    {
        var packets = new List<Packet>();
        world.Network.Sent += packet =>
        {
            if (filter(packet))
            {
                packets.Add(packet.Copy());
            }
        };
        return packets;
    }

    /// <summary>Copies of the datagrams of one kind that are sent from now on.</summary>
    public static List<Packet> Record(this Pair s, DatagramKind kind) => s.World.Record(p => p.Kind == kind);

    public static int DeviceDrops(this Pair s, DropCause cause) => s.Device.Link.Statistics.Drops.Of(cause);

    /// <summary>What the peer dropped: with no link to put it to, and in its present link.</summary>
    public static int PeerDrops(this Pair s, DropCause cause)
    {
        return s.Peer.Responder.Drops.Of(cause) + (s.PeerLink?.Statistics.Drops.Of(cause) ?? 0);
    }

    /// <summary>How far the device's session clock is ahead of the peer's, us.</summary>
    public static long ClockError(this Pair s)
    {
        return s.Device.Link.Session.ReadClock(s.Device.Clock.Now) - s.PeerLink!.Session.ReadClock(s.Peer.Clock.Now);
    }

    public static void OnDevice(this Pair s, Action<Link, long> call) => s.Device.Drive(() => call(s.Device.Link, s.Device.Clock.Now));

    public static void OnPeer(this Pair s, Action<Link, long> call) => s.Peer.Drive(() => call(s.PeerLink!, s.Peer.Clock.Now));

    public static void On(this Pair s, bool device, Action<Link, long> call)
    {
        if (device)
        {
            s.OnDevice(call);
        }
        else
        {
            s.OnPeer(call);
        }
    }

    /// <summary>Nothing comes through either way any more.</summary>
    public static void Cut(this Pair s) => s.EachWay(lane => lane.Blackhole = true);

    public static void Heal(this Pair s) => s.EachWay(lane => lane.Heal());

    /// <summary>Both ends lose their session without a word; the links stay.</summary>
    public static void ForgetSessions(this Pair s)
    {
        s.OnPeer((link, now) => link.Faults.ForgetSession(now));
        s.OnDevice((link, now) => link.Faults.ForgetSession(now));
    }

    /// <summary>Runs until the ends are connected in another session than this one.</summary>
    public static void AwaitOtherSession(this Pair s, ulong session, long limit)
    {
        s.Await(() => s.IsConnected && s.Device.Link.SessionId != session, limit, "no new session");
    }

    public static void RequireNoRung(this Pair s)
    {
        RecoveryLevel[] rungs = [.. s.Device.Events.Rungs(), .. s.Peer.Events.Rungs()];
        s.Require(rungs.Length == 0, "rungs ran: " + string.Join(", ", rungs));
    }

    /// <summary>Sessions that the device has had.</summary>
    public static int Sessions(this Pair s) => s.Device.Events.OfKind(LinkEventKind.Connected).Length;

    public static uint MakeAddress(int last) => SimEndpoint.Address(198, 51, 100, (byte)last);
}
