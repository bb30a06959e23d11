using Hoplink.Tests.Scenarios;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>What a flood is made of.</summary>
public enum Junk
{
    /// <summary>Random bytes of a random length.</summary>
    Noise,

    /// <summary>A header that could be the other end's, with the right session id and the next packet numbers, over random bytes.</summary>
    Plausible,

    /// <summary>Genuine datagrams of a moment ago, cut short or with some bits changed.</summary>
    Corrupted,
}

/// <summary>An attacker on the path that sees everything, and floods an end with junk, in its own name or in the other end's.</summary>
internal sealed class Flooder : HostileNode
{
    private static readonly (PacketType Type, byte SubType, byte Flags, int Length)[] _kinds =
    [
        (PacketType.Data, 0, PacketFlags.Ack | PacketFlags.Psh, 60),
        (PacketType.Ack, 0, PacketFlags.Ack, 4),
        (PacketType.Fin, 0, PacketFlags.Ack | PacketFlags.Fin, 4),
        (PacketType.Heartbeat, 0, PacketFlags.Ack, 32),
        (PacketType.Reset, 0, PacketFlags.Rst, 8),
        (PacketType.Control, SubType.TimeSyncRequest, PacketFlags.Ack, 24),
        (PacketType.Control, SubType.TimeSyncResponse, PacketFlags.Ack, 32),
        (PacketType.Control, SubType.Recovery, 0, 4),
        (PacketType.Management, SubType.RekeyRequest, 0, 80),
        (PacketType.Management, SubType.RekeyResponse, 0, 128),
        (PacketType.Management, SubType.RepairRequest, PacketFlags.Ack, 24),
        (PacketType.Management, SubType.RepairResponse, PacketFlags.Ack, 24),
    ];

    private readonly Pair _pair;
    private readonly SimRandom _random;
    private readonly Header _header = new();
    private Packet? _lastUp;
    private Packet? _lastDown;
    private long _until;

    public Flooder(Pair pair)
        : base(pair.World, "flooder", Scenario.MakeAddress(66))
    {
        _pair = pair;
        _random = pair.World.Random("flooder");
    }

    /// <summary>Junk sent so far.</summary>
    public int Sent { get; private set; }

    /// <summary>Sends junk to an end for a while: so many datagrams a second.</summary>
    public void Flood(EndNode target, Junk junk, bool spoofed, int perSecond, long micros)
    {
        _until = World.Now + micros;
        World.Every(World.Second / perSecond, () =>
        {
            SendJunk(target, junk, spoofed);
            return World.Now < _until;
        });
    }

    protected override Verdict Watch(Packet packet)
    {
        if (packet.Info.IsUnderSessionKey)
        {
            _lastUp = packet.From == _pair.Device ? packet.Copy() : _lastUp;
            _lastDown = packet.From == _pair.Peer ? packet.Copy() : _lastDown;
        }

        return Verdict.Pass;
    }

    /// <summary>Junk for an end; null as long as nothing was sent to it that junk could be made of.</summary>
    public byte[]? Make(EndNode target, Junk junk)
    {
        return Model(target) is { } model ? Make(model, junk) : null;
    }

    private Packet? Model(EndNode target) => target == _pair.Peer ? _lastUp : _lastDown;

    private byte[] Make(Packet model, Junk junk) => junk switch
    {
        Junk.Noise => _random.Bytes((int)_random.Between(1, 1300)),
        Junk.Plausible => MakePlausible(model.Info),
        _ => Corrupt(model.Bytes),
    };

    private void SendJunk(EndNode target, Junk junk, bool spoofed)
    {
        if (Model(target) is { } model)
        {
            Sent++;
            Inject(spoofed ? model.Source : new SimEndpoint(Host, 4000), model.Destination, Make(model, junk));
        }
    }

    private byte[] MakePlausible(DatagramInfo model)
    {
        (PacketType type, byte subType, byte flags, int length) = _kinds[_random.Below(_kinds.Length)];
        byte[] bytes = _random.Bytes(WireFormat.Overhead + length);
        _header.Type = type;
        _header.SubType = subType;
        _header.Flags = (byte)(flags | ((flags & PacketFlags.Ack) != 0 && model.KeyPhase != 0 ? PacketFlags.KeyPhase : 0));
        _header.SessionId = model.SessionId;
        _header.Sequence = model.Sequence + (uint)_random.Between(1, 200);
        _header.Acknowledgment = (flags & PacketFlags.Ack) != 0 ? model.Acknowledgment : 0;
        _header.Timestamp = model.Timestamp;
        _header.PayloadLength = length;
        _header.Write(bytes, 0);
        return bytes;
    }

    private byte[] Corrupt(byte[] genuine)
    {
        byte[] bytes = genuine[..(int)_random.Between(genuine.Length / 2, genuine.Length)];
        long bit = _random.Below(bytes.Length * 8L);
        bytes[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        return bytes;
    }
}
