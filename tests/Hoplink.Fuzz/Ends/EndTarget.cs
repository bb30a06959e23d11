using Hoplink.Hopping;
using Hoplink.Wire;

namespace Hoplink.Fuzz.Ends;

/// <summary>
/// An end of a link, in one of some situations. Inputs without a valid tag must change nothing; after those with one, which only a malicious
/// peer or a thief of the keys can make, the link must live on or have ended as links end.
/// </summary>
internal sealed class EndTarget(string name, bool? peerIsVictim, params Situation[] situations) : FuzzTarget(name)
{
    private const int WindowsOfAMinute = 120;
    private const long MostUntilFlow = 15 * World.Minute;
    private const int TraceLines = 60;
    private const int StepsOfJunk = 400;
    private const int StepsOfPeer = 24;

    /// <summary>Called after each input, for tests.</summary>
    public Action<Inspector, Step>? Watch { get; init; }

    /// <summary>How far the inputs came in sessions that encrypt payloads.</summary>
    public Reach Encrypted { get; } = new();

    /// <summary>The same in sessions that do not.</summary>
    public Reach Plain { get; } = new();

    public override int Run(byte[] file)
    {
        Script script = Script.Read(file);
        bool atPeer = peerIsVictim ?? script.PeerIsVictim;
        Stage stage = Stage.Set(situations[script.Situation % situations.Length], atPeer, script.HasBudget, !script.IsPlain);
        var inspector = new Inspector(stage);
        var forge = new Forge(stage);
        object root = atPeer ? stage.Peer.Responder : stage.Device.Link;
        List<(System.Reflection.FieldInfo?, object?)>? before = IsJunk(script) ? DeepState.Of(root) : null;
        foreach (Step step in script.Steps)
        {
            if (step.Options.HasFlag(StepOptions.Wait))
            {
                Wait(stage, inspector);
            }

            Made made = forge.Make(step);
            bool mayBeGenuine = made.IsSealed || IsRecorded(stage, made.Wire) || forge.IsHandshake(made.Wire);
            bool endsStretch = before != null && mayBeGenuine;
            if (endsStretch)
            {
                RequireUnchanged(root, before);
            }

            inspector.Feed(made.Wire, step.Options.HasFlag(StepOptions.Stranger), mayBeGenuine);
            (script.IsPlain ? Plain : Encrypted).Count(made, inspector);
            Watch?.Invoke(inspector, step);
            before = endsStretch ? DeepState.Of(root) : before;
        }

        RequireUnchanged(root, before);
        if (script.GoesOn)
        {
            GoOn(stage);
        }

        return Math.Max(1, script.Steps.Count);
    }

    public override byte[] Generate(SimRandom random, int most)
    {
        bool isJunk = random.Chance(0.06);
        var script = new Script
        {
            Situation = (int)random.Below(situations.Length),
            PeerIsVictim = random.Chance(0.5),
            HasBudget = random.Chance(0.2),
            IsPlain = random.Chance(0.5),
            GoesOn = random.Chance(0.15),
        };
        int steps = (int)Math.Min(most, random.Between(1, 2 * (isJunk ? StepsOfJunk : StepsOfPeer)));
        var generator = new StepGenerator(random);
        for (int i = 0; i < steps; i++)
        {
            script.Steps.Add(generator.Next(isJunk, i == 0 ? null : script.Steps[^1]));
        }

        return script.Write();
    }

    public override IReadOnlyList<int> Cuts(byte[] file) => Script.Cuts(file);

    // Over all that came without a valid tag since the last look. Null: nobody has looked.
    private static void RequireUnchanged(object root, List<(System.Reflection.FieldInfo?, object?)>? before)
    {
        if (before != null && DeepState.Difference(before, DeepState.Of(root)) is { } difference)
        {
            throw new FuzzFailure($"datagrams without a valid tag changed {difference}");
        }
    }

    // All at one time, and nothing sealed.
    private static bool IsJunk(Script script)
    {
        return script.Steps.TrueForAll(step => (step.Options & (StepOptions.Seal | StepOptions.Wait)) == 0);
    }

    // Whoever was on the path can repeat it. The last bytes of a stateless reset are random and say nothing (13.3).
    private static bool IsRecorded(Stage stage, byte[] datagram)
    {
        bool isReset = datagram.Length == WireFormat.StatelessResetSize && datagram[WireFormat.TypeOffset] == (byte)PacketType.Reset;
        int length = isReset ? datagram.Length - WireFormat.TagSize : datagram.Length;
        return stage.Captured.Exists(c => c.Wire.Length == datagram.Length && c.Wire.AsSpan(0, length).SequenceEqual(datagram.AsSpan(0, length)));
    }

    private static void Wait(Stage stage, Inspector inspector)
    {
        Func<Packet, bool> heldBack = stage.HoldsBack;
        stage.HoldsBack = packet => packet.Number % 2 == 0;
        stage.Send(false, [1]);
        stage.Send(true, [2]);
        stage.World.RunFor(World.Second / 2);
        stage.HoldsBack = heldBack;
        inspector.CheckDeadline();
    }

    // Who holds the PSK can pose as the peer, and so name other hop ports in a SYN_ACK than it has: then only the rendezvous port is common.
    private static bool IsMisled(Stage stage)
    {
        HopSchedule? hops = stage.Device.Link.Session?.Epochs.Current.Hops;
        int first = stage.Peer.Options.HopFirst;
        int end = first + stage.Peer.Options.HopCount;
        return hops != null && Enumerable.Range(0, WindowsOfAMinute).Select(w => hops.PortOf(w)).Any(port => port < first || port >= end);
    }

    // Either the link has ended, and said so, or it delivers in both directions again.
    private static void GoOn(Stage stage)
    {
        stage.HoldsBack = _ => false;
        if (stage.Device.Link.State == LinkState.Idle)
        {
            stage.Device.Connect();
        }

        byte[] marker = new byte[] { 0x4D, 0x61, 0x72, 0x6B };
        var readers = new HashSet<EndNode>();
        stage.Device.MessageRead += (_, message) => Note(stage.Device, message);
        stage.Peer.MessageRead += (_, message) => Note(stage.Peer, message);
        for (long end = stage.World.Now + MostUntilFlow; stage.World.Now < end; stage.World.RunFor(5 * World.Second))
        {
            if (stage.Device.Link.State == LinkState.Closed)
            {
                bool isTold = stage.Device.Events.Has(LinkEventKind.Closed);
                _ = isTold ? isTold : throw new FuzzFailure("the link has ended and did not say so");
                return;
            }

            if (readers.Count == 2)
            {
                return;
            }

            stage.Send(false, marker);
            stage.Send(true, marker);
        }

        if (IsMisled(stage))
        {
            return;
        }

        throw new FuzzFailure(
            $"the link does not live on: device {stage.Device.Link.State}, peer {stage.PeerLink?.State}, {readers.Count} of 2 ends read\n{stage.World.DumpTrace(TraceLines)}");

        void Note(EndNode reader, byte[] message)
        {
            if (message.AsSpan().SequenceEqual(marker))
            {
                readers.Add(reader);
            }
        }
    }
}
