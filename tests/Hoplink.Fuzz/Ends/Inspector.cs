using Hoplink.Parameters;
using Hoplink.Routing;
using Hoplink.Simulation.Campaigns;
using Hoplink.Wire;

namespace Hoplink.Fuzz.Ends;

/// <summary>Hands inputs to the victim of a stage and holds it to what the protocol promises of any input.</summary>
internal sealed class Inspector
{
    // What one input may bring about: everything in a window of 64 messages sent again, an answer to each, and a rung's change of level.
    private const int MostDatagrams = 200;
    private const int MostEvents = 64;
    private const int MostTurns = 400;
    private const int MostTimeouts = 16;

    private static readonly SimEndpoint _stranger = new(SimEndpoint.Address(192, 0, 2, 66), 6666);

    private readonly Stage _stage;
    private readonly Arrival _arrival = new();
    private readonly List<Packet> _sent = [];
    private readonly int[] _drops = new int[(int)DropCause.Duplicate + 1];
    private readonly int[] _dropsAfter = new int[(int)DropCause.Duplicate + 1];
    private long _countedAt;
    private int _events;
    private int _turns;
    private byte[] _buffer = new byte[2048];

    public Inspector(Stage stage)
    {
        _stage = stage;
        stage.World.Network.Sent += OnSent;
        stage.Victim.EventPolled += _ =>
        {
            StartCounts();
            Limit(++_events, MostEvents, "events");
        };
        stage.Victim.Stepped += () =>
        {
            StartCounts();
            Limit(++_turns, MostTurns, "turns of its host");
        };
    }

    /// <summary>Bytes that the last input made the victim's library allocate on the way in.</summary>
    public long Allocated { get; private set; }

    /// <summary>The last input had no valid tag.</summary>
    public bool WasJunk { get; private set; }

    /// <summary>Why the last input was dropped.</summary>
    public DropCause Cause { get; private set; }

    /// <summary>Messages that the last input let the victim hand on.</summary>
    public uint Advance { get; private set; }

    /// <summary>Hands in a datagram.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="isStranger">It comes from an address that nobody has heard of.</param>
    /// <param name="mayBeGenuine">It may have a valid tag: then it may change what it likes.</param>
    public void Feed(byte[] datagram, bool isStranger, bool mayBeGenuine)
    {
        // In the middle of a buffer that holds other bytes, as a host may hand it in.
        int offset = datagram.Length % 5;
        if (_buffer.Length < offset + datagram.Length)
        {
            _buffer = new byte[offset + datagram.Length];
        }

        datagram.CopyTo(_buffer, offset);
        Source(isStranger).CopyTo(_arrival.Remote);
        _arrival.LocalPort = _stage.PeerIsVictim ? _stage.Peer.Options.Link.RendezvousPort : 0;
        _countedAt = -1;
        StartCounts();
        _stage.Victim.Drive(() => Handle(offset, datagram.Length, mayBeGenuine));
        CheckAnswers(datagram.Length, mayBeGenuine);
        CheckDeadline();
        CheckLimits();
    }

    /// <summary>No deadline stays due once it was handled: that would be a host that spins for ever.</summary>
    public void CheckDeadline()
    {
        for (int i = 0; _stage.Victim.IsTimerDue; i++)
        {
            Limit(i, MostTimeouts, "timeouts at one time");
            _stage.Victim.Drive(HandleTimeout);
        }
    }

    private void Handle(int offset, int count, bool mayBeGenuine)
    {
        long now = _stage.Victim.Clock.Now;
        VictimState before = VictimState.Of(_stage);
        Link? link = _stage.VictimLink;
        uint expected = link?.Inbox.NextExpected ?? 0;
        CountDrops(link, _drops);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        if (_stage.PeerIsVictim)
        {
            _stage.Peer.Responder.HandleDatagram(_buffer, offset, count, _arrival, now);
        }
        else
        {
            _stage.Device.Link.HandleDatagram(_buffer, offset, count, _arrival, now);
        }

        Allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        VictimState after = VictimState.Of(_stage);
        Advance = link == null ? 0 : link.Inbox.NextExpected - expected;
        Cause = NewDrop(link);
        int drops = after.Drops - before.Drops;
        WasJunk = !mayBeGenuine;
        if (drops is < 0 or > 1)
        {
            throw new FuzzFailure($"one datagram was counted as {drops} drops");
        }

        if (mayBeGenuine)
        {
            return;
        }

        if (drops != 1)
        {
            throw new FuzzFailure($"a datagram without a valid tag was not counted as dropped: {before.Ends}");
        }

        if (after.Ends != before.Ends)
        {
            throw new FuzzFailure($"a datagram without a valid tag changed {before.Ends} to {after.Ends}");
        }
    }

