using Hoplink.Keys;
using Hoplink.Routing;
using Hoplink.Wire;

namespace Hoplink.Recovery;

/// <summary>
/// A CONTROL or MANAGEMENT datagram on its way out: a rung or a server fills in the payload, the session adds the header and seals it.
/// One is made with each session and reused.
/// </summary>
public sealed class ControlMessage
{
    /// <summary>CONTROL or MANAGEMENT.</summary>
    public PacketType Type;

    /// <summary>The sub-type.</summary>
    public byte SubType;

    /// <summary>The datagram, whose payload begins at <see cref="WireFormat.HeaderSize"/>.</summary>
    public byte[] Buffer;

    /// <summary>Bytes of payload.</summary>
    public int PayloadLength;

    /// <summary>A request goes to the rendezvous port, not to a hop port (5.2).</summary>
    public bool ToRendezvous;

    /// <summary>An answer goes where its request came from; null for a request.</summary>
    public Arrival ReplyTo;

    /// <summary>The epoch that seals it; null for the recovery key, or (a request under a session key) the current epoch.</summary>
    public Epoch Epoch;

    /// <summary>True for a datagram that is answered to where it came from (5.2).</summary>
    internal static bool IsRequest(PacketType type, byte subType)
    {
        return type == PacketType.Control
            ? subType == Wire.SubType.TimeSyncRequest
            : type == PacketType.Management && (subType == Wire.SubType.RekeyRequest || subType == Wire.SubType.RepairRequest);
    }

    /// <summary>Prepares for a request.</summary>
    internal void Request(PacketType type, byte subType, int payloadLength, bool toRendezvous)
    {
        Set(type, subType, payloadLength);
        ToRendezvous = toRendezvous;
        ReplyTo = null;
        Epoch = null;
    }

    /// <summary>Prepares for an answer.</summary>
    internal void Answer(PacketType type, byte subType, int payloadLength, Arrival replyTo, Epoch epoch)
    {
        Set(type, subType, payloadLength);
        ToRendezvous = false;
        ReplyTo = replyTo;
        Epoch = epoch;
    }

    private void Set(PacketType type, byte subType, int payloadLength)
    {
        Type = type;
        SubType = subType;
        PayloadLength = payloadLength;
    }
}
