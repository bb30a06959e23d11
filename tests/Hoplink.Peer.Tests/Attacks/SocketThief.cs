using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hoplink.Wire;

namespace Hoplink.Peer.Tests.Attacks;

/// <summary>
/// Somebody who has got hold of the session key of one epoch, and of nothing else. What he makes of it (protocol.md 2, 3.2, 14) he makes
/// without the library.
/// </summary>
internal sealed class SocketThief(byte[] keyBlock)
{
    private readonly byte[] _sessionKey = keyBlock[12..44];

    /// <summary>Whether a datagram is under the stolen key: then it can be read, and made.</summary>
    public bool Opens(Sighting packet)
    {
        return packet.Bytes.AsSpan().EndsWith(Tag(packet.ToPeer, packet.Bytes[..^WireFormat.TagSize]));
    }

    /// <summary>The payload in clear of a datagram that he opens.</summary>
    public byte[] Read(Sighting packet)
    {
        byte[] bytes = (byte[])packet.Bytes.Clone();
        AddKeystream(packet.ToPeer, bytes);
        return bytes[WireFormat.HeaderSize..^WireFormat.TagSize];
    }

    /// <summary>Makes a datagram like one that he saw, so many packet numbers later, of another type and payload.</summary>
    public byte[] Forge(Sighting model, uint ahead, PacketType type, byte subType, byte flags, byte[] payload)
    {
        var header = new Header();
        Assert.Equal(DropCause.None, Header.Read(model.Bytes, 0, model.Bytes.Length, header));
        header.Type = type;
        header.SubType = subType;
        header.Flags = flags;
        header.Sequence += ahead;
        header.PayloadLength = payload.Length;
        byte[] bytes = new byte[WireFormat.Overhead + payload.Length];
        header.Write(bytes, 0);
        payload.CopyTo(bytes, WireFormat.HeaderSize);
        if (header.IsWindowed)
        {
            AddKeystream(model.ToPeer, bytes);
        }

        Tag(model.ToPeer, bytes[..^WireFormat.TagSize]).CopyTo(bytes, bytes.Length - WireFormat.TagSize);
        return bytes;
    }

    private byte[] Tag(bool toPeer, byte[] bytes) => HMACSHA256.HashData(Derive("mac", toPeer), bytes)[..WireFormat.TagSize];

    private byte[] Derive(string purpose, bool toPeer)
    {
        return HMACSHA256.HashData(_sessionKey, Encoding.ASCII.GetBytes($"hoplink {purpose} {(toPeer ? "i2r" : "r2i")} v1"));
    }

    // 14: the counter block is session id, sequence and block index.
    private void AddKeystream(bool toPeer, byte[] datagram)
    {
        using var aes = Aes.Create();
        aes.Key = Derive("payload", toPeer)[..16];
        byte[] counter = new byte[16];
        datagram.AsSpan(WireFormat.SessionIdOffset, 12).CopyTo(counter);
        Span<byte> payload = datagram.AsSpan(WireFormat.HeaderSize, datagram.Length - WireFormat.Overhead);
        for (int at = 0; at < payload.Length; at += 16)
        {
            BinaryPrimitives.WriteInt32BigEndian(counter.AsSpan(12), at / 16);
            byte[] keystream = aes.EncryptEcb(counter, PaddingMode.None);
            for (int i = 0; i < 16 && at + i < payload.Length; i++)
            {
                payload[at + i] ^= keystream[i];
            }
        }
    }
}
