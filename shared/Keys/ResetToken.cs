using System;
using Hoplink.Crypto;
using Hoplink.Wire;

namespace Hoplink.Keys;

/// <summary>The token of a stateless reset (13.3), and the mask under which SYN_ACK carries it (4.2).</summary>
internal static class ResetToken
{
    /// <summary>Bytes of a token.</summary>
    internal const int Size = 16;

    private const int SessionIdSize = 8;

    /// <summary>
    /// HMAC-SHA256(reset secret, session id)[0..16]; the id is 8 bytes of a buffer, for a reset is made for each junk datagram.
    /// </summary>
    internal static void Compute(HmacKey resetSecret, byte[] sessionId, int sessionIdOffset, byte[] output, int outputOffset)
    {
        resetSecret.Compute(sessionId, sessionIdOffset, SessionIdSize, output, outputOffset, Size);
    }

    /// <summary>Masks a token, or unmasks it: the same XOR.</summary>
    internal static void Mask(HmacKey psk, byte[] synHash, ulong sessionId, byte[] responderPublic, byte[] token, byte[] output)
    {
        byte[] input = new byte[Labels.ResetMask.Length + synHash.Length + 8 + responderPublic.Length];
        int length = Labels.ResetMask.Length;
        Array.Copy(Labels.ResetMask, 0, input, 0, length);
        Array.Copy(synHash, 0, input, length, synHash.Length);
        length += synHash.Length;
        BigEndian.WriteUInt64(input, length, sessionId);
        length += 8;
        Array.Copy(responderPublic, 0, input, length, responderPublic.Length);
        byte[] mask = new byte[Size];
        psk.Compute(input, 0, input.Length, mask, 0, Size);
        for (int i = 0; i < Size; i++)
        {
            output[i] = (byte)(token[i] ^ mask[i]);
        }

        Array.Clear(mask, 0, Size);
    }
}
