namespace Hoplink.Simulation;

/// <summary>
/// Watches what the ends send: every datagram is well formed, and no packet number is used twice under one key for different datagrams
/// (protocol.md 2). Outside, only the epoch's lowest bit is seen: a key is taken to be new when its phase comes back after a while.
/// </summary>
public sealed class WireRules
{
    /// <summary>A retired epoch answers at most so long (protocol.md 12, 4 and 3).</summary>
    private const long PhaseLife = 12 * World.Second;

    private readonly World _world;
    private readonly Dictionary<(ulong Session, Node Sender, int Key), Numbers> _keys = [];

    public WireRules(World world)
    {
        _world = world;
        world.Network.Sent += Look;
    }

    /// <summary>Set by tests that set packet counters back: reuse is counted and does not throw.</summary>
    public bool OnlyCounts { get; set; }

    /// <summary>Numbers that were used again.</summary>
    public int Reuses { get; private set; }

    private void Look(Packet packet)
    {
        DatagramInfo info = packet.Info;
        if (packet.From is not { } sender || sender is HostileNode)
        {
            return;
        }

        if (info.Kind == DatagramKind.Malformed)
        {
            throw new SimulationException(_world, $"{sender.Name} sent a malformed datagram: {info.Cause}", Invariant.PacketNumbers);
        }

        if (info.IsUnderSessionKey || info.IsUnderRecoveryKey)
        {
            CheckNumber(sender, info);
        }
    }

    private void CheckNumber(Node sender, DatagramInfo info)
    {
        int key = info.IsUnderRecoveryKey ? 2 : info.KeyPhase;
        if (!_keys.TryGetValue((info.SessionId, sender, key), out Numbers? numbers)
            || (key < 2 && _world.Now - numbers.UsedAt > PhaseLife && OtherPhaseUsedSince(numbers, info.SessionId, sender, 1 - key)))
        {
            numbers = new Numbers();
            _keys[(info.SessionId, sender, key)] = numbers;
        }

        numbers.UsedAt = _world.Now;
        if (!numbers.Tags.TryAdd(info.Sequence, info.Tag) && numbers.Tags[info.Sequence] != info.Tag)
        {
            Reuses++;
            if (!OnlyCounts)
            {
                throw new SimulationException(
                    _world, $"{sender.Name} used packet number {info.Sequence} twice under one key: {info}", Invariant.PacketNumbers);
            }
        }
    }

    private bool OtherPhaseUsedSince(Numbers numbers, ulong session, Node sender, int other)
    {
        return _keys.TryGetValue((session, sender, other), out Numbers? others) && others.UsedAt >= numbers.UsedAt;
    }

    private sealed class Numbers
    {
        public Dictionary<uint, ulong> Tags { get; } = [];

        public long UsedAt { get; set; }
    }
}
