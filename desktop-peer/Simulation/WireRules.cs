using System.Buffers.Binary;

namespace Hoplink.Simulation;

/// <summary>
/// Watches what the ends send: every datagram is well formed, and no packet number is used twice under one key for different datagrams
/// (protocol.md 2); no keystream is used twice, and an end that encrypts leaves no payload of a session in clear (14). Outside, only the
/// epoch's lowest bit is seen: a key is taken to be new when its phase comes back after a while.
/// </summary>
public sealed class WireRules
{
    /// <summary>A retired epoch answers at most so long (protocol.md 12, 4 and 3).</summary>
    private const long PhaseLife = 12 * World.Second;

    private readonly World _world;
    private readonly HashSet<UInt128> _keystreams = [];
    private readonly HashSet<(ulong Session, Node Sender)> _encrypting = [];
    private readonly Dictionary<(ulong Session, Node Sender, int Key), Numbers> _keys = [];

    /// <summary>
    /// Watches a world from now on. What breaks a rule throws out of the run; what attackers send and what is injected does not count.
    /// </summary>
    public WireRules(World world)
    {
        _world = world;
        world.Network.Sent += Look;
    }

    /// <summary>Set by tests that set packet counters back: reuse is counted and does not throw.</summary>
    public bool OnlyCounts { get; set; }

    /// <summary>Payloads that were encrypted.</summary>
    public int Encrypted { get; private set; }

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

        CheckKeystream(packet, sender);
        if (info.IsUnderSessionKey || info.IsUnderRecoveryKey)
        {
            CheckNumber(sender, info);
        }
    }

    // By what it is, not by whose key and number it comes from: whatever went wrong, the same keystream shows it. A block repeats by chance
    // once in 2^128.
    private void CheckKeystream(Packet packet, Node sender)
    {
        if (packet.Keystream is not { } keystream)
        {
            if (packet.Info.IsWindowed && _encrypting.Contains((packet.Info.SessionId, sender)))
            {
                throw new SimulationException(_world, $"{sender.Name} sent a payload in clear: {packet.Info}", Invariant.PacketNumbers);
            }

            return;
        }

        Encrypted++;
        _encrypting.Add((packet.Info.SessionId, sender));
        if (!_keystreams.Add(BinaryPrimitives.ReadUInt128BigEndian(keystream)))
        {
            throw new SimulationException(_world, $"{sender.Name} used a keystream twice: {packet.Info}", Invariant.PacketNumbers);
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
