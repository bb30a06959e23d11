using Hoplink.Keys;
using Hoplink.Parameters;
using Hoplink.Recovery;

namespace Hoplink.Fuzz.Ends;

/// <summary>A datagram as it was sent, and before it was encrypted.</summary>
internal readonly record struct Captured(byte[] Wire, byte[] Plain);

/// <summary>
/// A device and a peer in a <see cref="Situation"/>, always the same for the same choice. One of them, the victim, gets what a fuzzer makes;
/// what the other sends to it can be held back.
/// </summary>
internal sealed class Stage
{
    private const int HopPorts = 32;
    private const int MostCaptured = 64;
    private const int ReorderLimit = 5;

    private readonly Dictionary<DatagramKind, byte[]> _asked = [];

    private Stage(Situation situation, bool peerIsVictim, bool hasBudget, bool isEncrypted)
    {
        World = new World(1);
        byte[] psk = World.Random("psk").Bytes(PskKeys.PskSize);
        Psk = new PskKeys(SimCrypto.Create(World.Random("stage")), psk);
        var options = new ResponderOptions { HopCount = HopPorts };
        options.Link.FaultInjection = true;

        // Below what is under way at Busy, so that it is reached there.
        options.Link.ReorderLimit = ReorderLimit;
        Peer = new PeerNode(World, "peer", Pair.PeerHost, options) { JobMicros = World.Millisecond };
        Peer.AddKey(psk);
        LinkOptions device = LinkOptions.Device();
        device.Iterations = 1;
        device.FaultInjection = true;
        device.ReorderLimit = ReorderLimit;
        device.Encryption = isEncrypted ? PayloadEncryption.Offered : PayloadEncryption.Off;
        device.BadTagsPerSecond = hasBudget ? device.BadTagsPerSecond : 0;
        Device = new DeviceNode(World, "device", Pair.DeviceHost, device, psk, Pair.PeerHost) { JobMicros = World.Millisecond };
        Situation = situation;
        Victim = peerIsVictim ? Peer : Device;
        Other = peerIsVictim ? Device : Peer;
        _ = new WireRules(World);
        World.Network.Sent += OnSent;
        World.Network.Tap(packet => packet.To == Victim, packet => HoldsBack(packet) ? Verdict.Drop : Verdict.Pass);
    }

    public World World { get; }

    public DeviceNode Device { get; }

    public PeerNode Peer { get; }

    public EndNode Victim { get; }

    public EndNode Other { get; }

    public Situation Situation { get; }

    public PskKeys Psk { get; }

    /// <summary>Which datagrams to the victim do not arrive.</summary>
    public Func<Packet, bool> HoldsBack { get; set; } = _ => false;

    /// <summary>What the other end has sent to the victim last, oldest first.</summary>
    public List<Captured> Captured { get; } = [];

    /// <summary>The newest SYN.</summary>
    public byte[]? Syn { get; private set; }

    /// <summary>The packet number that the other end would use next.</summary>
    public uint NextSequence { get; set; }

    public bool PeerIsVictim => Victim == Peer;

    /// <summary>The victim's end of the link; null at a peer that has none.</summary>
    public Link? VictimLink => PeerIsVictim ? PeerLink : Device.Link;

    public Link? PeerLink => Peer.Links.GetValueOrDefault(Psk.KeyId);

    public bool IsConnected => Device.IsConnected && PeerLink?.State == LinkState.Connected && PeerLink.SessionId == Device.Link.SessionId;

    /// <summary>Sets the stage.</summary>
    public static Stage Set(Situation situation, bool peerIsVictim, bool hasBudget, bool isEncrypted, Action<Stage>? watch = null)
    {
        var stage = new Stage(situation, peerIsVictim, hasBudget, isEncrypted);
        watch?.Invoke(stage);
        stage.Arrange();
        return stage;
    }

    /// <summary>What the victim sent last of a kind, in plain: it waits for the answer. Of HEARTBEAT, probes only.</summary>
    public byte[]? Asked(DatagramKind kind) => _asked.GetValueOrDefault(kind);

    /// <summary>Does something to the victim's link as its host would.</summary>
    public void Drive(Action<Link, long> call) => Victim.Drive(() => call(VictimLink!, Victim.Clock.Now));

    /// <summary>Sends a message from one end, if its link takes any.</summary>
    public SendStatus? Send(bool fromPeer, byte[] message) => fromPeer ? Peer.Send(Psk.KeyId, message) : Device.Send(message);

    private void OnSent(Packet packet)
    {
        if (packet.Kind == DatagramKind.Syn)
        {
            Syn = packet.Bytes;
        }

        if (packet.From == Victim)
        {
            byte[] plain = Forge.PlainOf(packet);
            if (packet.Kind != DatagramKind.Heartbeat || !Forge.IsEcho(plain))
            {
                _asked[packet.Kind] = plain;
            }

            return;
        }

        if (packet.Info.IsUnderSessionKey || packet.Info.IsUnderRecoveryKey)
        {
            NextSequence = packet.Info.Sequence + 1;
        }

        Captured.Add(new Captured(packet.Bytes, Forge.PlainOf(packet)));
        if (Captured.Count > MostCaptured)
        {
            Captured.RemoveAt(0);
        }
    }

