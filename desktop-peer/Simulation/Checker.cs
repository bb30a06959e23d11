namespace Hoplink.Simulation;

/// <summary>
/// The applications of a device and of its peer: they exchange numbered messages, and check all the while what the protocol promises
/// them. A broken promise throws out of the run.
/// </summary>
public sealed class Checker
{
    private readonly World _world;
    private readonly DeviceNode _device;
    private readonly PeerNode _peer;
    private readonly ulong _keyId;

    /// <summary>Watches the link of a key id from now on.</summary>
    public Checker(DeviceNode device, PeerNode peer, ulong keyId)
    {
        _world = device.World;
        _device = device;
        _peer = peer;
        _keyId = keyId;
        uint id = (uint)keyId & ~1u;
        Up = new MessageStream(_world, device.Name + " > " + peer.Name, id, message => device.Send(message))
        {
            CanSend = () => device.IsRunning && device.Link.State != LinkState.Closed,
        };
        Down = new MessageStream(_world, peer.Name + " > " + device.Name, id | 1, message => peer.Send(keyId, message))
        {
            CanSend = () => peer.IsRunning,
        };
        WatchDevice();
        WatchPeer();
    }

    /// <summary>What the device sends.</summary>
    public MessageStream Up { get; }

    /// <summary>What the peer sends.</summary>
    public MessageStream Down { get; }

    /// <summary>Every message has been accepted, and read or accounted for, in both directions.</summary>
    public bool AllDelivered => Up.IsDone && Down.IsDone;

    /// <summary>Throws unless every message was read, exactly once.</summary>
    public void AssertAllDelivered()
    {
        AssertNothingLost();
        foreach (MessageStream stream in new[] { Up, Down })
        {
            if (!stream.IsDone || stream.Read != stream.Accepted)
            {
                throw new SimulationException(
                    _world,
                    $"{stream.Accepted} accepted and {stream.Backlog} waiting, but {stream.Read} read, {stream.Repeated} of them again",
                    Invariant.Delivery);
            }
        }
    }

    /// <summary>Throws if any message was lost, be it reported.</summary>
    public void AssertNothingLost()
    {
        foreach (MessageStream stream in new[] { Up, Down })
        {
            if (stream.ReportedLost + stream.LostWithRam > 0)
            {
                throw new SimulationException(
                    _world,
                    $"{stream.ReportedLost} messages were reported lost, {stream.LostWithRam} were lost with somebody's RAM",
                    Invariant.Delivery);
            }
        }
    }

    private void WatchDevice()
    {
        _device.Stepped += () =>
        {
            CheckBuffers(_device, _device.Link, _device.Options.SendCapacity);
            Up.Pump();
        };
        _device.MessageRead += (_, message) => Down.OnRead(message);
        _device.EventPolled += e => OnEvent(e, own: Up, others: Down, readsAtOnce: _device.ReadsAtOnce);
        _device.RamLost += () => OnRamLost(own: Up, others: Down, readsAtOnce: _device.ReadsAtOnce);
    }

    private void WatchPeer()
    {
        _peer.Stepped += () =>
        {
            if (_peer.Links.TryGetValue(_keyId, out Link? link))
            {
                CheckBuffers(_peer, link, _peer.Options.Link.SendCapacity);
                Down.Pump();
            }
        };
        _peer.MessageRead += (keyId, message) =>
        {
            if (keyId == _keyId)
            {
                Up.OnRead(message);
            }
        };
        _peer.EventPolled += e =>
        {
            if (e.KeyId == _keyId)
            {
                OnEvent(e, own: Down, others: Up, readsAtOnce: _peer.ReadsAtOnce);
            }
        };
        _peer.RamLost += () => OnRamLost(own: Down, others: Up, readsAtOnce: _peer.ReadsAtOnce);
    }

    private static void OnEvent(EventSnapshot e, MessageStream own, MessageStream others, bool readsAtOnce)
    {
        if (e.Kind == LinkEventKind.LinkRestarted)
        {
            own.OnSendersLinkRestarted(e.Count);
            others.OnReceiverBeganAnew(hadUnread: !readsAtOnce);
        }
        else if (e.Kind == LinkEventKind.MessagesLost)
        {
            others.OnMessagesLost(e.First, e.Count);
        }
    }

    private static void OnRamLost(MessageStream own, MessageStream others, bool readsAtOnce)
    {
        own.OnSenderRestarted();
        others.OnReceiverBeganAnew(hadUnread: !readsAtOnce);
    }

    private void CheckBuffers(EndNode node, Link link, int sendCapacity)
    {
        if (link.Unacknowledged > sendCapacity)
        {
            throw new SimulationException(
                _world, $"{node.Name} holds {link.Unacknowledged} messages, its limit is {sendCapacity}", Invariant.Buffers);
        }
    }
}
