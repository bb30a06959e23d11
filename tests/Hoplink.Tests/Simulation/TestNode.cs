using Hoplink.Wire;

namespace Hoplink.Tests.Simulation;

/// <summary>A node that takes whatever comes and remembers when; for tests of the network alone.</summary>
internal sealed class TestNode(World world, string name, uint host) : Node(world, name, host)
{
    public List<(long At, Packet Packet, int LocalPort)> Arrivals { get; } = [];

    /// <summary>
    /// Sends one datagram from a port of its own, as if its payload had been encrypted with a keystream, if one is given.
    /// </summary>
    public void Send(SimEndpoint destination, byte[] bytes, int localPort = 1000, byte[]? keystream = null)
    {
        World.Network.Send(this, new SimEndpoint(Host, localPort), destination, bytes, keystream);
    }

    /// <summary>A well-formed datagram, tagged by nobody.</summary>
    public static byte[] OfKind(DatagramKind kind, uint sequence, ulong session = 1, int phase = 0, byte tag = 0)
    {
        var header = new Header
        {
            Type = (PacketType)((int)kind >> 8),
            SubType = (byte)kind,
            SessionId = kind == DatagramKind.Syn ? 0 : session,
            Sequence = sequence,
        };
        (header.PayloadLength, int flags) = kind switch
        {
            DatagramKind.Syn => (SynPayload.Size, PacketFlags.Syn),
            DatagramKind.Data => (DataPayload.HeaderSize + 1, PacketFlags.Ack | PacketFlags.Psh),
            DatagramKind.TimeSyncRequest => (TimeSyncRequest.Size, PacketFlags.Ack),
            DatagramKind.RekeyRequest => (RekeyRequest.Size, 0),
            DatagramKind.RekeyResponse => (RekeyResponse.Size, 0),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        header.Flags = (byte)(flags | (phase == 0 ? 0 : PacketFlags.KeyPhase));
        byte[] bytes = new byte[WireFormat.Overhead + header.PayloadLength];
        header.Write(bytes, 0);
        bytes[^WireFormat.TagSize] = tag;
        return bytes;
    }

    internal override string? Arrive(Packet packet, int localPort)
    {
        Arrivals.Add((World.Now, packet, localPort));
        return null;
    }
}
