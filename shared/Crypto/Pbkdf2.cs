using System;

namespace Hoplink.Crypto;

/// <summary>PBKDF2-HMAC-SHA256 (RFC 8018, 5.2): two compressions an iteration, since the key's states are kept.</summary>
internal static class Pbkdf2
{
    internal static void Derive(
        ManagedHmacKey password, byte[] salt, int saltOffset, int saltCount,
        int iterations, byte[] output, int outputOffset, int outputCount)
    {
        byte[] message = new byte[saltCount + 4];
        Array.Copy(salt, saltOffset, message, 0, saltCount);
        byte[] part = new byte[CryptoProvider.HashSize];
        uint[] sum = new uint[Sha256Block.StateCount];
        uint[] state = new uint[Sha256Block.StateCount];
        uint[] words = new uint[Sha256Block.WordCount];
        for (int block = 1; outputCount > 0; block++)
        {
            message[saltCount] = (byte)(block >> 24);
            message[saltCount + 1] = (byte)(block >> 16);
            message[saltCount + 2] = (byte)(block >> 8);
            message[saltCount + 3] = (byte)block;
            password.Compute(message, 0, message.Length, part, 0, part.Length);
            ReadWords(part, sum);
            Iterate(password, sum, state, words, iterations - 1);

            int taken = outputCount < part.Length ? outputCount : part.Length;
            WriteWords(sum, part);
            Array.Copy(part, 0, output, outputOffset, taken);
            outputOffset += taken;
            outputCount -= taken;
        }

        Array.Clear(part, 0, part.Length);
        Array.Clear(sum, 0, sum.Length);
        Array.Clear(state, 0, state.Length);
        Array.Clear(words, 0, words.Length);
    }

    /// <summary>Adds to the first HMAC, which <paramref name="sum"/> holds, the HMACs that follow from it.</summary>
    private static void Iterate(ManagedHmacKey password, uint[] sum, uint[] state, uint[] words, int count)
    {
        uint[] states = password.States;
        Sha256.SetHashBlock(sum, words);
        for (int i = 0; i < count; i++)
        {
            Array.Copy(states, 0, state, 0, Sha256Block.StateCount);
            Sha256Block.Compress(state, words);
            Array.Copy(state, 0, words, 0, Sha256Block.StateCount);
            Array.Copy(states, Sha256Block.StateCount, state, 0, Sha256Block.StateCount);
            Sha256Block.Compress(state, words);
            Array.Copy(state, 0, words, 0, Sha256Block.StateCount);
            for (int j = 0; j < Sha256Block.StateCount; j++)
            {
                sum[j] ^= state[j];
            }
        }
    }

    private static void ReadWords(byte[] bytes, uint[] words)
    {
        for (int i = 0; i < Sha256Block.StateCount; i++)
        {
            words[i] = ((uint)bytes[4 * i] << 24) | ((uint)bytes[4 * i + 1] << 16) | ((uint)bytes[4 * i + 2] << 8) | bytes[4 * i + 3];
        }
    }

    private static void WriteWords(uint[] words, byte[] bytes)
    {
        for (int i = 0; i < Sha256Block.StateCount; i++)
        {
            bytes[4 * i] = (byte)(words[i] >> 24);
            bytes[4 * i + 1] = (byte)(words[i] >> 16);
            bytes[4 * i + 2] = (byte)(words[i] >> 8);
            bytes[4 * i + 3] = (byte)words[i];
        }
    }
}
