using System;

namespace Hoplink.Crypto;

/// <summary>
/// The SHA-256 compression function (FIPS 180-4, 6.2.2), written for an interpreter, where each instruction costs the same.
/// </summary>
/// <remarks>
/// A word is held doubled, x || x in 64 bits: then a rotation is one shift, and and, or, xor act on both halves alike. Only the low
/// 32 bits of a sum count; <c>(sum &amp; Low) * Twice</c> makes a doubled word of it. The rotations of one sigma are nested:
/// <c>((e >> 14 ^ e) >> 5 ^ e) >> 6</c> holds e rotated by 25, 11 and 6. Nothing here depends on the data but the results.
/// </remarks>
internal static class Sha256Block
{
    /// <summary>Words of a block.</summary>
    internal const int WordCount = 16;

    /// <summary>Words of a state.</summary>
    internal const int StateCount = 8;

    /// <summary>The round constants (FIPS 180-4, 4.2.2), one row for each pass over the sixteen words.</summary>
    private static readonly ulong[][] _constants =
    {
        new ulong[]
        {
            0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
            0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
            0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
            0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        },
        new ulong[]
        {
            0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
            0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
            0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
            0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        },
        new ulong[]
        {
            0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
            0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
            0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
            0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        },
        new ulong[]
        {
            0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
            0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
            0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
            0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
        },
    };

    /// <summary>The initial hash value (FIPS 180-4, 5.3.3).</summary>
    private static readonly uint[] _initial =
    {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };

    /// <summary>Sets a state to the initial hash value.</summary>
    internal static void Reset(uint[] state)
    {
        Array.Copy(_initial, 0, state, 0, StateCount);
    }

