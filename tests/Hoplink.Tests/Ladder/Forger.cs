using System.Runtime.CompilerServices;
using Hoplink.Crypto;
using Hoplink.Keys;
using Hoplink.Wire;

namespace Hoplink.Tests.Ladder;

/// <summary>
/// Makes an end say what it never would: changes a datagram that it sent and tags it anew with the end's own key. So a test can lie
/// behind a tag that verifies.
/// </summary>
internal static class Forger
{
    /// <summary>A verdict that sends a changed and newly tagged copy in place of a datagram of the given end's.</summary>
    internal static Verdict Forge(this Packet packet, Link sender, Action<byte[]> change)
    {
        return Verdict.Replace(Changed(packet, sender, change));
    }

    internal static byte[] Changed(Packet packet, Link sender, Action<byte[]> change)
    {
        byte[] bytes = (byte[])packet.Bytes.Clone();
        packet.Payload.CopyTo(bytes, WireFormat.HeaderSize);
        HmacKey key = KeyOf(packet, sender, out AesCtrKey? cipher);
        change(bytes);
        int length = bytes.Length - WireFormat.TagSize;
        if (packet.Keystream != null)
        {
            cipher!.AddKeystream(
                packet.Info.SessionId, BigEndian.ReadUInt32(bytes, WireFormat.SequenceOffset), 0, bytes, WireFormat.HeaderSize,
                length - WireFormat.HeaderSize);
        }

        key.Compute(bytes, 0, length, bytes, length, WireFormat.TagSize);
        return bytes;
    }

    /// <summary>The key that a datagram was tagged with, and that of its payload.</summary>
    private static HmacKey KeyOf(Packet packet, Link sender, out AesCtrKey? cipher)
    {
        cipher = null;
        PacketProtection protection = Protection(sender.Session);
        if (packet.Info.IsUnderRecoveryKey)
        {
            return RecoveryOut(protection);
        }

        byte[] tag = new byte[WireFormat.TagSize];
        int length = packet.Bytes.Length - WireFormat.TagSize;
        for (int i = 0; i < protection.Epochs.Count; i++)
        {
            HmacKey key = protection.Epochs.Accepted(i).MacOut;
            key.Compute(packet.Bytes, 0, length, tag, 0, tag.Length);
            if (tag.AsSpan().SequenceEqual(packet.Bytes.AsSpan(length)))
            {
                cipher = protection.Epochs.Accepted(i).PayloadOut;
                return key;
            }
        }

        throw new ArgumentException("tagged by somebody else", nameof(packet));
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_protection")]
    private static extern ref PacketProtection Protection(Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_recoveryOut")]
    private static extern ref HmacKey RecoveryOut(PacketProtection protection);
}
