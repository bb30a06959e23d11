using System.Buffers.Binary;
using Hoplink.Host;

namespace Hoplink.Peer.Chaos;

/// <summary>
/// A datagram seen on the path, and junk made of it: what somebody without keys can forge (protocol.md 2). Header and payload are those
/// of a real one, so that only the tag gives it away.
/// </summary>
internal sealed class Captured
{
    private const int Version = 1;
    private const int FirstTypeUnderSessionKey = 0x03;
    private const int LastTypeUnderSessionKey = 0x06;
    private const int SequenceAt = 12;
    private const int TagSize = 16;
    private const int LeastSize = 42;
    private const uint SequenceSpread = 256;

    private readonly byte[] _bytes = new byte[UdpSocket.MaxDatagram];

    /// <summary>Bytes of it; 0: nothing was seen yet.</summary>
    public int Count { get; private set; }

    /// <summary>The peer's port it came to or from.</summary>
    public int Port { get; private set; }

    /// <summary>Keeps a datagram if it is one of a session (ACK, DATA, FIN, HEARTBEAT).</summary>
    public void Look(ReadOnlySpan<byte> datagram, int port)
    {
        if (datagram.Length >= LeastSize && datagram[0] == Version
            && datagram[1] is >= FirstTypeUnderSessionKey and <= LastTypeUnderSessionKey)
        {
            datagram.CopyTo(_bytes);
            Count = datagram.Length;
            Port = port;
        }
    }

    /// <summary>Writes junk of the same length: another packet number, and a tag drawn at random.</summary>
    public void MakeJunk(byte[] buffer, SplitMix random)
    {
        _bytes.AsSpan(0, Count).CopyTo(buffer);
        Span<byte> sequence = buffer.AsSpan(SequenceAt, sizeof(uint));
        uint ahead = 1 + (uint)(random.Next() % SequenceSpread);
        BinaryPrimitives.WriteUInt32BigEndian(sequence, BinaryPrimitives.ReadUInt32BigEndian(sequence) + ahead);
        Span<byte> tag = buffer.AsSpan(Count - TagSize, TagSize);
        BinaryPrimitives.WriteUInt64BigEndian(tag, random.Next());
        BinaryPrimitives.WriteUInt64BigEndian(tag[8..], random.Next());
    }
}
