using Hoplink.Tests.Scenarios;
using Hoplink.Wire;

namespace Hoplink.Tests.Attacks;

/// <summary>From where a datagram of the attacker's seems to come.</summary>
public enum Origin
{
    /// <summary>The attacker's own address.</summary>
    Attacker,

    /// <summary>The address that it came from at first.</summary>
    Genuine,

    /// <summary>The address of the end that it is sent to.</summary>
    Receiver,
}

/// <summary>
/// An attacker on the path between a device and its peer, with an address of its own: it sees and keeps all that they send, and can drop,
/// delay, repeat, reflect, splice and change it. Without a key, and that is the point.
/// </summary>
internal class Attacker : HostileNode
{
    public const int Port = 4000;
    private const int PayloadLengthOffset = 24;

    private readonly Pair _pair;
    private readonly List<Packet> _seen = [];

    public Attacker(Pair pair, string name = "attacker", int address = 66)
        : base(pair.World, name, Scenario.MakeAddress(address))
    {
        _pair = pair;
    }

    public SimEndpoint Own => new(Host, Port);

    /// <summary>All that the two ends sent, oldest first.</summary>
    public IReadOnlyList<Packet> Seen => _seen;

    /// <summary>Datagrams that it has sent.</summary>
    public int Sent { get; private set; }

    /// <summary>What the ends sent of a kind, since a world time if one is given.</summary>
    public Packet[] SeenOf(DatagramKind kind, long since = 0) => _seen.Where(p => p.Kind == kind && p.SentAt >= since).ToArray();

    /// <summary>Sends a datagram again, to where it went.</summary>
    public void Replay(Packet packet, Origin origin, long delay = 0) => Forge(packet, packet.Bytes, origin, delay);

    /// <summary>Sends other bytes in a datagram's place, to where it went.</summary>
    public void Forge(Packet model, byte[] bytes, Origin origin, long delay = 0)
    {
        Sent++;
        SimEndpoint source = origin switch
        {
            Origin.Attacker => Own,
            Origin.Genuine => model.Source,
            _ => new SimEndpoint(model.Destination.Host, model.Source.Port),
        };
        Inject(source, model.Destination, bytes, delay);
    }

    /// <summary>Sends a datagram back to the end that it came from, as if the other had sent it.</summary>
    public void Reflect(Packet packet, Origin origin, long delay = 0)
    {
        Sent++;
        Inject(origin == Origin.Attacker ? Own : packet.Destination, packet.Source, packet.Bytes, delay);
    }

    /// <summary>The header of one datagram, the payload of another and the tag of a third; the length fits the payload.</summary>
    public static byte[] Splice(Packet header, Packet payload, Packet tag)
    {
        byte[] body = payload.Bytes[WireFormat.HeaderSize..^WireFormat.TagSize];
        byte[] bytes = [.. header.Bytes[..WireFormat.HeaderSize], .. body, .. tag.Bytes[^WireFormat.TagSize..]];
        BigEndian.WriteUInt16(bytes, PayloadLengthOffset, (ushort)body.Length);
        return bytes;
    }

    /// <summary>A copy with one bit changed.</summary>
    public static byte[] Flip(byte[] bytes, int bit)
    {
        byte[] flipped = (byte[])bytes.Clone();
        flipped[bit / 8] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    /// <summary>From now on holds up what an end sends, if it passes the filter, for as long as <paramref name="delay"/> says.</summary>
    public Tap HoldUp(EndNode sender, Func<Packet, bool> filter, Func<Packet, long> delay)
    {
        return World.Network.Tap(p => p.From == sender && filter(p), p => Verdict.Delay(delay(p)));
    }

    /// <summary>From now on takes what an end sends, if it passes the filter, off the network.</summary>
    public Tap Swallow(EndNode sender, Func<Packet, bool> filter)
    {
        return World.Network.Tap(p => p.From == sender && filter(p), _ => Verdict.Drop);
    }

    protected override Verdict Watch(Packet packet)
    {
        if (packet.From == _pair.Device || packet.From == _pair.Peer)
        {
            _seen.Add(packet.Copy());
        }

        return Verdict.Pass;
    }
}