    private void CountDrops(Link? link, int[] counts)
    {
        for (int cause = 0; cause < counts.Length; cause++)
        {
            counts[cause] = (link?.Statistics.Drops.Of((DropCause)cause) ?? 0)
                + (_stage.PeerIsVictim ? _stage.Peer.Responder.Drops.Of((DropCause)cause) : 0);
        }
    }

    private DropCause NewDrop(Link? link)
    {
        CountDrops(link, _dropsAfter);
        return (DropCause)Enumerable.Range(0, _drops.Length).FirstOrDefault(i => _dropsAfter[i] != _drops[i]);
    }

    // 2, 13.3: unauthenticated input provokes a stateless reset, shorter than itself, and nothing else. What it may bring about by way of the
    // conditions is the start of an L3 (8, D9).
    private void CheckAnswers(int length, bool mayBeGenuine)
    {
        if (mayBeGenuine)
        {
            return;
        }

        int resets = _sent.Count(packet => packet.Info.IsStatelessReset);
        bool isShorter = _sent.TrueForAll(packet => !packet.Info.IsStatelessReset || packet.Info.Length < length);
        bool onlyAllowed = _sent.TrueForAll(packet => packet.Info.IsStatelessReset || packet.Kind == DatagramKind.RekeyRequest);
        if (resets > 1 || !isShorter || !onlyAllowed)
        {
            throw new FuzzFailure($"a datagram of {length} bytes without a valid tag was answered by {string.Join("; ", _sent.Select(p => p.Info))}");
        }
    }

    private void CheckLimits()
    {
        if (_stage.VictimLink is not { } link)
        {
            return;
        }

        LinkOptions options = link.Options;
        bool holds = link.Inbox.Held + link.Inbox.Unread <= options.ReceiveWindow && link.Inbox.Held <= options.ReorderLimit
            && link.Outbox.Count <= options.SendCapacity && (link.Session == null || link.Session.Epochs.Count <= 6);
        if (!holds)
        {
            throw new FuzzFailure("a buffer is over its limit");
        }

        // What was never sent cannot have been acknowledged (2).
        if (!link.Outbox.IsConsistent || SerialNumber.IsNewer(link.Outbox.Oldest, link.Outbox.NeverSent))
        {
            throw new FuzzFailure($"message {link.Outbox.Oldest} is the oldest to be acknowledged, {link.Outbox.NeverSent} was never sent");
        }
    }

    private void HandleTimeout()
    {
        long now = _stage.Victim.Clock.Now;
        if (_stage.PeerIsVictim)
        {
            _stage.Peer.Responder.HandleTimeout(now);
        }
        else
        {
            _stage.Device.Link.HandleTimeout(now);
        }
    }

    private SimEndpoint Source(bool isStranger)
    {
        return isStranger ? _stranger
            : _stage.PeerIsVictim ? new SimEndpoint(Pair.DeviceHost, _stage.Device.LocalPort)
            : new SimEndpoint(Pair.PeerHost, _stage.Peer.Options.Link.RendezvousPort);
    }

    private void OnSent(Packet packet)
    {
        if (packet.From == _stage.Victim)
        {
            StartCounts();
            _sent.Add(packet);
            Limit(_sent.Count, MostDatagrams, "datagrams sent");
        }
    }

    // Time stands still while an input is handled, and until a timer is due.
    private void StartCounts()
    {
        if (_countedAt != _stage.World.Now)
        {
            _countedAt = _stage.World.Now;
            _sent.Clear();
            _events = 0;
            _turns = 0;
        }
    }

    private static void Limit(int count, int most, string what)
    {
        if (count > most)
        {
            throw new FuzzFailure($"one input brought about more than {most} {what}");
        }
    }
}
