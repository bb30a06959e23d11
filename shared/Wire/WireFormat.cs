using System;

namespace Hoplink.Wire;

/// <summary>Sizes and offsets of protocol.md 2 and 6.1, in bytes.</summary>
public static class WireFormat
{
    /// <summary>First byte of every datagram.</summary>
    public const byte Version = 1;

    /// <summary>Header of a datagram; the payload follows.</summary>
    public const int HeaderSize = 26;

    /// <summary>Tag at the end of a datagram.</summary>
    public const int TagSize = 16;

    /// <summary>Header and tag.</summary>
    public const int Overhead = HeaderSize + TagSize;

    /// <summary>Largest datagram.</summary>
    public const int MaxDatagram = 1232;

    /// <summary>Largest payload.</summary>
    public const int MaxPayload = MaxDatagram - Overhead;

    /// <summary>Largest message (6.1).</summary>
    public const int MaxMessage = MaxPayload - DataPayload.HeaderSize;

    /// <summary>
    /// Least value of the field "largest datagram" in SYN and SYN_ACK: what SYN_ACK, the largest datagram that every end must
    /// take, comes to.
    /// </summary>
    // protocol.md 4 is silent: below this an end could not be spoken to at all.
    public const int LeastMaxDatagram = Overhead + SynAckPayload.Size;

    /// <summary>Payload of a stateless reset: the token of the session (13.3).</summary>
    public const int ResetTokenSize = 16;

    /// <summary>A stateless reset (13.3).</summary>
    public const int StatelessResetSize = Overhead + ResetTokenSize;

    /// <summary>A public key: X || Y (3.2).</summary>
    public const int PublicKeySize = 64;

    /// <summary>A verification hash (3.2).</summary>
    public const int HashSize = 32;

    /// <summary>Offset of the type.</summary>
    public const int TypeOffset = 1;

    /// <summary>Offset of the session id.</summary>
    public const int SessionIdOffset = 4;

    /// <summary>Offset of the sequence.</summary>
    public const int SequenceOffset = 12;

    /// <summary>Feature bit 0: payload encryption (14).</summary>
    public const int FeatureEncryption = 1;

    /// <summary>
    /// Bit 1: this end may need up to 30 s for a key agreement (4.1). protocol.md 4.2 is silent on how R says so; here SYN_ACK has the bit
    /// if either end is slow, for that is what L3's time limit asks (9.2).
    /// </summary>
    public const int FeatureSlow = 2;

    /// <summary>Every feature bit that version 1 knows (4.1).</summary>
    public const int KnownFeatures = FeatureEncryption | FeatureSlow;

    /// <summary>Longest message in a datagram of at most <paramref name="maxDatagram"/> bytes (6.1).</summary>
    public static int MaxMessageIn(int maxDatagram)
    {
        return maxDatagram - Overhead - DataPayload.HeaderSize;
    }

    /// <summary>Throws unless <paramref name="count"/> bytes stand at <paramref name="offset"/>.</summary>
    /// <exception cref="ArgumentNullException">The buffer is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Offset or count leave the buffer.</exception>
    internal static void CheckRange(byte[] buffer, int offset, int count)
    {
        if (buffer == null)
        {
            throw new ArgumentNullException(nameof(buffer));
        }

        if (offset < 0 || count < 0 || count > buffer.Length - offset)
        {
            throw new ArgumentOutOfRangeException(offset < 0 || offset > buffer.Length ? nameof(offset) : nameof(count));
        }
    }

    /// <summary>Whether all <paramref name="count"/> bytes are 0, as reserved ones must be.</summary>
    internal static bool IsZero(byte[] buffer, int offset, int count)
    {
        for (int i = offset; i < offset + count; i++)
        {
            if (buffer[i] != 0)
            {
                return false;
            }
        }

        return true;
    }
}
