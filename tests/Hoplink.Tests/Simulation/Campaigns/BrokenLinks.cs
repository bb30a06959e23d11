using System.Runtime.CompilerServices;
using Hoplink.Keys;
using Hoplink.Simulation.Campaigns;

namespace Hoplink.Tests.Simulation.Campaigns;

/// <summary>Links that break an invariant each, made by fault injection or behind the library's back.</summary>
internal static class BrokenLinks
{
    private const string OfANumber = nameof(Epoch.Number);

    /// <summary>The preset to run it under, and what to do to a pair before it starts.</summary>
    public static (string Preset, Action<Pair> Tamper) That(Invariant breaks)
    {
        return breaks switch
        {
            Invariant.Delivery => ("loss-30-bursts", LoseWhatIsNotAcknowledged),
            Invariant.Epochs => ("loss-2", NumberAnEpochWrongly),
            Invariant.PacketNumbers => ("loss-2", pair => OnceConnected(pair, 5, ForgetNumbers)),
            Invariant.Authentication => ("corrupt-30", ObeyForgeries),
            Invariant.Buffers => ("loss-2", pair => pair.Peer.Options.Link.MaxDatagram = 90),
            Invariant.Health => ("clean", pair => OnceConnected(pair, 90, link => link.Faults.JumpClock(2 * World.Second, pair.Device.Clock.Now))),
            Invariant.Liveness => ("loss-2", pair => pair.Network.Tap(p => p.From == pair.Peer && p.Kind == DatagramKind.Data, _ => Verdict.Drop)),
            _ => throw new ArgumentOutOfRangeException(nameof(breaks)),
        };
    }

    private static void OnceConnected(Pair pair, int seconds, Action<Link> change)
    {
        pair.World.After(seconds * World.Second, () => pair.Device.Drive(() => change(pair.Device.Link)));
    }

    // With encryption an end that knows what it has used would send nothing.
    private static void ForgetNumbers(Link link)
    {
        link.Faults.SetCountersBack(30);
        link.Session.Epochs.Current.KeystreamNext = long.MinValue;
    }

    private static void LoseWhatIsNotAcknowledged(Pair pair)
    {
        pair.World.Every(7 * World.Second, () =>
        {
            pair.Device.Drive(() => pair.Device.Link.Faults.ForgetSendHistory());
            return true;
        });
    }

    // By two, so that the key phase stays.
    private static void NumberAnEpochWrongly(Pair pair)
    {
        OnceConnected(pair, 5, _ => NumberOf(pair.PeerLink!.Session.Epochs.Current) += 2);
    }

    private static void ObeyForgeries(Pair pair)
    {
        pair.Device.Handling += packet =>
        {
            if (packet.IsAltered)
            {
                pair.Device.Link.Faults.JumpClock(1000, pair.Device.Clock.Now);
            }
        };
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = OfANumber)]
    private static extern ref uint NumberOf(Epoch epoch);
}
