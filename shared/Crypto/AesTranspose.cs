namespace Hoplink.Crypto;

/// <summary>From bit slices back to bytes.</summary>
internal static class AesTranspose
{
    /// <summary>
    /// Exchanges, all over a state of <see cref="AesRounds"/>, the number of the word and that of the bit within its byte. Then word b has
    /// columns 0 and 2 of block b, word b + 4 columns 1 and 3, each byte whole and row by row.
    /// </summary>
    internal static void Run(ulong[] state)
    {
        ulong a = state[0];
        ulong b = state[1];
        ulong c = state[2];
        ulong d = state[3];
        ulong e = state[4];
        ulong f = state[5];
        ulong g = state[6];
        ulong h = state[7];
        ulong mask = 0x5555555555555555;
        ulong t = ((a >> 1) ^ b) & mask;
        b ^= t;
        a ^= t << 1;
        t = ((c >> 1) ^ d) & mask;
        d ^= t;
        c ^= t << 1;
        t = ((e >> 1) ^ f) & mask;
        f ^= t;
        e ^= t << 1;
        t = ((g >> 1) ^ h) & mask;
        h ^= t;
        g ^= t << 1;

        mask = 0x3333333333333333;
        t = ((a >> 2) ^ c) & mask;
        c ^= t;
        a ^= t << 2;
        t = ((b >> 2) ^ d) & mask;
        d ^= t;
        b ^= t << 2;
        t = ((e >> 2) ^ g) & mask;
        g ^= t;
        e ^= t << 2;
        t = ((f >> 2) ^ h) & mask;
        h ^= t;
        f ^= t << 2;

        mask = 0x0f0f0f0f0f0f0f0f;
        t = ((a >> 4) ^ e) & mask;
        state[4] = e ^ t;
        state[0] = a ^ (t << 4);
        t = ((b >> 4) ^ f) & mask;
        state[5] = f ^ t;
        state[1] = b ^ (t << 4);
        t = ((c >> 4) ^ g) & mask;
        state[6] = g ^ t;
        state[2] = c ^ (t << 4);
        t = ((d >> 4) ^ h) & mask;
        state[7] = h ^ t;
        state[3] = d ^ (t << 4);
    }
}
