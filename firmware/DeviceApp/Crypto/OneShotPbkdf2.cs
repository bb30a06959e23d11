using System;
using Hoplink.Crypto;

namespace Hoplink.Device.Crypto;

/// <summary>
/// PBKDF2-HMAC-SHA256 (RFC 8018, 5.2) over <see cref="OneShotHmac"/>: one native call an iteration, whose result is the next one's data.
/// The sum is kept in four words: interpreted, adding 32 single bytes would cost more than the native call.
/// </summary>
internal static class OneShotPbkdf2
{
    private const int WordSize = 8;

    /// <summary>Derives <paramref name="outputCount"/> bytes. <paramref name="password"/> stays the caller's.</summary>
    public static void Derive(
        OneShotHmac hmac, byte[] password, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        byte[] message = new byte[saltCount + 4];
        Array.Copy(salt, saltOffset, message, 0, saltCount);
        for (int block = 1; outputCount > 0; block++)
        {
            message[saltCount] = (byte)(block >> 24);
            message[saltCount + 1] = (byte)(block >> 16);
            message[saltCount + 2] = (byte)(block >> 8);
            message[saltCount + 3] = (byte)block;
            byte[] sum = Sum(hmac, password, message, iterations);
            int taken = outputCount < sum.Length ? outputCount : sum.Length;
            Array.Copy(sum, 0, output, outputOffset, taken);
            Array.Clear(sum, 0, sum.Length);
            outputOffset += taken;
            outputCount -= taken;
        }
    }

    /// <summary>
    /// The exclusive or of all iterations, in a new array. Words are taken and put back in the platform's own byte order.
    /// </summary>
    private static byte[] Sum(OneShotHmac hmac, byte[] password, byte[] message, int iterations)
    {
        byte[] last = hmac.Compute(password, message);
        ulong first = BitConverter.ToUInt64(last, 0);
        ulong second = BitConverter.ToUInt64(last, WordSize);
        ulong third = BitConverter.ToUInt64(last, 2 * WordSize);
        ulong fourth = BitConverter.ToUInt64(last, 3 * WordSize);
        for (int i = 1; i < iterations; i++)
        {
            byte[] next = hmac.Compute(password, last);
            Array.Clear(last, 0, last.Length);
            last = next;
            first ^= BitConverter.ToUInt64(last, 0);
            second ^= BitConverter.ToUInt64(last, WordSize);
            third ^= BitConverter.ToUInt64(last, 2 * WordSize);
            fourth ^= BitConverter.ToUInt64(last, 3 * WordSize);
        }

        Array.Clear(last, 0, last.Length);
        byte[] sum = new byte[CryptoProvider.HashSize];
        Put(first, sum, 0);
        Put(second, sum, WordSize);
        Put(third, sum, 2 * WordSize);
        Put(fourth, sum, 3 * WordSize);
        return sum;
    }

    private static void Put(ulong word, byte[] sum, int offset)
    {
        byte[] bytes = BitConverter.GetBytes(word);
        Array.Copy(bytes, 0, sum, offset, WordSize);
        Array.Clear(bytes, 0, WordSize);
    }
}