    /// <summary>Takes one block of sixteen words into the state. The words are left as they are.</summary>
    internal static void Compress(uint[] state, uint[] words)
    {
        // Locals, not constants: a constant of 64 bits costs the interpreter two instructions.
        ulong low = 0xffffffff;
        ulong twice = 0x100000001;

        ulong a = state[0] * twice;
        ulong b = state[1] * twice;
        ulong c = state[2] * twice;
        ulong d = state[3] * twice;
        ulong e = state[4] * twice;
        ulong f = state[5] * twice;
        ulong g = state[6] * twice;
        ulong h = state[7] * twice;

        ulong w0 = words[0] * twice;
        ulong w1 = words[1] * twice;
        ulong w2 = words[2] * twice;
        ulong w3 = words[3] * twice;
        ulong w4 = words[4] * twice;
        ulong w5 = words[5] * twice;
        ulong w6 = words[6] * twice;
        ulong w7 = words[7] * twice;
        ulong w8 = words[8] * twice;
        ulong w9 = words[9] * twice;
        ulong w10 = words[10] * twice;
        ulong w11 = words[11] * twice;
        ulong w12 = words[12] * twice;
        ulong w13 = words[13] * twice;
        ulong w14 = words[14] * twice;
        ulong w15 = words[15] * twice;

        for (int pass = 0; ; pass++)
        {
            ulong[] k = _constants[pass];
            ulong t;

            t = h + ((((e >> 14) ^ e) >> 5 ^ e) >> 6) + (g ^ (e & (f ^ g))) + k[0] + w0;
            d = ((d + t) & low) * twice;
            h = ((t + ((((a >> 9) ^ a) >> 11 ^ a) >> 2) + ((a & b) | (c & (a | b)))) & low) * twice;
            t = g + ((((d >> 14) ^ d) >> 5 ^ d) >> 6) + (f ^ (d & (e ^ f))) + k[1] + w1;
            c = ((c + t) & low) * twice;
            g = ((t + ((((h >> 9) ^ h) >> 11 ^ h) >> 2) + ((h & a) | (b & (h | a)))) & low) * twice;
            t = f + ((((c >> 14) ^ c) >> 5 ^ c) >> 6) + (e ^ (c & (d ^ e))) + k[2] + w2;
            b = ((b + t) & low) * twice;
            f = ((t + ((((g >> 9) ^ g) >> 11 ^ g) >> 2) + ((g & h) | (a & (g | h)))) & low) * twice;
            t = e + ((((b >> 14) ^ b) >> 5 ^ b) >> 6) + (d ^ (b & (c ^ d))) + k[3] + w3;
            a = ((a + t) & low) * twice;
            e = ((t + ((((f >> 9) ^ f) >> 11 ^ f) >> 2) + ((f & g) | (h & (f | g)))) & low) * twice;
            t = d + ((((a >> 14) ^ a) >> 5 ^ a) >> 6) + (c ^ (a & (b ^ c))) + k[4] + w4;
            h = ((h + t) & low) * twice;
            d = ((t + ((((e >> 9) ^ e) >> 11 ^ e) >> 2) + ((e & f) | (g & (e | f)))) & low) * twice;
            t = c + ((((h >> 14) ^ h) >> 5 ^ h) >> 6) + (b ^ (h & (a ^ b))) + k[5] + w5;
            g = ((g + t) & low) * twice;
            c = ((t + ((((d >> 9) ^ d) >> 11 ^ d) >> 2) + ((d & e) | (f & (d | e)))) & low) * twice;
            t = b + ((((g >> 14) ^ g) >> 5 ^ g) >> 6) + (a ^ (g & (h ^ a))) + k[6] + w6;
            f = ((f + t) & low) * twice;
            b = ((t + ((((c >> 9) ^ c) >> 11 ^ c) >> 2) + ((c & d) | (e & (c | d)))) & low) * twice;
            t = a + ((((f >> 14) ^ f) >> 5 ^ f) >> 6) + (h ^ (f & (g ^ h))) + k[7] + w7;
            e = ((e + t) & low) * twice;
            a = ((t + ((((b >> 9) ^ b) >> 11 ^ b) >> 2) + ((b & c) | (d & (b | c)))) & low) * twice;
            t = h + ((((e >> 14) ^ e) >> 5 ^ e) >> 6) + (g ^ (e & (f ^ g))) + k[8] + w8;
            d = ((d + t) & low) * twice;
            h = ((t + ((((a >> 9) ^ a) >> 11 ^ a) >> 2) + ((a & b) | (c & (a | b)))) & low) * twice;
            t = g + ((((d >> 14) ^ d) >> 5 ^ d) >> 6) + (f ^ (d & (e ^ f))) + k[9] + w9;
            c = ((c + t) & low) * twice;
            g = ((t + ((((h >> 9) ^ h) >> 11 ^ h) >> 2) + ((h & a) | (b & (h | a)))) & low) * twice;
            t = f + ((((c >> 14) ^ c) >> 5 ^ c) >> 6) + (e ^ (c & (d ^ e))) + k[10] + w10;
            b = ((b + t) & low) * twice;
            f = ((t + ((((g >> 9) ^ g) >> 11 ^ g) >> 2) + ((g & h) | (a & (g | h)))) & low) * twice;
            t = e + ((((b >> 14) ^ b) >> 5 ^ b) >> 6) + (d ^ (b & (c ^ d))) + k[11] + w11;
            a = ((a + t) & low) * twice;
            e = ((t + ((((f >> 9) ^ f) >> 11 ^ f) >> 2) + ((f & g) | (h & (f | g)))) & low) * twice;
            t = d + ((((a >> 14) ^ a) >> 5 ^ a) >> 6) + (c ^ (a & (b ^ c))) + k[12] + w12;
            h = ((h + t) & low) * twice;
            d = ((t + ((((e >> 9) ^ e) >> 11 ^ e) >> 2) + ((e & f) | (g & (e | f)))) & low) * twice;
            t = c + ((((h >> 14) ^ h) >> 5 ^ h) >> 6) + (b ^ (h & (a ^ b))) + k[13] + w13;
            g = ((g + t) & low) * twice;
            c = ((t + ((((d >> 9) ^ d) >> 11 ^ d) >> 2) + ((d & e) | (f & (d | e)))) & low) * twice;
            t = b + ((((g >> 14) ^ g) >> 5 ^ g) >> 6) + (a ^ (g & (h ^ a))) + k[14] + w14;
            f = ((f + t) & low) * twice;
            b = ((t + ((((c >> 9) ^ c) >> 11 ^ c) >> 2) + ((c & d) | (e & (c | d)))) & low) * twice;
            t = a + ((((f >> 14) ^ f) >> 5 ^ f) >> 6) + (h ^ (f & (g ^ h))) + k[15] + w15;
            e = ((e + t) & low) * twice;
            a = ((t + ((((b >> 9) ^ b) >> 11 ^ b) >> 2) + ((b & c) | (d & (b | c)))) & low) * twice;

            if (pass == 3)
            {
                break;
            }

            // The next sixteen words of the schedule: w[t-16] + sigma0(w[t-15]) + w[t-7] + sigma1(w[t-2]).
            w0 = ((w0 + w9 + ((((w1 >> 11) ^ w1) >> 4 ^ (w1 & low)) >> 3)
                + ((((w14 >> 2) ^ w14) >> 7 ^ (w14 & low)) >> 10)) & low) * twice;
            w1 = ((w1 + w10 + ((((w2 >> 11) ^ w2) >> 4 ^ (w2 & low)) >> 3)
                + ((((w15 >> 2) ^ w15) >> 7 ^ (w15 & low)) >> 10)) & low) * twice;
            w2 = ((w2 + w11 + ((((w3 >> 11) ^ w3) >> 4 ^ (w3 & low)) >> 3)
                + ((((w0 >> 2) ^ w0) >> 7 ^ (w0 & low)) >> 10)) & low) * twice;
            w3 = ((w3 + w12 + ((((w4 >> 11) ^ w4) >> 4 ^ (w4 & low)) >> 3)
                + ((((w1 >> 2) ^ w1) >> 7 ^ (w1 & low)) >> 10)) & low) * twice;
            w4 = ((w4 + w13 + ((((w5 >> 11) ^ w5) >> 4 ^ (w5 & low)) >> 3)
                + ((((w2 >> 2) ^ w2) >> 7 ^ (w2 & low)) >> 10)) & low) * twice;
            w5 = ((w5 + w14 + ((((w6 >> 11) ^ w6) >> 4 ^ (w6 & low)) >> 3)
                + ((((w3 >> 2) ^ w3) >> 7 ^ (w3 & low)) >> 10)) & low) * twice;
            w6 = ((w6 + w15 + ((((w7 >> 11) ^ w7) >> 4 ^ (w7 & low)) >> 3)
                + ((((w4 >> 2) ^ w4) >> 7 ^ (w4 & low)) >> 10)) & low) * twice;
            w7 = ((w7 + w0 + ((((w8 >> 11) ^ w8) >> 4 ^ (w8 & low)) >> 3)
                + ((((w5 >> 2) ^ w5) >> 7 ^ (w5 & low)) >> 10)) & low) * twice;
            w8 = ((w8 + w1 + ((((w9 >> 11) ^ w9) >> 4 ^ (w9 & low)) >> 3)
                + ((((w6 >> 2) ^ w6) >> 7 ^ (w6 & low)) >> 10)) & low) * twice;
            w9 = ((w9 + w2 + ((((w10 >> 11) ^ w10) >> 4 ^ (w10 & low)) >> 3)
                + ((((w7 >> 2) ^ w7) >> 7 ^ (w7 & low)) >> 10)) & low) * twice;
            w10 = ((w10 + w3 + ((((w11 >> 11) ^ w11) >> 4 ^ (w11 & low)) >> 3)
                + ((((w8 >> 2) ^ w8) >> 7 ^ (w8 & low)) >> 10)) & low) * twice;
            w11 = ((w11 + w4 + ((((w12 >> 11) ^ w12) >> 4 ^ (w12 & low)) >> 3)
                + ((((w9 >> 2) ^ w9) >> 7 ^ (w9 & low)) >> 10)) & low) * twice;
            w12 = ((w12 + w5 + ((((w13 >> 11) ^ w13) >> 4 ^ (w13 & low)) >> 3)
                + ((((w10 >> 2) ^ w10) >> 7 ^ (w10 & low)) >> 10)) & low) * twice;
            w13 = ((w13 + w6 + ((((w14 >> 11) ^ w14) >> 4 ^ (w14 & low)) >> 3)
                + ((((w11 >> 2) ^ w11) >> 7 ^ (w11 & low)) >> 10)) & low) * twice;
            w14 = ((w14 + w7 + ((((w15 >> 11) ^ w15) >> 4 ^ (w15 & low)) >> 3)
                + ((((w12 >> 2) ^ w12) >> 7 ^ (w12 & low)) >> 10)) & low) * twice;
            w15 = ((w15 + w8 + ((((w0 >> 11) ^ w0) >> 4 ^ (w0 & low)) >> 3)
                + ((((w13 >> 2) ^ w13) >> 7 ^ (w13 & low)) >> 10)) & low) * twice;
        }

        state[0] += (uint)a;
        state[1] += (uint)b;
        state[2] += (uint)c;
        state[3] += (uint)d;
        state[4] += (uint)e;
        state[5] += (uint)f;
        state[6] += (uint)g;
        state[7] += (uint)h;
    }
}