    private void Await(Func<bool> condition)
    {
        if (!World.RunUntil(condition, World.Minute))
        {
            throw new InvalidOperationException($"the stage cannot be set to {Situation}");
        }
    }

    private void Arrange()
    {
        if (Situation == Situation.Untouched)
        {
            return;
        }

        if (Situation <= Situation.HalfOpen)
        {
            ArrangeHandshake();
            return;
        }

        Device.Connect();
        Await(() => IsConnected);
        SendMessages(3);
        World.RunFor(2 * World.Second);
        switch (Situation)
        {
            case Situation.Idle:
                break;
            case Situation.Busy:
                ArrangeHole();
                SendMessages(4);
                World.RunFor(15 * World.Millisecond);
                break;
            case Situation.Probing:
                ArrangeProbe();
                break;
            case Situation.Closing:
            case Situation.PeerClosing:
            case Situation.Closed:
            case Situation.Terminated:
            case Situation.Forgotten:
                ArrangeEnd();
                break;
            default:
                ArrangeRung();
                break;
        }

        HoldsBack = _ => true;
    }

    private void ArrangeHandshake()
    {
        bool isHalfOpen = Situation == Situation.HalfOpen;
        HoldsBack = packet => !isHalfOpen || packet.Kind is not (DatagramKind.Syn or DatagramKind.SynAck);
        bool reachesPeer = isHalfOpen || !PeerIsVictim;
        Device.Connect();
        if (isHalfOpen && !PeerIsVictim)
        {
            // At the device: it is connected, and hears nothing more.
            Await(() => Device.IsConnected);
        }
        else
        {
            World.RunFor(reachesPeer ? 200 * World.Millisecond : 100 * World.Millisecond);
        }

        HoldsBack = _ => true;
    }

    // One message is lost for good, those after it arrive.
    private void ArrangeHole()
    {
        uint lost = VictimLink!.Inbox.NextExpected;
        HoldsBack = packet => packet.Kind == DatagramKind.Data && packet.Info.Message == lost;
        SendMessages(4);
        Await(() => VictimLink!.Inbox.Held > 0);
    }

    // The device probes by itself after a while, the peer once its device comes from another port.
    private void ArrangeProbe()
    {
        HoldsBack = packet => packet.Kind == DatagramKind.Heartbeat;
        _asked.Remove(DatagramKind.Heartbeat);
        if (PeerIsVictim)
        {
            Device.LocalPort++;
            Send(false, [1]);
        }

        Await(() => Asked(DatagramKind.Heartbeat) != null);
    }

    private void ArrangeRung()
    {
        DatagramKind[] answers = [DatagramKind.TimeSyncResponse, DatagramKind.RepairResponse, DatagramKind.RekeyResponse];
        switch (Situation)
        {
            case Situation.Resyncing:
                HoldsBack = packet => answers.Contains(packet.Kind);
                long jump = PeerIsVictim ? 7 * World.Second : World.Second;
                Device.Drive(() => Device.Link.Faults.JumpClock(jump, Device.Clock.Now));
                SendMessages(6);
                Await(() => Device.Link.Level != RecoveryLevel.None || PeerLink!.Level != RecoveryLevel.None);
                break;
            case Situation.Repairing:
                ArrangeHole();
                uint lost = VictimLink!.Inbox.NextExpected;
                HoldsBack = packet => answers.Contains(packet.Kind) || (packet.Kind == DatagramKind.Data && packet.Info.Message == lost);
                Await(() => VictimLink!.Level == RecoveryLevel.SequenceRepair);
                break;
            case Situation.Rekeying:
                HoldsBack = _ => true;
                Drive((link, now) => link.ReportKeyCompromise(now));
                break;
            default:
                HoldsBack = packet => packet.Kind != DatagramKind.RekeyRequest;
                Link other = PeerIsVictim ? Device.Link : PeerLink!;
                Other.Drive(() => other.ReportKeyCompromise(Other.Clock.Now));
                Await(() => VictimLink!.Session!.Epochs.NewestStaged() != null);
                break;
        }

        World.RunFor(50 * World.Millisecond);
    }

    private void ArrangeEnd()
    {
        Link other = PeerIsVictim ? Device.Link : PeerLink!;
        switch (Situation)
        {
            case Situation.Closing:
                HoldsBack = _ => true;
                Drive((link, now) => link.Close(now));
                break;
            case Situation.PeerClosing:
                HoldsBack = _ => true;
                Other.Drive(() => other.Close(Other.Clock.Now));
                break;
            case Situation.Closed:
                Drive((link, now) => link.Close(now));
                Await(() => VictimLink!.State == LinkState.Closed && other.State == LinkState.Closed);
                break;
            case Situation.Terminated:
                HoldsBack = _ => true;
                Drive((link, now) => link.Abort(now));
                break;
            default:
                HoldsBack = _ => true;
                Drive((link, now) => link.Faults.ForgetSession(now));
                break;
        }

        World.RunFor(50 * World.Millisecond);
    }

    private void SendMessages(int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] message = [(byte)i, 1, 2, 3, 4, 5, 6, 7];
            Send(false, message);
            Send(true, message);
        }
    }
}
